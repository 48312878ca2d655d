import type {Ollama} from 'ollama/browser';
import {LlmError} from '../core/errors.ts';
import {readNdjson} from './ndjson.ts';
import type {Transport} from './transport.ts';

export type OllamaCall = {
  signal: AbortSignal;
  silenceMs?: number;
  /** Named in errors. */
  model?: string;
  /** Called for each line that is no JSON object. */
  onBroken?: () => void;
};

/**
 * Makes a client of the `ollama` package for one request. The package is kept away from everything that it does
 * badly: its browser entry reads no files; all requests go through our transport, so that a signal works before the
 * headers too, errors are named, and only complete lines of JSON reach it, because it writes the others to the console.
 */
export function createOllamaClient(transport: Transport): (call: OllamaCall) => Promise<Ollama> {
  return async call => {
    const {Ollama} = await import('ollama/browser');
    return new Ollama({
      // Only the path matters: the transport knows the address.
      host: 'http://ollama.invalid',
      fetch: async (input, init) => {
        const body = typeof init?.body === 'string' ? init.body : undefined;
        const request = {
          path: new URL(String(input)).pathname,
          signal: call.signal,
          ...(init?.method && {method: init.method}),
          ...(body !== undefined && {body}),
          ...(call.silenceMs !== undefined && {silenceMs: call.silenceMs}),
          ...(call.model !== undefined && {model: call.model}),
        };
        if (!body?.includes('"stream":true')) return Response.json(await transport.json(request));
        const reply = await transport.send(request);
        return new Response(cleanLines(reply.chunks, transport, call), {
          headers: {'content-type': 'application/x-ndjson'},
        });
      },
    });
  };
}

/** Lets complete lines through, up to the one that says `done`; a stream that ends without it is broken off. */
function cleanLines(
  chunks: AsyncIterable<Uint8Array>,
  transport: Transport,
  call: OllamaCall,
): ReadableStream<Uint8Array> {
  const {label} = transport;
  const encoder = new TextEncoder();
  async function* lines(): AsyncGenerator<Uint8Array> {
    for await (const batch of readNdjson(chunks, {label, ...(call.onBroken && {onBroken: call.onBroken})})) {
      let text = '';
      let failed: unknown;
      let done = false;
      for (const {record, line} of batch) {
        if (record.error !== undefined && record.error !== null) {
          failed = record;
          break;
        }
        text += `${line}\n`;
        done = record.done === true;
        if (done) break;
      }
      if (text !== '') yield encoder.encode(text);
      if (failed !== undefined) throw transport.complaint(failed, call.model);
      if (done) return;
    }
    throw new LlmError({
      kind: 'interrupted',
      message: `${label} ended its answer without finishing it.`,
      hint: 'Try again with /retry; if it happens again, look at what the server says.',
    });
  }
  const source = lines();
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const {done, value} = await source.next();
        if (done) controller.close();
        else controller.enqueue(value);
      },
      async cancel() {
        await source.return(undefined);
      },
    },
    // Nothing is read ahead: an error must not overtake the lines before it.
    {highWaterMark: 0},
  );
}
