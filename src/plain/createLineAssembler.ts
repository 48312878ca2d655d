/** Makes prompts of several lines out of lines. */
export type LineAssembler = {
  /** Takes a line; the whole text when it is complete. */
  push(line: string): string | undefined;
  /** Whether more lines are wanted. */
  isOpen(): boolean;
  /** Gives up what has begun; the text so far, '' when there is none. */
  end(): string;
};

const fence = '"""';

/**
 * Lines stand alone, but for two signs: `"""` at the start of a line begins a text that ends with `"""` at the end of
 * a line, and one `\` at the end of a line says that the next line belongs to it.
 */
export function createLineAssembler(): LineAssembler {
  let lines: string[] = [];
  let isFenced = false;

  const take = (): string => {
    // A text in quotes is said to be one: it begins no command, whatever it looks like.
    const text = lines.join('\n').replace(/^\n|\n$/g, '');
    const whole = isFenced && text.startsWith('/') ? `/${text}` : text;
    lines = [];
    isFenced = false;
    return whole;
  };

  return {
    push(line) {
      let rest = line;
      if (!isFenced && lines.length === 0 && line.trimStart().startsWith(fence)) {
        isFenced = true;
        rest = line.trimStart().slice(fence.length);
      }
      if (isFenced) {
        const end = rest.trimEnd();
        if (!end.endsWith(fence)) {
          lines.push(rest);
          return undefined;
        }
        lines.push(end.slice(0, -fence.length));
        return take();
      }
      if (/(?:^|[^\\])(?:\\\\)*\\$/.test(line)) {
        lines.push(line.slice(0, -1));
        return undefined;
      }
      lines.push(line);
      return take();
    },
    isOpen: () => isFenced || lines.length > 0,
    end: take,
  };
}
