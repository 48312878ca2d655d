/**
 * Markdown of our own (help, lists) as text to be read aloud: no signs for tables, headings and code. A row of a table
 * becomes `first: second, third`; its head and the line below it go.
 */
export function plainMarkdown(text: string): string {
  const lines = text.split('\n');
  return lines
    .flatMap((line, index) => {
      if (isRule(line) || isRule(lines[index + 1] ?? '')) return [];
      if (!line.startsWith('|')) return [line.replace(/^#{1,6} /, '').replaceAll('`', '')];
      const [first = '', ...rest] = line
        .replace(/^\||\|$/g, '')
        .split(/(?<!\\)\|/)
        .map(cell => cell.trim().replaceAll('\\|', '|').replaceAll('`', ''));
      return [`${first}: ${rest.join(', ')}`];
    })
    .join('\n');
}

function isRule(line: string): boolean {
  return /^\|(?:\s*:?-+:?\s*\|)+\s*$/.test(line);
}
