import type {ReplyEvent, ReplyRequest} from '../core/reply.ts';
import {createTolerantSender} from './createTolerantSender.ts';
import {readReply} from './readReply.ts';
import {createResponsesReader} from './responsesReader.ts';
import {responsesRefusal, responsesRequest} from './responsesRequest.ts';
import type {Transport} from './transport.ts';

/**
 * Makes the function that answers by `POST /v1/responses`. It throws `LlmError`.
 *
 * @param prefix - what stands before `/responses`: `/v1`
 */
export function createResponses({
  transport,
  prefix,
}: {
  transport: Transport;
  prefix: string;
}): (request: ReplyRequest, signal: AbortSignal) => AsyncGenerator<ReplyEvent> {
  const {label, baseUrl, complaint} = transport;
  const send = createTolerantSender(transport);
  return async function* (request, signal) {
    const {model} = request;
    const {reply, left} = await send({
      path: `${prefix}/responses`,
      model,
      signal,
      build: refused => responsesRequest(request, refused),
      refusedField: responsesRefusal,
    });
    try {
      for (const field of new Set(left.map(personalName))) {
        if (field) yield {type: 'warning', message: `${label} does not accept ${field}; it was left out.`};
      }
      const reader = createResponsesReader({model, label, complaint});
      yield* readReply(reply, reader, {label, baseUrl, like: 'OpenAI'});
    } finally {
      reply.discard();
    }
  };
}

/** What a person calls a refused field; undefined when nobody asked for it. */
function personalName(field: string): string | undefined {
  switch (field) {
    case 'reasoning.summary':
      return undefined;
    case 'reasoning':
      return 'a level of thinking';
    case 'max_output_tokens':
      return 'max_tokens';
    default:
      return field;
  }
}
