import {type ErrorKind, LlmError} from '../core/errors.ts';
import {neutralise, neutraliseLine} from '../core/neutralise.ts';
import {type GoogleDetails, googleDetails} from './googleDetails.ts';
import {listOf, objectOf, parseJson, positiveOf, textOf} from './jsonFields.ts';
import type {Failing} from './networkErrors.ts';
import {usualHint} from './usualHint.ts';

/** What a server said when it refused, in whatever dialect, under one set of names. */
export type Complaint = {
  text: string;
  code: string;
  type: string;
  /** The field of the request that was refused. */
  param: string;
  /** Size of the prompt and of the context, in tokens, where the server names them. */
  promptTokens?: number;
  contextTokens?: number;
  google: GoogleDetails;
  /** Where to sign in. */
  signIn?: string;
};

export type ErrorContext = Failing & {
  /** HTTP status, 0 when the complaint came inside a stream. */
  status: number;
  headers?: Headers;
  model?: string;
  /** How to sign in or give a key. */
  keyHint?: string;
  /** How to get a model that is missing; `{model}` stands for its name. */
  missingModelHint?: string;
};

/**
 * Reads a complaint out of any shape: `{error: {…}}`, `{error: "…"}`, the same as JSON in a string, a bare
 * `{message}`, FastAPI's `{detail: "…" | [{loc, msg}]}`, or plain text. Web pages give an empty text.
 */
export function readComplaint(body: unknown): Complaint {
  if (typeof body === 'string') {
    const parsed = parseJson(body);
    if (typeof parsed === 'object' && parsed !== null) return readComplaint(parsed);
    return {text: /^\s*</.test(body) ? '' : body.trim(), code: '', type: '', param: '', google: {}};
  }
  const outer = objectOf(body) ?? objectOf(listOf(body)[0]) ?? {};
  const nested = typeof outer.error === 'string' ? parseJson(outer.error) : outer.error;
  const inner = objectOf(objectOf(nested)?.error) ?? objectOf(nested) ?? outer;
  // Mistral puts FastAPI's list into its message.
  const details = listOf(outer.detail ?? objectOf(outer.message)?.detail).map(objectOf);
  const text =
    textOf(inner.message) ??
    textOf(outer.error) ??
    textOf(outer.message) ??
    textOf(outer.detail) ??
    details.map(detail => `${listOf(detail?.loc).join('.')}: ${detail?.msg ?? ''}`).join('; ');
  return {
    text,
    code: String(inner.code ?? outer.code ?? ''),
    type: textOf(inner.type) ?? textOf(inner.status) ?? textOf(details[0]?.type) ?? '',
    google: googleDetails(inner.details),
    param: textOf(inner.param) ?? String(listOf(details[0]?.loc).at(-1) ?? ''),
    ...numbersIn(text, inner),
    ...(textOf(outer.signin_url) && {signIn: textOf(outer.signin_url)}),
  };
}

/** Turns what a server said into the error that tells a person what to do. */
export function serverError(body: unknown, context: ErrorContext): LlmError {
  const complaint = readComplaint(body);
  const status = context.status || statusIn(complaint);
  const kind = kindOf(complaint, status);
  const {message, hint} = wording(kind, complaint, status, context);
  const wait = retryAfterMs(context.headers, complaint.text) ?? complaint.google.waitMs;
  return new LlmError({
    kind,
    message: neutraliseLine(message),
    hint: neutraliseLine(hint),
    detail: neutralise(typeof body === 'string' ? body : JSON.stringify(body)).slice(0, 4_000),
    ...(status > 0 && {status}),
    ...(wait !== undefined && {retryAfterMs: wait}),
  });
}

const contextText =
  /context (length|size|window)|maximum context|longer than the context|exceed_context_size|context_length_exceeded|context the overflows|prompt is too long|too many tokens|maximum (input|prompt) length|exceed context limit|input token count.*exceeds|keep from the initial prompt/i;
