import type {LlmError} from '../core/errors.ts';
import type {FinishReason, ReplyEvent} from '../core/reply.ts';
import {schemaTool} from './anthropicRequest.ts';
import {type JsonObject, listOf, objectOf, optional, parseJson, positiveOf, textOf} from './jsonFields.ts';
import {unreadableWarning} from './unreadableWarning.ts';
import type {WireReader} from './wireReader.ts';

type UsageEvent = Extract<ReplyEvent, {type: 'usage'}>;

export type AnthropicReaderSettings = {
  model: string;
  label: string;
  complaint(body: unknown, model?: string): LlmError;
  /** The answer comes as the input of the tool that `anthropicRequest` forces. */
  forced: boolean;
};

/** What stands in place of thinking that the server does not show. */
const withheld = '[a part of the thinking is withheld]';

/**
 * Turns the events of one message into reply events. The kind of an event is read from its data, because gateways leave
 * the `event:` line out. Kinds of events and of blocks that are not known are passed over.
 *
 * https://docs.anthropic.com/en/docs/build-with-claude/streaming
 */
export function createAnthropicReader(settings: AnthropicReaderSettings): WireReader {
  const {model, label, complaint, forced} = settings;
  const calls: {id: string; name: string; input: string}[] = [];
  /** What each open block is, by its index. */
  const blocks = new Map<number, {kind: string; call?: (typeof calls)[number]}>();
  let usage: UsageEvent = {type: 'usage'};
  let reason: string | undefined;
  let refusal = '';
  let started = false;
  let received = false;
  let done = false;
  let broken = false;
  let thoughts = 0;
  /** Text beside a tool that is the answer, until it is known whether the tool comes. */
  let beside = '';
  let answersByTool = false;

  const text = (value: unknown): ReplyEvent[] => {
    const piece = textOf(value);
    if (!piece) return [];
    if (!forced) return [{type: 'text', text: piece}];
    if (answersByTool) return [];
    beside += piece;
    return [];
  };
  const reasoning = (value: unknown): ReplyEvent[] => {
    const piece = textOf(value);
    return piece ? [{type: 'reasoning', text: piece}] : [];
  };
  const input = (call: (typeof calls)[number], piece: string): ReplyEvent[] => {
    call.input += piece;
    const isAnswer =
      forced && call.name === schemaTool && call === calls.find(each => each.name === schemaTool);
    return isAnswer && piece !== '' ? [{type: 'text', text: piece}] : [];
  };

  const open = (index: number, block: JsonObject): ReplyEvent[] => {
    const kind = textOf(block.type) ?? '';
    switch (kind) {
      case 'text':
        blocks.set(index, {kind});
        return text(block.text);
      case 'thinking': {
        blocks.set(index, {kind});
        thoughts++;
        return [...(thoughts > 1 ? reasoning('\n\n') : []), ...reasoning(block.thinking)];
      }
      case 'redacted_thinking':
        thoughts++;
        return reasoning(`${thoughts > 1 ? '\n\n' : ''}${withheld}`);
      case 'tool_use': {
        const call = {
          id: textOf(block.id) ?? `call_${calls.length + 1}`,
          name: textOf(block.name) ?? '',
          input: '',
        };
        calls.push(call);
        blocks.set(index, {kind, call});
        const aside = forced && call.name === schemaTool && !answersByTool ? reasoning(beside) : [];
        if (forced && call.name === schemaTool) answersByTool = true;
        const whole = objectOf(block.input);
        const given = whole && Object.keys(whole).length > 0 ? JSON.stringify(whole) : '';
        return [...aside, ...input(call, given)];
      }
      default:
        return [];
    }
  };

  const change = (index: number, delta: JsonObject): ReplyEvent[] => {
    const block = blocks.get(index);
    switch (delta.type) {
      case 'text_delta':
        return text(delta.text);
      case 'thinking_delta':
        return reasoning(delta.thinking);
      case 'input_json_delta':
        return block?.call ? input(block.call, textOf(delta.partial_json) ?? '') : [];
      default:
        return [];
    }
  };

  const count = (given: unknown): void => {
    usage = {...usage, ...usageOf(objectOf(given))};
  };
  const begin = (message: JsonObject): ReplyEvent[] => {
    if (started) return [];
    started = true;
    const id = textOf(message.id);
    return [{type: 'start', model: textOf(message.model) ?? model, ...(id && {id})}];
  };
  const stop = (fields: JsonObject | undefined): void => {
    reason = textOf(fields?.stop_reason) ?? reason;
    refusal = textOf(objectOf(fields?.stop_details)?.explanation) ?? refusal;
  };

  const readEvent = (body: JsonObject, name: string): ReplyEvent[] => {
    const index = typeof body.index === 'number' ? body.index : 0;
    switch (textOf(body.type) ?? name) {
      case 'message_start': {
        const message = objectOf(body.message) ?? {};
        count(message.usage);
        return begin(message);
      }
      case 'content_block_start':
        return open(index, objectOf(body.content_block) ?? {});
      case 'content_block_delta':
        return change(index, objectOf(body.delta) ?? {});
      case 'message_delta':
        stop(objectOf(body.delta));
        count(body.usage);
        return [];
      case 'message_stop':
        done = true;
        return [];
      case 'error':
        throw complaint(body, model);
      default:
        if (body.error !== undefined && body.error !== null) throw complaint(body, model);
        return [];
    }
  };

  const heldBack = (): ReplyEvent[] => {
    const held = answersByTool ? '' : beside;
    beside = '';
    return held === '' ? [] : [{type: 'text', text: held}];
  };

  return {
    read({event, data}) {
      if (done) return [];
      received = true;
      const body = parseJson(data);
      const fields = objectOf(body);
      if (event === 'error') throw complaint(fields ?? {error: data}, model);
      if (fields) return readEvent(fields, event ?? '');
      broken ||= data.trim() !== '' && data.trim() !== '[DONE]';
      return [];
    },
    readWhole(body) {
      received = true;
      const message = objectOf(body) ?? {};
      if (message.type === 'error' || message.error) throw complaint(message, model);
      if (message.type !== 'message') return [];
      const events = begin(message);
      for (const [index, block] of listOf(message.content).entries())
        events.push(...open(index, objectOf(block) ?? {}));
      stop(message);
      count(message.usage);
      return events;
    },
    isDone: () => done,
    hasReason: () => reason !== undefined,
    isForeign: () => received && !started,
    heldBack,
    end() {
      const events = heldBack();
      if (reason === undefined) return events;
      const others = calls.filter(call => call.name !== '' && !(forced && call.name === schemaTool));
      for (const {id, name, input} of others) {
        events.push({type: 'tool-call', id, name, arguments: input.trim() || '{}'});
      }
      if (broken) events.push(unreadableWarning(label));
      if (reason === 'refusal' && refusal)
        events.push({type: 'warning', message: `${label} refused: ${refusal}`});
      if (reason === 'pause_turn')
        events.push({
          type: 'warning',
          message: `${label} paused in the middle of the answer; /continue goes on.`,
        });
      if (Object.keys(usage).length > 1) events.push(usage);
      events.push({type: 'finish', reason: finishOf(reason, others.length > 0), raw: reason});
      return events;
    },
  };
}

function finishOf(reason: string, calledTools: boolean): FinishReason {
  switch (reason) {
    case 'max_tokens':
    case 'model_context_window_exceeded':
    case 'pause_turn':
      return 'length';
    case 'refusal':
      return 'content-filter';
    default:
      return calledTools ? 'tool-calls' : 'stop';
  }
}

/** Counts are cumulative. What was read from the cache, or written to it, is counted apart from the input. */
function usageOf(fields: JsonObject | undefined): Partial<UsageEvent> {
  const cached = positiveOf(fields?.cache_read_input_tokens);
  const written = positiveOf(fields?.cache_creation_input_tokens);
  const read = positiveOf(fields?.input_tokens);
  const input = (read ?? 0) + (cached ?? 0) + (written ?? 0);
  return {
    ...optional('input', positiveOf(input)),
    ...optional('output', positiveOf(fields?.output_tokens)),
    ...optional('cached', cached),
  };
}
