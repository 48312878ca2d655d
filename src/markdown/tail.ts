/** The whole lines of a document that no finished piece covers yet. */
export type Tail = {
  /** In UTF-16 units. */
  readonly length: number;
  /** Takes text that ends with a newline. */
  add(text: string): void;
  /** Drops so many characters from its start. */
  drop(length: number): void;
  /** All of it. */
  text(): string;
  /** Its last lines, as many as fit into `limit` characters, at least one. */
  end(limit: number): TailEnd;
};

export type TailEnd = {
  text: string;
  /** Nothing is left out. */
  whole: boolean;
  /** Where the lines begin inside a code fence of an inner block: a line that opens it, so that code looks like code. */
  opening: string;
  /** How many fences were opened before, without the one of `opening`. */
  fencesBefore: number;
};

/** `fence`: what opened the fence that the line stands in. `fences`: how many were opened before it. */
type Line = {text: string; fence: InnerFence | null; fences: number};
/** A line that would open the fence at the left edge, and the signs that close it. */
type InnerFence = {opening: string; marker: string};

const fenceLine = /^((?:[ \t]*>)*)(?:[ \t>]|(?:[*+-]|\d{1,9}[.)])[ \t])*(`{3,}|~{3,})([^\n]*)$/;

export function createTail(): Tail {
  let lines: Line[] = [];
  let length = 0;
  let fence: InnerFence | null = null;
  let fences = 0;

  const follow = (line: string) => {
    const found = fenceLine.exec(line);
    if (!found) return;
    const [, quote = '', marker = '', info = ''] = found;
    if (fence === null) {
      fence = {opening: `${quote}${quote && ' '}${marker}${info}`, marker};
      fences++;
    } else if (info.trim() === '' && marker.startsWith(fence.marker)) fence = null;
  };

  return {
    get length() {
      return length;
    },
    add(text) {
      length += text.length;
      for (let from = 0; from < text.length; ) {
        const end = text.indexOf('\n', from) + 1 || text.length;
        const line = text.slice(from, end);
        lines.push({text: line, fence, fences});
        follow(line.trimEnd());
        from = end;
      }
    },
    drop(dropped) {
      let rest = Math.min(dropped, length);
      length -= rest;
      let count = 0;
      for (const line of lines) {
        if (line.text.length > rest) break;
        rest -= line.text.length;
        count++;
      }
      lines = lines.slice(count);
      const first = lines[0];
      if (first && rest > 0) lines[0] = {...first, text: first.text.slice(rest)};
      if (lines.length === 0) fence = null;
    },
    text() {
      return lines.map(line => line.text).join('');
    },
    end(limit) {
      let from = lines.length;
      let size = 0;
      while (from > 0) {
        const next = lines[from - 1]?.text.length ?? 0;
        if (size > 0 && size + next > limit) break;
        size += next;
        from--;
      }
      const first = lines[from];
      const whole = from === 0;
      const inside = whole ? null : (first?.fence ?? null);
      const before = (first?.fences ?? 0) - (lines[0]?.fences ?? 0);
      const text = lines
        .slice(from)
        .map(line => line.text)
        .join('');
      return inside === null
        ? {text, whole, opening: '', fencesBefore: before}
        : {text, whole, opening: `${inside.opening}\n`, fencesBefore: before - 1};
    },
  };
}
