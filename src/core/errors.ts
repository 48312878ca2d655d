/** What went wrong, in the words that decide what a person can do about it. */
export type ErrorKind =
  | 'usage'
  | 'model-unknown'
  | 'file'
  | 'unreachable'
  | 'timeout'
  | 'auth'
  | 'quota'
  | 'rate-limit'
  | 'overloaded'
  | 'loading'
  | 'context'
  | 'capability'
  | 'bad-request'
  | 'content-filter'
  | 'interrupted'
  | 'protocol'
  | 'engine'
  | 'schema'
  | 'storage'
  | 'cancelled';

export type LlmErrorInit = {
  kind: ErrorKind;
  /** What failed and where, in one line, without a full stop's worth of detail that nobody can act on. */
  message: string;
  /** The next thing to type or do; empty when there is nothing. */
  hint?: string;
  /** HTTP status, when a server gave one. */
  status?: number;
  /** After how long it may be tried again, in ms: what a server asks for, or because of a lock. */
  retryAfterMs?: number;
  /** Nobody listened, so that nothing was begun and asking again is safe. */
  unsent?: boolean;
  /** The raw material (a server's body, a stack): shown only on demand. */
  detail?: string;
  cause?: unknown;
};

/** The one failure type that crosses a layer of this program. */
export class LlmError extends Error {
  readonly kind: ErrorKind;
  readonly hint: string;
  readonly status: number | undefined;
  readonly retryAfterMs: number | undefined;
  readonly unsent: boolean;
  readonly detail: string | undefined;

  constructor(init: LlmErrorInit) {
    super(init.message, init.cause === undefined ? undefined : {cause: init.cause});
    this.name = 'LlmError';
    this.kind = init.kind;
    this.hint = init.hint ?? '';
    this.status = init.status;
    this.retryAfterMs = init.retryAfterMs;
    this.unsent = init.unsent ?? false;
    this.detail = init.detail;
  }
}

/** Wraps whatever was thrown, so that every caller above can rely on `LlmError`. */
export function toLlmError(thrown: unknown, kind: ErrorKind = 'protocol'): LlmError {
  if (thrown instanceof LlmError) return thrown;
  if (thrown instanceof Error) {
    if (thrown.name === 'AbortError')
      return new LlmError({kind: 'cancelled', message: 'stopped', cause: thrown});
    return new LlmError({
      kind,
      message: thrown.message,
      cause: thrown,
      ...(thrown.stack && {detail: thrown.stack}),
    });
  }
  return new LlmError({kind, message: String(thrown)});
}

/** The process exit status of a failure (design: "Exit status"). */
export function exitStatus(kind: ErrorKind): number {
  switch (kind) {
    case 'usage':
    case 'model-unknown':
    case 'file':
      return 2;
    case 'unreachable':
      return 3;
    case 'auth':
      return 4;
    case 'context':
      return 5;
    case 'schema':
      return 6;
    case 'cancelled':
      return 130;
    default:
      return 1;
  }
}

/** A failure in one line: what happened, then what to do. */
export function describeError({message, hint}: Pick<LlmError, 'message' | 'hint'>): string {
  return hint ? `${message.replace(/[.\s]+$/, '')}. ${asSentence(hint)}` : message;
}

/** A text that begins with a word of small letters, with a capital; names and paths stay as they are. */
export function asSentence(text: string): string {
  return /^(?!llm |\S+ at \S+:\d)[a-z]+[ ,:]/.test(text)
    ? text.charAt(0).toUpperCase() + text.slice(1)
    : text;
}
