import {LlmError} from '../core/errors.ts';
import type {Message} from '../core/message.ts';
import type {ThinkLevel} from '../core/options.ts';
import type {ReplyRequest} from '../core/reply.ts';
import type {AnthropicFacts} from './anthropicModels.ts';
import {messageImages, messageText, toBase64} from './messageText.ts';
import {refusedField} from './openAiRequest.ts';
import {readComplaint} from './serverErrors.ts';

/** The tool whose input is the answer, where an answer has to fit a schema. */
export const schemaTool = 'answer';

/** An answer's limit where neither the person nor the server names one, in tokens. */
const usualMaxTokens = 8_192;
/** The least that a model may be told to think, in tokens. */
const leastBudget = 1_024;
const budgets = {low: 2_048, medium: 8_192, high: 16_384, max: 32_768} as const;

type Thinking = 'adaptive' | 'enabled' | 'disabled';

/**
 * The body of `POST /v1/messages`. `refused` holds what the model has not taken before: names of fields, and
 * `thinking.adaptive`, `thinking.enabled`, `thinking.disabled`, `thinking.display`, `output_config.effort` and
 * `output_config.format` for parts of them.
 *
 * https://docs.anthropic.com/en/api/messages
 */
export function anthropicRequest(
  request: ReplyRequest,
  facts: AnthropicFacts,
  refused: ReadonlySet<string>,
): Record<string, unknown> {
  const {model, messages, options, schema} = request;
  const system = messages
    .filter(message => message.role === 'system')
    .map(messageText)
    .join('\n\n');
  const limit = options.max_tokens ?? facts.maxTokens;
  const formatted = schema !== undefined && facts.structured === true && !refused.has('output_config.format');
  const forced = schema !== undefined && !formatted;
  const {thinking, effort} = thinkingFields(request, facts, refused, limit, forced);
  const thinks = thinking !== undefined && thinking.type !== 'disabled';
  const output = {
    ...(effort && {effort}),
    ...(formatted && {format: {type: 'json_schema', schema}}),
  };
  const fields: Record<string, unknown> = {
    model,
    // Thinking counts as a part of the answer.
    max_tokens: limit ?? usualMaxTokens + (thinking?.budget_tokens ?? 0),
    messages: messages.flatMap(wireMessage),
    stream: true,
    ...(system && {system}),
    stop_sequences: options.stop && [...options.stop],
    // A model that thinks takes no sampling options.
    ...(!thinks && {temperature: options.temperature, top_p: options.top_p, top_k: options.top_k}),
    thinking,
    ...(Object.keys(output).length > 0 && {output_config: output}),
    ...(forced && {
      tools: [{name: schemaTool, description: 'Gives the answer.', input_schema: schema}],
      tool_choice: {type: 'tool', name: schemaTool},
    }),
  };
  return Object.fromEntries(
    Object.entries(fields).filter(([name, value]) => value !== undefined && !refused.has(name)),
  );
}

/** A message in Anthropic's shape. One without a word is left out, because it would be refused. */
function wireMessage(message: Message): object[] {
  if (message.role === 'system') return [];
  const text = messageText(message);
  const content = [
    ...messageImages(message).map(({mediaType, data}) => ({
      type: 'image',
      source: {type: 'base64', media_type: mediaType, data: toBase64(data)},
    })),
    ...(text.trim() === '' ? [] : [{type: 'text', text}]),
  ];
  return content.length === 0 ? [] : [{role: message.role, content}];
}

/** The way of thinking that was asked for, or the next best one that the model has not refused. */
function thinkingFields(
  {think, model}: ReplyRequest,
  facts: AnthropicFacts,
  refused: ReadonlySet<string>,
  limit: number | undefined,
  forced: boolean,
): {thinking?: {type: Thinking; budget_tokens?: number; display?: string}; effort?: string} {
  if (think === undefined || refused.has('thinking')) return {};
  if (think === 'off') return refused.has('thinking.disabled') ? {} : {thinking: {type: 'disabled'}};
  // A forced tool and thinking exclude each other.
  if (forced) return {};
  const {adaptive = isAdaptive(model), enabled = !adaptive} = facts;
  const ways: Thinking[] = [];
  if (adaptive) ways.push('adaptive');
  if (enabled) ways.push('enabled');
  for (const other of ['adaptive', 'enabled'] as const) if (!ways.includes(other)) ways.push(other);
  const way = ways.find(each => !refused.has(`thinking.${each}`));
  const display = refused.has('thinking.display') ? {} : {display: 'summarized'};
  if (way === 'adaptive') {
    const effort = refused.has('output_config.effort') ? undefined : effortOf(think, facts.efforts);
    return {thinking: {type: 'adaptive', ...display}, ...(effort && {effort})};
  }
  const budget = Math.min(budgets[think], limit === undefined ? Infinity : limit - leastBudget);
  if (way === undefined || budget < leastBudget) return {};
  return {thinking: {type: 'enabled', budget_tokens: budget}};
}

/** The families that decide by themselves how long to think; older ones want a number of tokens. */
function isAdaptive(model: string): boolean {
  return /claude-[a-z]+-(4-[6-9](\D|$)|([5-9]|\d\d)(\D|$))/.test(model);
}

function effortOf(
  think: Exclude<ThinkLevel, 'off'>,
  efforts: readonly string[] | undefined,
): string | undefined {
  if (efforts === undefined || efforts.includes(think)) return think;
  return think === 'max' ? ['xhigh', 'high'].find(level => efforts.includes(level)) : undefined;
}

/** What of a request a model does not take, in the names that `anthropicRequest` knows. */
export function anthropicRefusal(
  thrown: unknown,
  body: Readonly<Record<string, unknown>>,
): string | undefined {
  if (!(thrown instanceof LlmError) || thrown.status !== 400) return undefined;
  if (thrown.kind !== 'bad-request' && thrown.kind !== 'capability') return undefined;
  const {text} = readComplaint(thrown.detail ?? '');
  const thinking = body.thinking as {type: Thinking; display?: string} | undefined;
  const output = body.output_config as {effort?: string; format?: object} | undefined;
  if (output?.effort && /effort/.test(text)) return 'output_config.effort';
  if (output?.format && /output_config|output_format|structured output|json_schema|schema/i.test(text))
    return 'output_config.format';
  if (thinking?.display && /display/.test(text)) return 'thinking.display';
  if (thinking && /think|budget_tokens/i.test(text)) return `thinking.${thinking.type}`;
  if (body.temperature !== undefined && body.top_p !== undefined && /cannot both be/.test(text))
    return 'top_p';
  return refusedField(thrown, {...body, system: undefined, tools: undefined, tool_choice: undefined});
}

/** The longest answer that a model names when it refuses a longer one, in tokens. */
export function namedMaxTokens(thrown: unknown): number | undefined {
  if (!(thrown instanceof LlmError) || thrown.status !== 400) return undefined;
  const {text} = readComplaint(thrown.detail ?? '');
  const [, named] = /max_tokens: [\d,]+ > ([\d,]+)/.exec(text) ?? [];
  if (named) return Number(named.replaceAll(',', ''));
  // Prompt and answer share the window of some models: what the prompt leaves is what the answer may have.
  const [, prompt, asked, window] = /([\d,]+) \+ ([\d,]+) > ([\d,]+)/.exec(text) ?? [];
  if (!prompt || !asked || !window || !/max_tokens/.test(text)) return undefined;
  const room = Number(window.replaceAll(',', '')) - Number(prompt.replaceAll(',', ''));
  return room >= leastBudget ? room : undefined;
}
