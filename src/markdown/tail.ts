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
  /**
   * Its last lines, as many as fit into `limit` characters, at least one. Where they begin inside a code fence of an
   * inner block, the line that opens it is put before them, so that code looks like code.
   */
  end(limit: number): {text: string; whole: boolean};
};

type Line = {text: string; fence: string | null};

const fenceLine = /^(?:[ \t>]|(?:[*+-]|\d{1,9}[.)])[ \t])*(`{3,}|~{3,})([^\n]*)$/;

export function createTail(): Tail {
  let lines: Line[] = [];
  let length = 0;
  let fence: string | null = null;

  const follow = (line: string) => {
    const found = fenceLine.exec(line);
    if (!found) return;
    const [, marker = '', info = ''] = found;
    if (fence === null) fence = marker + info;
    else if (info.trim() === '' && marker.startsWith(/^(?:`+|~+)/.exec(fence)?.[0] ?? '')) fence = null;
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
        lines.push({text: line, fence});
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
      if (first && rest > 0) lines[0] = {text: first.text.slice(rest), fence: first.fence};
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
      const opening = lines[from]?.fence ?? null;
      const text = lines
        .slice(from)
        .map(line => line.text)
        .join('');
      const whole = from === 0;
      return {text: !whole && opening !== null ? `${opening}\n${text}` : text, whole};
    },
  };
}
