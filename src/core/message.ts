/** Plain values of a conversation. Identity in a database, paths and encodings are other layers' concern. */
export type Role = 'system' | 'user' | 'assistant';

/** An image that goes with a prompt; always bytes, never a path that a library might read. */
export type ImageAttachment = {kind: 'image'; name: string; mediaType: string; data: Uint8Array};
/** A text file that goes with a prompt. */
export type TextAttachment = {kind: 'text'; name: string; text: string};
export type Attachment = ImageAttachment | TextAttachment;

/** What is sent to a backend: one entry of the conversation, without its history or figures. */
export type Message = {role: Role; text: string; attachments?: readonly Attachment[]};

/**
 * Why an answer ended.
 * `aborted`: the person stopped it. `interrupted`: the stream was cut. `error`: the backend failed.
 * `streaming`: not ended as far as the store knows; after a crash such an answer is found as `interrupted`.
 */
export type StopReason =
  | 'streaming'
  | 'stop'
  | 'length'
  | 'content-filter'
  | 'aborted'
  | 'interrupted'
  | 'error';

/** Token counts of one answer; a missing number is unknown, never zero. */
export type Usage = {
  input?: number;
  output?: number;
  reasoning?: number;
  cached?: number;
  /**
   * What was sent, by our own estimate: it tells what `input` is a count of, or stands for it. Not that of the path up to the answer when
   * an answer was gone on with, or the system prompt has been changed since.
   */
  sent?: number;
  /** True when any of these was estimated by us rather than reported by the backend. */
  estimated: boolean;
};

/** Durations of one answer, in ms, measured on this side unless the backend reports better. */
export type Timing = {
  /** From sending to the first text or reasoning. */
  firstTokenMs?: number;
  totalMs: number;
  /** From the first reasoning to the first text. */
  reasoningMs?: number;
  tokensPerSecond?: number;
};
