import {LlmError, toLlmError} from '../../core/errors.ts';
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

/** Says why node-llama-cpp could not be imported, and what to do. */
export function importFailure(thrown: unknown): LlmError {
  const code = thrown instanceof Error && 'code' in thrown ? thrown.code : undefined;
  if (code === 'ERR_MODULE_NOT_FOUND' || code === 'MODULE_NOT_FOUND') {
    return new LlmError({
      kind: 'engine',
      message: 'The embedded engine is not installed (the package node-llama-cpp is missing)',
      hint: `Install it with \`npm install node-llama-cpp\` where this program is installed, or ${elsewhere}.`,
      ...detailOf(thrown),
    });
  }
  return new LlmError({
    kind: 'engine',
    message: 'The embedded engine cannot be loaded (node-llama-cpp does not start)',
    hint: `Reinstall it with \`npm install node-llama-cpp\`, or ${elsewhere}.`,
    ...detailOf(thrown),
  });
}

/** Says that llama.cpp has no binary that runs here. `platform` is for example `linux-x64 (musl)`. */
export function binaryFailure(thrown: unknown, platform: string): LlmError {
  return new LlmError({
    kind: 'engine',
    message: `The embedded engine has no binary that runs on ${platform}`,
    hint: `Reinstall with optional packages allowed (\`npm install --include=optional\`), or ${elsewhere}.`,
    ...detailOf(thrown),
  });
}

/** The stack of a thrown error as an error's detail. */
export function detailOf(thrown: unknown, log = ''): {detail: string} {
  const stack = thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown);
  return {detail: log ? `${log}\n${stack}` : stack};
}
