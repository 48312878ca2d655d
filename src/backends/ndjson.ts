import {LlmError} from '../core/errors.ts';
import {type JsonObject, objectOf, parseJson} from './jsonFields.ts';

/** The longest line that is taken, in characters; a server that sends a longer one is broken or hostile. */
export const longestLine = 16 * 1024 * 1024;

export type NdjsonLine = {record: JsonObject; line: string};

/**
 * Reads newline-delimited JSON: yields, chunk by chunk, the objects of all lines that are complete, each with its
 * text. Blank lines are left out; for a line that is no JSON object `onBroken` is called. The last line needs no
 * newline. Throws `protocol` for a line longer than `longest` characters.
 */
export async function* readNdjson(
  chunks: AsyncIterable<Uint8Array>,
  options: {label: string; onBroken?: () => void; longest?: number},
): AsyncGenerator<NdjsonLine[]> {
  const {label, onBroken, longest = longestLine} = options;
  const decoder = new TextDecoder();
  const parse = (lines: readonly string[]): NdjsonLine[] =>
    lines.flatMap(raw => {
      const line = raw.trim();
      if (line === '') return [];
      const record = objectOf(parseJson(line));
      if (record) return [{record, line}];
      onBroken?.();
      return [];
    });
  // Pieces of the line that is still open; joined once, so that a long line costs no more than its length.
  let open: string[] = [];
  let openLength = 0;
  for await (const chunk of chunks) {
    const text = decoder.decode(chunk, {stream: true});
    const end = text.lastIndexOf('\n');
    if (end === -1) {
      open.push(text);
      openLength += text.length;
    } else {
      const complete = `${open.join('')}${text.slice(0, end)}`;
      open = [text.slice(end + 1)];
      openLength = text.length - end - 1;
      const parsed = parse(complete.split('\n'));
      if (parsed.length > 0) yield parsed;
    }
    if (openLength > longest) {
      throw new LlmError({
        kind: 'protocol',
        message: `${label} sent a line without an end.`,
        hint: 'Check that the address is that of a model server.',
      });
    }
  }
  const rest = parse([open.join('') + decoder.decode()]);
  if (rest.length > 0) yield rest;
}
