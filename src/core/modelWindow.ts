import type {GenerationOptions} from './options.ts';

/** What is known of a model's context window, in tokens. A missing number is unknown. */
export type ModelWindow = {
  /** What the server has allocated now. */
  readonly allocated?: number;
  /** The most that the model allows. */
  readonly max?: number;
  /** The backend takes `num_ctx`, and makes the window larger by itself when a prompt needs it and nobody set one. */
  readonly growable?: boolean;
};

/** The window as a conversation meets it. */
export type UsedWindow = {
  /** What the window is now, in tokens; where it is not allocated yet, what it can be. */
  readonly tokens?: number;
  /** What is refused or cut beyond, in tokens; undefined when nobody knows, and then nothing is too long. */
  readonly limit?: number;
  /** Where `tokens` is from: an option of the conversation, the server, or the model's description. */
  readonly source: 'set' | 'allocated' | 'maximum' | 'unknown';
};

/** The window that a conversation with these options has. */
export function usedWindow(window: ModelWindow | undefined, {num_ctx: set}: GenerationOptions): UsedWindow {
  const {allocated, max, growable = false} = window ?? {};
  if (growable && set !== undefined) {
    const tokens = Math.min(set, max ?? set);
    return {tokens, limit: tokens, source: 'set'};
  }
  const tokens = allocated ?? max;
  if (tokens === undefined) return {source: 'unknown'};
  const limit = growable ? max : tokens;
  return {
    tokens,
    ...(limit !== undefined && {limit: Math.max(limit, tokens)}),
    source: allocated === undefined ? 'maximum' : 'allocated',
  };
}
