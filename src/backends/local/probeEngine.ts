import {LlmError} from '../../core/errors.ts';
import {startEngine} from './engineChild.ts';
import {vetGguf} from './vetGguf.ts';

export type ProbeOptions = {
  /** The file of node-llama-cpp to try. */
  entry: string;
  /** The program of the engine's process: `engineProcess`, built or as source. */
  enginePath: string;
  /** The model that comes with the program. */
  guidePath: string;
  /** Whether a build for a graphics processor is there to be tried. */
  gpu: boolean;
};

/** Longest wait for the engine to load, in ms: a system may look at each new file before it lets it be loaded. */
const longestMs = 120_000;

/**
 * Has an engine load the built-in model in a process of its own, once. Throws `LlmError` when it does not come to that.
 * Where the model is missing or damaged nothing can be tried, and the engine is not to blame.
 */
export async function probeEngine(
  {entry, enginePath, guidePath, gpu}: ProbeOptions,
  signal: AbortSignal,
): Promise<void> {
  const guide = await vetGguf(guidePath).catch(() => undefined);
  if (!guide) return;
  const {path, bytes, contextMax, tokenBytes} = guide;
  const load = {path, bytes, contextMax, tokenBytes, gpu, wrapper: 'chatml' as const};
  const child = startEngine({enginePath, load, entry, keepAliveMs: longestMs});
  const limit = AbortSignal.timeout(longestMs);
  try {
    await child.describe(AbortSignal.any([signal, limit]));
  } catch (thrown) {
    if (signal.aborted || !limit.aborted) throw thrown;
    throw new LlmError({kind: 'engine', message: `it did not load within ${longestMs / 1000} s`});
  } finally {
    await child.end();
  }
}
