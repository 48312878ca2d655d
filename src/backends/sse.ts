import {createParser, type EventSourceMessage} from 'eventsource-parser';
import {LlmError} from '../core/errors.ts';
import {longestLine} from './ndjson.ts';

export type SseEvent = {event?: string | undefined; data: string};

/**
 * Reads server-sent events: yields, chunk by chunk, all that are complete. A last event without its blank line counts.
 * A field named `error`, which llama.cpp wrote until 2025, comes as an event of that name.
 * Throws `protocol` for an event longer than `longest` characters.
 *
 * The format: https://html.spec.whatwg.org/multipage/server-sent-events.html
 */
export async function* readSse(
  chunks: AsyncIterable<Uint8Array>,
  options: {label: string; longest?: number},
): AsyncGenerator<SseEvent[]> {
  const {label, longest = longestLine} = options;
  const decoder = new TextDecoder();
  let events: SseEvent[] = [];
  let overflow = false;
  const parser = createParser({
    maxBufferSize: longest,
    onEvent: ({event, data}: EventSourceMessage) => events.push({event, data}),
    onError(error) {
      if (error.type === 'max-buffer-size-exceeded') overflow = true;
      else if (error.field === 'error') events.push({event: 'error', data: error.value ?? ''});
    },
  });
  const taken = (): SseEvent[] => {
    const result = events;
    events = [];
    return result;
  };
  const feed = (text: string): void => {
    if (!overflow) parser.feed(text);
    if (overflow || openLength > longest) {
      throw new LlmError({
        kind: 'protocol',
        message: `${label} sent an event without an end.`,
        hint: 'Check that the address is that of a model server.',
      });
    }
  };

  // The parser drops fields that it does not know when they come in pieces, so it is given whole lines only.
  let open: string[] = [];
  let openLength = 0;
  for await (const chunk of chunks) {
    const text = decoder.decode(chunk, {stream: true});
    const end = Math.max(text.lastIndexOf('\n'), text.lastIndexOf('\r')) + 1;
    const complete = end > 0 ? open.join('') + text.slice(0, end) : '';
    if (end > 0) {
      open = [];
      openLength = 0;
    }
    if (end < text.length) {
      open.push(text.slice(end));
      openLength += text.length - end;
    }
    feed(complete);
    if (events.length > 0) yield taken();
  }
  feed(`${open.join('')}${decoder.decode()}\n\n`);
  if (events.length > 0) yield taken();
}
