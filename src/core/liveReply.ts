/** What an answer that streams is busy with, in the order in which it usually happens. */
export type LivePhase = 'connecting' | 'waiting' | 'loading' | 'reading' | 'reasoning' | 'answering';

/** An answer while it streams. `text` and `reasoning` only ever grow. */
export type LiveReply = {
  readonly id: string;
  /** The prompt that it answers. */
  readonly parent: string;
  /** Full model name. */
  readonly model: string;
  readonly phase: LivePhase;
  /** Progress of `loading` or `reading`, from 0 to 1, when the backend tells. */
  readonly ratio?: number;
  /** While `waiting`: why, which pause it is, and what is left of it in ms. */
  readonly wait?: {readonly reason: string; readonly attempt: number; readonly ms: number};
  readonly text: string;
  /** How many characters (UTF-16) of the text were there already: it goes on with an answer that was cut. */
  readonly continues?: number;
  readonly reasoning: string;
  /** From sending to the first text or reasoning, in ms, once that has come. */
  readonly firstTokenMs?: number;
  /** How long it thought, in ms, once the text has begun. */
  readonly reasoningMs?: number;
  /** ms since 1970. */
  readonly started: number;
};
