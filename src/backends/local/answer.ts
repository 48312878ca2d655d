import type {ChatHistoryItem, LLamaChatGenerateResponseOptions, LlamaGrammar, Token} from 'node-llama-cpp';
import {LlmError} from '../../core/errors.ts';
import type {ReplyEvent} from '../../core/reply.ts';
import {type ContextPool, type Place, windowFor} from './contextPool.ts';
import {detailOf} from './engineFailure.ts';
import {grammarSchema} from './grammarSchema.ts';
import type {Engine} from './loadModel.ts';
import type {EngineChat} from './protocol.ts';
import {samplingOptions} from './samplingOptions.ts';

/** Without `max_tokens` an answer ends here, in tokens: a small model can go round in circles for ever. */
const longestAnswer = 16_384;
/** Tokens left unused at the window's end, for what a chat template adds after the prompt (an opened thought). */
const spare = 8;

/**
 * Makes one answer out of the whole conversation and emits it as reply events, the last being `finish`.
 * The conversation is never shortened: one that leaves no room is refused as kind `context`,
 * and an answer that reaches the end of the window finishes with `length`.
 * Returns early, without `finish`, when the signal aborts.
 */
export async function answer(
  engine: Engine,
  pool: ContextPool,
  request: EngineChat,
  signal: AbortSignal,
  emit: (event: ReplyEvent) => void,
): Promise<void> {
  for (const message of engine.warnings.splice(0)) emit({type: 'warning', message});
  const asked = request.options.num_ctx;
  if (asked !== undefined && asked > engine.contextMax) {
    const message = `${engine.name} sees at most ${engine.contextMax} tokens; num_ctx ${asked} was lowered to that`;
    emit({type: 'warning', message});
  }
  const grammar = request.schema && (await grammarFor(engine, request.schema));
  const history = toHistory(request);
  const prompt = tokenise(engine, history);
  await pool.use(
    prompt,
    windowFor(prompt.length, request.options, engine.contextMax),
    signal,
    async place => {
      const room = place.window - prompt.length - spare;
      if (room < 1) throw contextFailure(engine, prompt.length, place.window);
      const started = performance.now();
      const cached = await prefill(place, engine.prefillPiece, prompt, signal, emit);
      if (signal.aborted) return;
      const limit = Math.min(request.options.max_tokens ?? longestAnswer, room);
      await generate(
        place,
        {engine, history, request, prompt, cached, limit, grammar, started},
        signal,
        emit,
      );
    },
  );
}

type Job = {
  engine: Engine;
  history: ChatHistoryItem[];
  request: EngineChat;
  prompt: readonly Token[];
  /** Tokens of the prompt that were evaluated before. */
  cached: number;
  /** The most tokens that may be generated. */
  limit: number;
  grammar: LlamaGrammar | undefined;
  started: number;
};

/** How often token counts are told while an answer streams, in ms. */
const countEvery = 250;

