import {LlmError, toLlmError} from '../../core/errors.ts';
import type {EnginePlatform} from './enginePlatform.ts';
import {noBuild} from './installEngine.ts';
import type {EngineFailure} from './protocol.ts';

/** Whatever was thrown in the engine's process, in the form that travels. */
export function toFailure(thrown: unknown): EngineFailure {
  const {kind, message, hint, detail} = toLlmError(thrown, 'engine');
  return {kind, message, hint, ...(detail && {detail})};
}

/** The failure as an error again, on the other side. */
export function fromFailure(failure: EngineFailure): LlmError {
  return new LlmError(failure);
}

const elsewhere = 'use a model server instead, such as Ollama (https://ollama.com)';

/** What to do where there is no npm to fetch the engine with. */
const getNpm = 'Install Node.js with npm (https://nodejs.org)';

/** Fetches the engine into the folder of its own. */
export const installCommand = 'llm doctor --install-engine';

/**
 * Says that node-llama-cpp is nowhere, and what to do about it on this kind of machine.
 * @param canFetch whether npm is there, without which nothing is fetched
 */
export function missingEngine(platform: EnginePlatform, canFetch = true): LlmError {
  if (platform.build === undefined) return noBuild(platform);
  const fetching = `etch it with \`${installCommand}\`, or ${elsewhere}.`;
  return new LlmError({
    kind: 'engine',
    message: 'The embedded engine is not installed (the package node-llama-cpp is missing)',
    hint: canFetch ? `F${fetching}` : `${getNpm}, then f${fetching}`,
  });
}

/** Says why node-llama-cpp could not be imported, and what to do. */
export function importFailure(thrown: unknown, platform: EnginePlatform): LlmError {
  const code = thrown instanceof Error && 'code' in thrown ? thrown.code : undefined;
  const {kind, message, hint} =
    code === 'ERR_MODULE_NOT_FOUND' || code === 'MODULE_NOT_FOUND'
      ? missingEngine(platform)
      : {
          kind: 'engine' as const,
          message: 'The embedded engine cannot be loaded (node-llama-cpp does not start)',
          hint: `Fetch it anew with \`${installCommand}\`, or ${elsewhere}.`,
        };
  return new LlmError({kind, message, hint, ...detailOf(thrown)});
}

/** Says that llama.cpp has no binary that runs here. */
export function binaryFailure(thrown: unknown, platform: EnginePlatform): LlmError {
  const {kind, message, hint} =
    platform.build === undefined
      ? noBuild(platform)
      : {
          kind: 'engine' as const,
          message: `The embedded engine has no binary that runs on ${platform.name}`,
          hint: `Fetch it anew with \`${installCommand}\`, or ${elsewhere}.`,
        };
  return new LlmError({kind, message, hint, ...detailOf(thrown)});
}

/** The stack of a thrown error as an error's detail. */
export function detailOf(thrown: unknown, log = ''): {detail: string} {
  const stack = thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown);
  return {detail: log ? `${log}\n${stack}` : stack};
}
