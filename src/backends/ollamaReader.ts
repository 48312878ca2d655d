import {LlmError} from '../core/errors.ts';
import type {FinishReason, ReplyEvent} from '../core/reply.ts';
import {type JsonObject, listOf, objectOf, optional, positiveOf, textOf} from './jsonFields.ts';
import {unreadableWarning} from './unreadableWarning.ts';

/** Turns the parsed lines of one `/api/chat` stream into reply events. */
export type OllamaReader = {
  /** Passes on an event that came before the first line. */
  before(event: ReplyEvent): ReplyEvent[];
  /** Takes one line. Throws `interrupted` when it says that the answer ended without a reason. */
  read(part: unknown): ReplyEvent[];
  /** Called for each line that was no JSON. */
  broken(): void;
  /** The last events. Throws `interrupted` when no line said that the answer is done. */
  end(): ReplyEvent[];
};

export type OllamaReaderSettings = {
  model: string;
  label: string;
  complaint(body: unknown, model?: string): LlmError;
  /** Estimated size of the request with room for its answer, and size of the context, in tokens. */
  needed: number;
  context?: number;
};

/** Starts reading one answer. */
export function createOllamaReader(settings: OllamaReaderSettings): OllamaReader {
  const {model, label, complaint, needed, context} = settings;
  let started = false;
  let brokenLines = 0;
  let toolCalls = 0;
  let last: ReplyEvent | undefined;

  const begin = (name: string, events: ReplyEvent[]): ReplyEvent[] => {
    if (started) return events;
    started = true;
    return [{type: 'start', model: name}, ...events];
  };

  const toolCall = (value: unknown): ReplyEvent[] => {
    const fields = objectOf(value);
    const called = objectOf(fields?.function);
    const name = textOf(called?.name);
    if (!name) return [];
    toolCalls++;
    const given = called?.arguments;
    return [
      {
        type: 'tool-call',
        id: textOf(fields?.id) ?? `call_${toolCalls}`,
        name,
        arguments: typeof given === 'string' ? given || '{}' : JSON.stringify(given ?? {}),
      },
    ];
  };

  return {
    before: event => begin(model, [event]),
    broken() {
      brokenLines++;
    },
    read(part) {
      const record = objectOf(part) ?? {};
      if (record.error !== undefined && record.error !== null) throw complaint(record, model);
      const message = objectOf(record.message);
      const events: ReplyEvent[] = [];
      const thinking = textOf(message?.thinking);
      const content = textOf(message?.content);
      if (thinking) events.push({type: 'reasoning', text: thinking});
      if (content) events.push({type: 'text', text: content});
      events.push(...listOf(message?.tool_calls).flatMap(toolCall));
      if (record.done === true) {
        const usage = usageOf(record);
        events.push(usage);
        if (wasCut(usage, needed, context)) {
          events.push({
            type: 'warning',
            message: `${label} probably left out the oldest part of the conversation, which does not fit its context.`,
          });
        }
        last = finishOf(textOf(record.done_reason), toolCalls > 0);
      }
      return begin(textOf(record.model) ?? model, events);
    },
    end() {
      if (!last) {
        throw new LlmError({
          kind: 'interrupted',
          message: `${label} ended its answer without saying why.`,
          hint: 'The answer may be incomplete: try again with /retry.',
        });
      }
      if (brokenLines === 0) return [last];
      return [unreadableWarning(label), last];
    },
  };
}

/** The server leaves the reason out when the connection to its model process broke. */
function finishOf(reason: string | undefined, calledTools: boolean): ReplyEvent | undefined {
  if (reason === undefined) return undefined;
  const known: FinishReason = reason === 'length' ? 'length' : calledTools ? 'tool-calls' : 'stop';
  return {type: 'finish', reason: known, raw: reason};
}

/** Counts, and durations from ns to ms. The server leaves out what it does not know. */
function usageOf(record: JsonObject): Extract<ReplyEvent, {type: 'usage'}> {
  const ms = (value: unknown): number | undefined => {
    const duration = positiveOf(value);
    return duration === undefined ? undefined : duration / 1e6;
  };
  return {
    type: 'usage',
    ...optional('input', positiveOf(record.prompt_eval_count)),
    ...optional('output', positiveOf(record.eval_count)),
    ...optional('loadMs', ms(record.load_duration)),
    ...optional('inputMs', ms(record.prompt_eval_duration)),
    ...optional('outputMs', ms(record.eval_duration)),
  };
}

/** Servers that do not know `truncate: false` still cut in silence: the prompt then fills the context exactly. */
function wasCut(
  {input}: Extract<ReplyEvent, {type: 'usage'}>,
  needed: number,
  context: number | undefined,
): boolean {
  return context !== undefined && input !== undefined && needed > context && input >= context * 0.98;
}
