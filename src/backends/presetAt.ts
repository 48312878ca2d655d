import {identify} from './identify.ts';
import {listens} from './listens.ts';
import type {Preset} from './presets.ts';
import {openAiRoots} from './serverAddress.ts';

/** A server that does not say what it is within so many ms is taken for what its port suggests. */
const withinMs = 500;

/**
 * The preset of what evidently answers at an address on this machine, such as llama.cpp on the usual port of vLLM;
 * undefined when nothing answers there, or nothing with a mark of its own. Never throws.
 */
export async function presetAt(baseUrl: string, presets: readonly Preset[]): Promise<Preset | undefined> {
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), withinMs);
  try {
    if (!(await listens(baseUrl, stop.signal))) return undefined;
    const kind = await identify(openAiRoots(baseUrl).root, stop.signal);
    return presets.find(preset => preset.id === kind);
  } finally {
    clearTimeout(timer);
  }
}
