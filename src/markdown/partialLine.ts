/** A line that is still coming in. Adding to it and looking at its end cost the same however long it has become. */
export type PartialLine = {
  add(text: string): void;
  /** At most this many of its last characters. */
  end(limit: number): string;
  /** All of it; it is empty afterwards. */
  take(): string;
};

/** The end that is kept at hand, in UTF-16 units; what `end` is asked for must not be more. */
const atHand = 8192;

export function createPartialLine(): PartialLine {
  let done: string[] = [];
  let end = '';
  return {
    add(text) {
      end += text;
      if (end.length <= 2 * atHand) return;
      done.push(end.slice(0, -atHand));
      end = end.slice(-atHand);
    },
    end(limit) {
      return end.length > limit ? end.slice(-limit) : end;
    },
    take() {
      const line = done.join('') + end;
      done = [];
      end = '';
      return line;
    },
  };
}