async function generate(place: Place, job: Job, signal: AbortSignal, emit: (event: ReplyEvent) => void) {
  const before = place.sequence.tokenMeter.getState();
  // A last guard: should llama.cpp want to drop a part of the history, the answer ends instead.
  const full = new AbortController();
  const prefilled = performance.now();
  let firstToken: number | undefined;
  let reasoning = 0;
  let counted = prefilled;
  const usage = (): ReplyEvent => ({
    type: 'usage',
    input: job.prompt.length,
    output: place.sequence.tokenMeter.diff(before).usedOutputTokens,
    cached: job.cached,
    ...(reasoning > 0 && {reasoning}),
    inputMs: (firstToken ?? performance.now()) - job.started,
    outputMs: firstToken === undefined ? 0 : performance.now() - firstToken,
  });
  const options: LLamaChatGenerateResponseOptions = {
    ...samplingOptions(job.request.options, job.request.think, job.limit),
    ...(job.grammar && {grammar: job.grammar}),
    maxTokens: job.limit,
    signal: AbortSignal.any([signal, full.signal]),
    stopOnAbortSignal: true,
    contextShift: {
      strategy: ({chatHistory}) => {
        full.abort();
        return {chatHistory: [...chatHistory], metadata: {}};
      },
    },
    onResponseChunk: chunk => {
      if (signal.aborted || full.signal.aborted) return;
      const now = performance.now();
      firstToken ??= now;
      const thought = chunk.type === 'segment';
      if (thought) reasoning += chunk.tokens.length;
      if (chunk.text !== '') emit({type: thought ? 'reasoning' : 'text', text: chunk.text});
      if (now - counted < countEvery) return;
      counted = now;
      emit(usage());
    },
  };
  try {
    const {metadata} = await place.chat.generateResponse(job.history, options);
    if (signal.aborted) return;
    emit(usage());
    const reached = metadata.stopReason === 'maxTokens' || full.signal.aborted;
    emit({type: 'finish', reason: reached ? 'length' : 'stop', raw: metadata.stopReason});
  } catch (thrown) {
    if (signal.aborted) return;
    if (full.signal.aborted) throw contextFailure(job.engine, job.prompt.length, place.window);
    throw new LlmError({
      kind: 'engine',
      message: `The embedded engine failed while it answered: ${thrown instanceof Error ? thrown.message : thrown}`,
      hint: 'Try again with `/retry`; if it happens again, choose another model.',
      ...detailOf(thrown, job.engine.log()),
    });
  }
}

/**
 * Evaluates a long prompt piece by piece, all but its last tokens.
 * @returns how many of its tokens had been evaluated for an earlier answer
 */
async function prefill(
  {sequence}: Place,
  piece: number,
  prompt: readonly Token[],
  signal: AbortSignal,
  emit: (event: ReplyEvent) => void,
): Promise<number> {
  const {firstDifferentIndex} = sequence.compareContextTokens([...prompt]);
  const cached = Math.min(firstDifferentIndex, prompt.length - 1);
  if (prompt.length - cached <= piece) return cached;
  await sequence.adaptStateToTokens(prompt.slice(0, -1), false);
  const from = sequence.nextTokenIndex;
  for (let at = from; at + piece < prompt.length && !signal.aborted; at += piece) {
    emit({type: 'progress', phase: 'prefill', ratio: (at - from) / (prompt.length - from)});
    await sequence.evaluateWithoutGeneratingNewTokens(prompt.slice(at, at + piece));
  }
  return from;
}

function toHistory({messages}: EngineChat): ChatHistoryItem[] {
  return messages.map(({role, text}) =>
    role === 'assistant' ? {type: 'model', response: [text]} : {type: role, text},
  );
}

/** The tokens that the conversation becomes, up to where the answer begins. */
function tokenise(engine: Engine, history: ChatHistoryItem[]): Token[] {
  const open: ChatHistoryItem[] =
    history.at(-1)?.type === 'model' ? history : [...history, {type: 'model', response: []}];
  return engine.wrapper
    .generateContextState({chatHistory: open})
    .contextText.tokenize(engine.model.tokenizer);
}

async function grammarFor(engine: Engine, schema: object): Promise<LlamaGrammar> {
  const known = grammarSchema(schema);
  try {
    return await engine.llama.createGrammarForJsonSchema(known as {type: 'object'});
  } catch (thrown) {
    throw new LlmError({
      kind: 'bad-request',
      message: 'The embedded engine cannot follow this JSON Schema',
      hint: 'Make it simpler: type, properties, items, enum and oneOf always work.',
      ...detailOf(thrown),
    });
  }
}

function contextFailure(engine: Engine, prompt: number, window: number): LlmError {
  const wider = Math.min(engine.contextMax, 2 ** Math.ceil(Math.log2(prompt + 1024)));
  return new LlmError({
    kind: 'context',
    message: `The conversation is ${prompt} tokens long; the context window of ${engine.name} has ${window}`,
    hint:
      wider > window
        ? `Shorten it with /compact, widen the window with \`/set num_ctx ${wider}\`, or start a new one with /new.`
        : 'Shorten it with /compact, start a new one with /new, or choose a model with a longer context.',
  });
}
