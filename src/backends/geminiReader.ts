import {LlmError} from '../core/errors.ts';
import {neutraliseLine} from '../core/neutralise.ts';
import type {FinishReason, ReplyEvent} from '../core/reply.ts';
import {type JsonObject, listOf, objectOf, optional, parseJson, positiveOf, textOf} from './jsonFields.ts';
import {unreadableWarning} from './unreadableWarning.ts';
import type {WireReader} from './wireReader.ts';

type UsageEvent = Extract<ReplyEvent, {type: 'usage'}>;

/** How long text may follow a reason before the answer counts as ended, in ms. */
const lateTextMs = 30_000;

export type GeminiReaderSettings = {
  model: string;
  label: string;
  complaint(body: unknown, model?: string): LlmError;
};

/**
 * Turns the chunks of one answer into reply events. The stream ends with its connection; a reason may stand on every
 * chunk, so none of them is the end.
 *
 * https://ai.google.dev/api/generate-content#method:-models.streamgeneratecontent
 */
export function createGeminiReader({model, label, complaint}: GeminiReaderSettings): WireReader {
  const calls: ReplyEvent[] = [];
  const unshown = new Set<string>();
  let usage: UsageEvent | undefined;
  let reason: string | undefined;
  let explanation = '';
  let started = false;
  let received = false;
  let broken = false;

  const readPart = (value: unknown): ReplyEvent[] => {
    const part = objectOf(value) ?? {};
    const text = textOf(part.text);
    if (text) return [part.thought === true ? {type: 'reasoning', text} : {type: 'text', text}];
    const call = objectOf(part.functionCall);
    const name = textOf(call?.name);
    if (call && name) {
      calls.push({
        type: 'tool-call',
        id: textOf(call.id) ?? `call_${calls.length + 1}`,
        name,
        arguments: JSON.stringify(call.args ?? {}),
      });
    }
    const data = objectOf(part.inlineData);
    if (data) unshown.add(textOf(data.mimeType) ?? 'data');
    return [];
  };

  const readChunk = (body: JsonObject): ReplyEvent[] => {
    if (body.error !== undefined && body.error !== null) throw complaint(body, model);
    const feedback = objectOf(body.promptFeedback);
    const candidate = objectOf(listOf(body.candidates).find(each => (objectOf(each)?.index ?? 0) === 0));
    const counts = objectOf(body.usageMetadata);
    if (!feedback && !candidate && !counts) return [];
    const events: ReplyEvent[] = [];
    if (!started) {
      started = true;
      const id = textOf(body.responseId);
      events.push({type: 'start', model: textOf(body.modelVersion) ?? model, ...(id && {id})});
    }
    usage = usageOf(counts) ?? usage;
    const blocked = textOf(feedback?.blockReason);
    if (blocked && !candidate) throw blockedPrompt(label, blocked);
    events.push(...listOf(objectOf(candidate?.content)?.parts).flatMap(readPart));
    const given = textOf(candidate?.finishReason);
    if (given && given !== 'FINISH_REASON_UNSPECIFIED') reason = given;
    explanation = textOf(candidate?.finishMessage) ?? explanation;
    return events;
  };

  return {
    read({event, data}) {
      received = true;
      const body = parseJson(data);
      const fields = objectOf(body) ?? objectOf(listOf(body)[0]);
      if (event === 'error') throw complaint(fields ?? {error: data}, model);
      if (fields) return readChunk(fields);
      broken ||= data.trim() !== '' && data.trim() !== '[DONE]';
      return [];
    },
    // Without `alt=sse`, which a gateway may drop, the chunks come as one list.
    readWhole(body) {
      received = true;
      return (Array.isArray(body) ? body : [body]).flatMap(each => readChunk(objectOf(each) ?? {}));
    },
    isDone: () => false,
    hasReason: () => reason !== undefined,
    lateMs: lateTextMs,
    isForeign: () => received && !started,
    heldBack: () => [],
    end() {
      if (reason === undefined) return [];
      const finish = finishOf(reason, calls.length > 0);
      if (!finish) throw unfinished(label, reason, explanation);
      const events: ReplyEvent[] = [...calls];
      if (broken) events.push(unreadableWarning(label));
      if (unshown.size > 0) {
        const kinds = [...unshown].join(', ');
        events.push({type: 'warning', message: `${label} sent what cannot be shown here: ${kinds}.`});
      }
      if (usage) events.push(usage);
      events.push({type: 'finish', reason: finish, raw: reason});
      return events;
    },
  };
}

/** Undefined for a reason that says that the model failed. */
function finishOf(reason: string, calledTools: boolean): FinishReason | undefined {
  switch (reason) {
    case 'STOP':
      return calledTools ? 'tool-calls' : 'stop';
    case 'MAX_TOKENS':
      return 'length';
    case 'OTHER':
    case 'MALFORMED_FUNCTION_CALL':
    case 'UNEXPECTED_TOOL_CALL':
    case 'TOO_MANY_TOOL_CALLS':
    case 'MALFORMED_RESPONSE':
      return undefined;
    case 'CONTINUATION':
      return 'length';
    default:
      // SAFETY, RECITATION, LANGUAGE, BLOCKLIST, PROHIBITED_CONTENT, SPII, IMAGE_… and what else is to come.
      return 'content-filter';
  }
}

function blockedPrompt(label: string, reason: string): LlmError {
  return new LlmError({
    kind: 'content-filter',
    message: `${label} does not answer this prompt (${neutraliseLine(reason)}).`,
    hint: 'Reword it with /edit, or choose another model with /model.',
  });
}

function unfinished(label: string, reason: string, explanation: string): LlmError {
  return new LlmError({
    kind: 'engine',
    message: neutraliseLine(`${label} broke off: ${explanation || reason}.`),
    hint: 'Try again with /retry.',
  });
}

/** Counts come with every chunk and are cumulative. What was thought is counted apart from what was said. */
function usageOf(counts: JsonObject | undefined): UsageEvent | undefined {
  const said = positiveOf(counts?.candidatesTokenCount);
  const thought = positiveOf(counts?.thoughtsTokenCount);
  const event: UsageEvent = {
    type: 'usage',
    ...optional('input', positiveOf(counts?.promptTokenCount)),
    ...optional('output', positiveOf((said ?? 0) + (thought ?? 0))),
    ...optional('reasoning', thought),
    ...optional('cached', positiveOf(counts?.cachedContentTokenCount)),
  };
  return Object.keys(event).length > 1 ? event : undefined;
}
