import type {Buffer} from './buffer.ts';
import type {Span} from './graphemes.ts';

/** The name of a file that is being typed after an `@`; `typed` is what stands before the cursor, without the `@`. */
export type FileToken = Span & {readonly typed: string};

/** How long a path may be, in UTF-16 units: no more is looked at for one. */
const longestPath = 500;

const beforeCursor = /(?:^|[\s([{<"'])@("[^"\n]*|[^\s"]*)$/;

/** The token in which the cursor stands. An `@` inside a word (an e-mail address) begins none. */
export function fileTokenAt({text, cursor}: Buffer): FileToken | null {
  const from = Math.max(0, cursor - longestPath);
  const name = beforeCursor.exec(text.slice(from, cursor))?.[1];
  if (name === undefined) return null;
  const isQuoted = name.startsWith('"');
  const rest =
    (isQuoted ? /^[^"\n]*"?/ : /^[^\s"]*/).exec(text.slice(cursor, cursor + longestPath))?.[0] ?? '';
  // A quote that is not closed ends with the word: what follows may be anything.
  const after = !isQuoted ? rest.replace(/[,.;:!?)\]}]+$/, '') : rest.endsWith('"') ? rest : '';
  return {
    start: cursor - name.length - 1,
    end: cursor + after.length,
    typed: isQuoted ? name.slice(1) : name,
  };
}

/** How a file is named in a prompt: `@path`, or `@"a b.txt"` when the path has a blank. */
export function mentionOf(path: string): string {
  return /\s/.test(path) ? `@"${path}"` : `@${path}`;
}

/** Whether a path can be named in a prompt as it is, whatever it holds. */
export function canBeMentioned(path: string): boolean {
  return !/[\p{Cc}\p{Cs}\p{Bidi_Control}]/u.test(path) && !(path.includes('"') && /\s/.test(path));
}
