/**
 * A markdown text for lists, where it is not rendered: without the signs of headings, quotes, rules, fences, emphasis
 * and code, and with links by their text.
 */
export function withoutMarkdown(text: string): string {
  return text
    .replace(/^[ \t]*(?:`{3,}|~{3,}).*\n?/gm, '')
    .replace(/^[ \t]*(?:#{1,6}[ \t]+|>[ \t]?|[-*_]{3,}[ \t]*$)/gm, '')
    .replace(/!?\[([^\]\n]*)\]\([^)\s]*\)/g, '$1')
    .replace(/(\*\*\*|\*\*|\*|~~|`+)(?=\S)([^\n]*?\S)\1/g, '$2')
    .replace(/(?<![\p{L}\p{N}_])(__?)(?=\S)([^\n]*?\S)\1(?![\p{L}\p{N}_])/gu, '$2')
    .trim();
}
