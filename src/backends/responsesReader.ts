import {LlmError} from '../core/errors.ts';
import type {FinishReason, ReplyEvent} from '../core/reply.ts';
import {type JsonObject, listOf, objectOf, optional, parseJson, positiveOf, textOf} from './jsonFields.ts';
import {unreadableWarning} from './unreadableWarning.ts';
import type {WireReader} from './wireReader.ts';

type UsageEvent = Extract<ReplyEvent, {type: 'usage'}>;

export type ResponsesReaderSettings = {
  model: string;
  label: string;
  complaint(body: unknown, model?: string): LlmError;
};

/**
 * Turns the typed events of one response into reply events. There is no `[DONE]`: the last event is `response.completed`,
 * `.incomplete` or `.failed`, or `error`. Kinds of events that are not known are passed over.
 *
 * https://platform.openai.com/docs/api-reference/responses-streaming
 */
export function createResponsesReader({model, label, complaint}: ResponsesReaderSettings): WireReader {
  const calls: ReplyEvent[] = [];
  let usage: UsageEvent | undefined;
  let finish: {reason: FinishReason; raw: string} | undefined;
  let started = false;
  let received = false;
  let broken = false;
  let thoughts = 0;

  const begin = (response: JsonObject): ReplyEvent[] => {
    if (started) return [];
    started = true;
    const id = textOf(response.id);
    return [{type: 'start', model: textOf(response.model) ?? model, ...(id && {id})}];
  };
  const reasoning = (value: unknown): ReplyEvent[] => {
    const text = textOf(value);
    return text ? [{type: 'reasoning', text}] : [];
  };
  const text = (value: unknown): ReplyEvent[] => {
    const piece = textOf(value);
    return piece ? [{type: 'text', text: piece}] : [];
  };
  const keepCall = (item: JsonObject): void => {
    const name = textOf(item.name);
    if (item.type !== 'function_call' || !name) return;
    const id = textOf(item.call_id) ?? textOf(item.id) ?? `call_${calls.length + 1}`;
    calls.push({type: 'tool-call', id, name, arguments: textOf(item.arguments) ?? '{}'});
  };

  const end = (response: JsonObject): void => {
    usage = usageOf(objectOf(response.usage)) ?? usage;
    const status = textOf(response.status) ?? 'completed';
    switch (status) {
      case 'completed':
        finish = {reason: calls.length > 0 ? 'tool-calls' : 'stop', raw: status};
        break;
      case 'incomplete': {
        const why = textOf(objectOf(response.incomplete_details)?.reason) ?? status;
        finish = {reason: why === 'content_filter' ? 'content-filter' : 'length', raw: why};
        break;
      }
      case 'failed':
        throw complaint({error: response.error ?? 'the response failed'}, model);
      case 'cancelled':
        throw new LlmError({
          kind: 'interrupted',
          message: `${label} cancelled its answer.`,
          hint: 'Try again with /retry.',
        });
      default:
    }
  };

  const readEvent = (body: JsonObject, name: string): ReplyEvent[] => {
    const kind = textOf(body.type) ?? name;
    switch (kind) {
      case 'response.created':
      case 'response.in_progress':
      case 'response.queued':
        return begin(objectOf(body.response) ?? {});
      case 'response.output_text.delta':
      case 'response.refusal.delta':
        return [...begin({}), ...text(body.delta)];
      case 'response.reasoning_summary_part.added':
        thoughts++;
        return thoughts > 1 ? reasoning('\n\n') : [];
      case 'response.reasoning_summary_text.delta':
      case 'response.reasoning_text.delta':
        return [...begin({}), ...reasoning(body.delta)];
      case 'response.output_item.done':
        keepCall(objectOf(body.item) ?? {});
        return [];
      case 'response.completed':
      case 'response.incomplete':
      case 'response.failed': {
        const response = objectOf(body.response) ?? {};
        const events = begin(response);
        end({status: kind.slice('response.'.length), ...response});
        return events;
      }
      case 'error':
        throw complaint(body.error ? body : {error: body}, model);
      default:
        if (body.error !== undefined && body.error !== null) throw complaint(body, model);
        return [];
    }
  };

  return {
    read({event, data}) {
      if (finish) return [];
      received = true;
      const fields = objectOf(parseJson(data));
      if (fields) return readEvent(fields, event ?? '');
      if (event === 'error') throw complaint({error: data}, model);
      broken ||= data.trim() !== '' && data.trim() !== '[DONE]';
      return [];
    },
    readWhole(body) {
      received = true;
      const response = objectOf(body) ?? {};
      if (response.object !== 'response') {
        if (response.error) throw complaint(response, model);
        return [];
      }
      const events = begin(response);
      for (const entry of listOf(response.output)) {
        const item = objectOf(entry) ?? {};
        keepCall(item);
        for (const part of listOf(item.summary)) events.push(...reasoning(objectOf(part)?.text));
        for (const each of item.type === 'message' ? listOf(item.content) : []) {
          const part = objectOf(each);
          events.push(...text(part?.text ?? part?.refusal));
        }
      }
      end(response);
      return events;
    },
    isDone: () => finish !== undefined,
    hasReason: () => finish !== undefined,
    isForeign: () => received && !started,
    heldBack: () => [],
    end() {
      if (!finish) return [];
      return [
        ...calls,
        ...(broken ? [unreadableWarning(label)] : []),
        ...(usage ? [usage] : []),
        {type: 'finish', ...finish},
      ];
    },
  };
}

function usageOf(counts: JsonObject | undefined): UsageEvent | undefined {
  const event: UsageEvent = {
    type: 'usage',
    ...optional('input', positiveOf(counts?.input_tokens)),
    ...optional('output', positiveOf(counts?.output_tokens)),
    ...optional('reasoning', positiveOf(objectOf(counts?.output_tokens_details)?.reasoning_tokens)),
    ...optional('cached', positiveOf(objectOf(counts?.input_tokens_details)?.cached_tokens)),
  };
  return Object.keys(event).length > 1 ? event : undefined;
}
