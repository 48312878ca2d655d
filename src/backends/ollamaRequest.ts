import type {GenerationOptions, ThinkLevel} from '../core/options.ts';
import type {ReplyRequest} from '../core/reply.ts';
import {messageImages, messageText, toBase64} from './messageText.ts';

/**
 * The body of `POST /api/chat`. `truncate` and `shift` are off, because the server would otherwise drop the oldest
 * messages without a sign; it then answers with an error instead.
 */
export function ollamaRequest(request: ReplyRequest, numCtx: number | undefined): object {
  const {model, messages, options, think, schema} = request;
  return {
    model,
    messages: messages.map(message => {
      const images = messageImages(message).map(image => toBase64(image.data));
      return {role: message.role, content: messageText(message), ...(images.length > 0 && {images})};
    }),
    options: ollamaOptions(options, numCtx),
    truncate: false,
    shift: false,
    ...(think !== undefined && {think: ollamaThink(model, think)}),
    ...(schema && {format: schema}),
  };
}

function ollamaOptions(options: GenerationOptions, numCtx: number | undefined): object {
  const {max_tokens, stop, num_ctx: _, ...same} = options;
  return {
    ...same,
    ...(numCtx !== undefined && {num_ctx: numCtx}),
    ...(max_tokens !== undefined && {num_predict: max_tokens}),
    ...(stop && {stop: [...stop]}),
  };
}

/** Only gpt-oss has levels, and cannot be switched off; the others know on and off. */
function ollamaThink(model: string, think: ThinkLevel): boolean | 'low' | 'medium' | 'high' {
  if (!/gpt-?oss/i.test(model)) return think !== 'off';
  switch (think) {
    case 'off':
      return 'low';
    case 'max':
      return 'high';
    default:
      return think;
  }
}
