import type {Transport, TransportReply} from './transport.ts';

export type TolerantRequest = {
  path: string;
  headers?: Readonly<Record<string, string>>;
  model: string;
  signal: AbortSignal;
  /** The body, without the fields that were refused. */
  build(refused: ReadonlySet<string>): Record<string, unknown>;
  /** The field that an error is about, when the server does not take that field at all. */
  refusedField(thrown: unknown, body: Readonly<Record<string, unknown>>): string | undefined;
};

export type TolerantReply = {
  reply: TransportReply;
  /** What was sent in the end. */
  body: Readonly<Record<string, unknown>>;
  /** The fields that were refused just now. */
  left: readonly string[];
  /** All that the model has refused so far. */
  refused: ReadonlySet<string>;
};

/** How many fields of one request a server may refuse, one after the other. */
const refusalLimit = 6;

/**
 * Makes the function that sends a request again without a field that the server does not take. What a model refused
 * once is remembered for it, because models of one server differ. Throws `LlmError` as the transport does.
 */
export function createTolerantSender(
  transport: Transport,
): (request: TolerantRequest) => Promise<TolerantReply> {
  const refusedBy = new Map<string, Set<string>>();
  return async ({path, headers, model, signal, build, refusedField}) => {
    const refused = refusedBy.get(model) ?? new Set<string>();
    const left: string[] = [];
    for (;;) {
      const body = build(refused);
      try {
        const reply = await transport.send({
          path,
          body: JSON.stringify(body),
          headers: {accept: 'text/event-stream, application/json', ...headers},
          signal,
          model,
        });
        return {reply, body, left, refused};
      } catch (thrown) {
        const field = left.length < refusalLimit ? refusedField(thrown, body) : undefined;
        if (!field || refused.has(field)) throw thrown;
        refused.add(field);
        refusedBy.set(model, refused);
        left.push(field);
      }
    }
  };
}
