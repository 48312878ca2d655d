import type {LlmError} from '../core/errors.ts';
import type {FinishReason, ReplyEvent} from '../core/reply.ts';
import {type JsonObject, listOf, objectOf, optional, parseJson, positiveOf, textOf} from './jsonFields.ts';
import {createThinkSplitter, type ThinkSplitter} from './thinkSplitter.ts';
import {createToolCallCollector} from './toolCallCollector.ts';
import {unreadableWarning} from './unreadableWarning.ts';
import type {WireReader} from './wireReader.ts';

type UsageEvent = Extract<ReplyEvent, {type: 'usage'}>;

/** Turns the events of one chat completion, of any server's dialect, into reply events. */
export type OpenAiReader = WireReader & {
  /** What the splitter of thinking has learned. */
  thinkingOpensInPrompt(): boolean;
};

export type OpenAiReaderSettings = {
  model: string;
  label: string;
  complaint(body: unknown, model?: string): LlmError;
  /** Look for thinking between tags in the text. */
  inlineThinking: boolean;
  /** The model's template opens the thinking in the prompt. */
  startInside: boolean;
};

/** Starts reading one answer. */
export function createOpenAiReader(settings: OpenAiReaderSettings): OpenAiReader {
  const {model, label, complaint, inlineThinking, startInside} = settings;
  const tools = createToolCallCollector();
  let splitter: ThinkSplitter | undefined = inlineThinking ? createThinkSplitter({startInside}) : undefined;
  let usage: UsageEvent | undefined;
  let reason: string | undefined;
  let started = false;
  let done = false;
  let answered = false;
  let broken = false;

  const text = (value: string): ReplyEvent[] => {
    answered = true;
    return splitter ? splitter.push(value) : [{type: 'text', text: value}];
  };
  const reasoning = (value: string): ReplyEvent[] => {
    answered = true;
    const before = splitter?.end(false) ?? [];
    // A server that takes thinking out itself leaves no tags to look for.
    splitter = undefined;
    return [...before, {type: 'reasoning', text: value}];
  };
  /** Mistral's content may be a list of parts. */
  const content = (value: unknown): ReplyEvent[] => {
    if (typeof value === 'string') return value === '' ? [] : text(value);
    return listOf(value).flatMap(part => {
      const fields = objectOf(part);
      if (fields?.type === 'thinking') {
        const pieces = listOf(fields.thinking).map(piece => textOf(objectOf(piece)?.text) ?? '');
        return pieces.join('') ? reasoning(pieces.join('')) : [];
      }
      const piece = textOf(fields?.text);
      return piece ? text(piece) : [];
    });
  };

  const readObject = (body: JsonObject): ReplyEvent[] => {
    if (body.error !== undefined && body.error !== null) throw complaint(body, model);
    if (body.object === 'error' || (body.detail && !body.choices)) throw complaint(body, model);
    const events: ReplyEvent[] = [];
    if (!started) {
      started = true;
      const id = textOf(body.id);
      events.push({type: 'start', model: textOf(body.model) ?? model, ...(id && {id})});
    }
    const progress = objectOf(body.prompt_progress);
    if (progress) {
      const total = positiveOf(progress.total);
      const processed = positiveOf(progress.processed) ?? 0;
      events.push({
        type: 'progress',
        phase: 'prefill',
        ...(total && {ratio: Math.min(1, processed / total)}),
      });
    }
    const choice = objectOf(listOf(body.choices).find(each => (objectOf(each)?.index ?? 0) === 0));
    const delta = objectOf(choice?.delta) ?? objectOf(choice?.message) ?? {};
    const thought = delta.reasoning_content ?? delta.reasoning ?? delta.reasoning_text;
    if (typeof thought === 'string' && thought !== '') events.push(...reasoning(thought));
    events.push(...content(delta.content ?? choice?.text), ...content(delta.refusal));
    for (const call of listOf(delta.tool_calls)) tools.add(call);
    reason = textOf(choice?.finish_reason) ?? reason;
    usage = usageOf(body) ?? usage;
    return events;
  };

  return {
    read({event, data}) {
      if (done) return [];
      if (data.trim() === '[DONE]') {
        done = true;
        return [];
      }
      const body = parseJson(data);
      const fields = objectOf(body);
      if (event === 'error') {
        throw complaint(fields?.error === undefined ? {error: body ?? data} : fields, model);
      }
      if (fields) return readObject(fields);
      broken ||= data.trim() !== '';
      return [];
    },
    readWhole(body) {
      const events = readObject(objectOf(body) ?? {});
      done = reason !== undefined;
      return events;
    },
    isDone: () => done,
    heldBack: () => splitter?.end(false) ?? [],
    hasReason: () => reason !== undefined,
    isForeign: () => broken && !started,
    end() {
      const calls = tools.calls();
      const ended = reason !== undefined || (done && (answered || calls.length > 0));
      const events: ReplyEvent[] = [...(splitter?.end(ended && reason !== 'length') ?? [])];
      const failed = reason === 'error' || reason === 'abort';
      if (ended && !failed) {
        events.push(...calls);
        if (broken) events.push(unreadableWarning(label));
        if (usage) events.push(usage);
        events.push({
          type: 'finish',
          reason: finishOf(reason, calls.length > 0),
          ...(reason !== undefined && {raw: reason}),
        });
      }
      return events;
    },
    thinkingOpensInPrompt: () => splitter?.openedInPrompt() ?? false,
  };
}

function finishOf(reason: string | undefined, calledTools: boolean): FinishReason {
  switch (reason) {
    case 'length':
    case 'max_tokens':
    case 'model_length':
      return 'length';
    case 'content_filter':
      return 'content-filter';
    default:
      return calledTools ? 'tool-calls' : 'stop';
  }
}

/** Counts are cumulative wherever they stand, so the last ones win. llama.cpp adds `timings`, in ms. */
function usageOf(body: JsonObject): UsageEvent | undefined {
  const usage = objectOf(body.usage) ?? objectOf(objectOf(body.x_groq)?.usage);
  const timings = objectOf(body.timings);
  if (!usage && !timings) return undefined;
  const input = objectOf(usage?.prompt_tokens_details);
  const output = objectOf(usage?.completion_tokens_details);
  const cachedHere = positiveOf(timings?.cache_n);
  const read = positiveOf(timings?.prompt_n);
  const event: UsageEvent = {
    type: 'usage',
    ...optional(
      'input',
      positiveOf(usage?.prompt_tokens),
      positiveOf(usage?.input_tokens),
      read === undefined ? undefined : read + (cachedHere ?? 0),
    ),
    ...optional(
      'output',
      positiveOf(usage?.completion_tokens),
      positiveOf(usage?.output_tokens),
      positiveOf(timings?.predicted_n),
    ),
    ...optional('reasoning', positiveOf(output?.reasoning_tokens)),
    ...optional(
      'cached',
      positiveOf(input?.cached_tokens),
      positiveOf(usage?.prompt_cache_hit_tokens),
      cachedHere,
    ),
    ...optional('inputMs', positiveOf(timings?.prompt_ms)),
    ...optional('outputMs', positiveOf(timings?.predicted_ms)),
  };
  return Object.keys(event).length > 1 ? event : undefined;
}