const capabilityText =
  /does(?:n't| not) support (thinking|tools|chat|vision|image|insert|generate|completion|embed)|image input is not supported|not a (multimodal|vision) model|at most 0 image|tool choice requires|no multimodal|mmproj/i;

function kindOf({text, code, type, google}: Complaint, status: number): ErrorKind {
  const words = `${code} ${type} ${text}`;
  // Google speaks of the plan and its billing for each limit; only the details tell a pause from an end.
  if (google.quota) return google.quota === 'long' ? 'quota' : 'rate-limit';
  if (google.reason === 'API_KEY_INVALID' || /api key (not valid|expired)/i.test(text)) return 'auth';
  if (status !== 401 && status !== 403 && status !== 429 && contextText.test(words)) return 'context';
  if (/content_filter|content management policy|content_policy/i.test(words)) return 'content-filter';
  if (
    status === 402 ||
    /insufficient_quota|billing|exceeded your current quota|credit balance/i.test(words)
  ) {
    return 'quota';
  }
  if (status === 429 || /rate.?limit/i.test(`${code} ${type}`)) return 'rate-limit';
  if (
    status === 401 ||
    status === 403 ||
    /invalid_api_key|authentication_error|permission_error|unauthorized/i.test(words)
  ) {
    return 'auth';
  }
  if (capabilityText.test(words)) return 'capability';
  if (
    /model_not_found|model_not_available/i.test(code) ||
    (type === 'not_found_error' && text.startsWith('model:')) ||
    (status !== 0 &&
      status < 500 &&
      /models?\b.*\b(not found|does not exist|not exist)|not a valid model/i.test(text))
  ) {
    return 'model-unknown';
  }
  if (/loading model|model is loading|still loading/i.test(words)) return 'loading';
  if (status === 503 || status === 529 || /overloaded|server busy/i.test(words)) return 'overloaded';
  if (status === 502) return 'unreachable';
  if (status === 504 || status === 408) return 'timeout';
  if (status === 499) return 'interrupted';
  if (status === 404) return 'protocol';
  if (status >= 400 && status < 500) return 'bad-request';
  return 'engine';
}

function wording(
  kind: ErrorKind,
  complaint: Complaint,
  status: number,
  context: ErrorContext,
): {message: string; hint: string} {
  const {label, url, model = 'the model', unreachableHint} = context;
  const said = shorten(complaint.text || (status ? `status ${status}` : 'an error without words'));
  switch (kind) {
    case 'context':
      return {
        message: `The conversation${tokens(complaint.promptTokens)} is too long for the context of ${model}${tokens(complaint.contextTokens)}.`,
        hint: contextHint(complaint),
      };
    case 'auth':
      return {
        message: `${label} refused the request: ${said}`,
        hint: complaint.signIn ? `Sign in at ${complaint.signIn}` : (context.keyHint ?? 'Check its key.'),
      };
    case 'quota':
      return {message: `${label}: the quota is used up. ${said}`, hint: 'Choose another model with /model.'};
    case 'rate-limit':
      return {message: `${label} asks to slow down: ${said}`, hint: 'Wait a little, then /retry.'};
    case 'model-unknown':
      return {
        message: `${label} has no model ${JSON.stringify(model)}.`,
        hint: (context.missingModelHint ?? 'See what it has with /model.').replaceAll('{model}', model),
      };
    case 'capability':
      return {message: `${label}: ${said}`, hint: capabilityHint(complaint.text)};
    case 'loading':
      return {message: `${label} is still loading its model.`, hint: 'Wait a little, then /retry.'};
    case 'overloaded':
      return {message: `${label} is busy: ${said}`, hint: 'Wait a little, then /retry.'};
    case 'unreachable':
      return {message: `${label} is not reached through its gateway: ${said}`, hint: unreachableHint};
    case 'protocol':
      return {
        message: `${label} does not know this request: ${said}`,
        hint: `Check that ${url} is the right address; another program may be listening there.`,
      };
    default:
      return {
        message: `${label} ${status >= 400 && status < 500 ? 'refused the request' : 'failed'}: ${said}`,
        hint: usualHint(kind),
      };
  }
}

/** A window is asked for in powers of two, with room for an answer. */
function contextHint({promptTokens}: Complaint): string {
  const size = promptTokens === undefined ? '' : ` ${2 ** Math.ceil(Math.log2(promptTokens + 1_024))}`;
  return `Shorten it with /compact, start a new one with /new, or make room with \`/set num_ctx${size}\` where the model allows more.`;
}

function capabilityHint(text: string): string {
  if (/think/i.test(text)) return 'Switch thinking off with `/think off`.';
  if (/image|vision|multimodal|mmproj/i.test(text))
    return 'Choose a model that sees images with /model, or leave the image out.';
  return 'Choose another model with /model.';
}

/** How long the server asks to be left alone, in ms: `retry-after-ms`, `retry-after` (seconds or a date), or in words. */
export function retryAfterMs(headers: Headers | undefined, text: string): number | undefined {
  const ms = Number.parseFloat(headers?.get('retry-after-ms') ?? '');
  if (ms >= 0) return ms;
  const after = headers?.get('retry-after')?.trim();
  if (after) {
    if (/^-?[\d.]+$/.test(after)) return Number(after) >= 0 ? Number(after) * 1_000 : undefined;
    const wait = Date.parse(after) - Date.now();
    return Number.isNaN(wait) ? undefined : Math.max(0, wait);
  }
  const [, amount, unit] = /(?:try again|retry) in ([\d.]+)\s*(ms|s|m)\b/i.exec(text) ?? [];
  if (!amount || !unit) return undefined;
  return Number(amount) * (unit === 'ms' ? 1 : unit === 's' ? 1_000 : 60_000);
}

function numbersIn(text: string, fields: {readonly [key: string]: unknown}): Partial<Complaint> {
  const given = {promptTokens: positiveOf(fields.n_prompt_tokens), contextTokens: positiveOf(fields.n_ctx)};
  const number = (pattern: RegExp): number | undefined => {
    const digits = pattern
      .exec(text)
      ?.slice(1)
      .find(group => group)
      ?.replaceAll(',', '');
    return digits ? Number(digits) : undefined;
  };
  const contextTokens =
    given.contextTokens ??
    number(
      /(?:context (?:length|size|window)(?: of)?(?: only)?(?: is)?|available context size)\D{0,3}([\d,]+)/i,
    ) ??
    number(/tokens(?: allowed)? ?(?:>|\() ?([\d,]+)(?: maximum|\))/i) ??
    number(/context limit: [\d,]+ \+ [\d,]+ > ([\d,]+)/i);
  const promptTokens =
    given.promptTokens ??
    number(/request \(([\d,]+) tokens\)|resulted in ([\d,]+)/i) ??
    number(/([\d,]+) tokens > |context limit: ([\d,]+)/i) ??
    number(/input token count \(?([\d,]+)/i) ??
    number(
      /(?:requested|resulted in|request has|prompt contains|keep the first) (?:about |at least )?([\d,]+)/i,
    );
  return {...(promptTokens && {promptTokens}), ...(contextTokens && {contextTokens})};
}

function statusIn({code}: Complaint): number {
  const number = Number(code);
  return Number.isInteger(number) && number >= 400 && number < 600 ? number : 0;
}

function tokens(count: number | undefined): string {
  return count === undefined ? '' : ` (${count.toLocaleString('en')} tokens)`;
}

function shorten(text: string): string {
  const line = neutraliseLine(text);
  return line.length > 300 ? `${line.slice(0, 299)}…` : line;
}
