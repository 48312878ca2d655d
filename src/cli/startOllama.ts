import {spawn} from 'node:child_process';
import {closeSync, existsSync, mkdirSync, openSync, readFileSync} from 'node:fs';
import path from 'node:path';
import {setTimeout as delay} from 'node:timers/promises';
import {listens} from '../backends/listens.ts';
import {LlmError} from '../core/errors.ts';
import type {Environment} from './environment.ts';
import {findExecutables} from './findExecutables.ts';

/** Where the Mac's program with a window is. */
const macApp = '/Applications/Ollama.app';
/** How long a start may take, and how often it is looked at, in ms. */
const patienceMs = 20_000;
const pauseMs = 100;

/** A way to start Ollama. */
export type OllamaStart = {program: string; words: readonly string[]};

/** How Ollama can be started here; undefined when it is not installed. */
export function findOllama({host}: Pick<Environment, 'host'>): OllamaStart | undefined {
  const [program] = findExecutables(host.platform === 'win32' ? 'ollama.exe' : 'ollama', host.path);
  if (program !== undefined) return {program, words: ['serve']};
  return host.platform === 'darwin' && existsSync(macApp)
    ? {program: '/usr/bin/open', words: ['-g', '-a', macApp]}
    : undefined;
}

export type StartOllamaOptions = OllamaStart & {
  /** The address at which it will answer. */
  baseUrl: string;
  /** Where what it writes goes. */
  log: string;
};

/**
 * Starts Ollama so that it goes on after this program, and resolves when something listens at its address. Throws
 * `LlmError`: `unreachable` when it ends or does not come, `cancelled` after an abort, which leaves it as it is.
 */
export async function startOllama(
  {program, words, baseUrl, log}: StartOllamaOptions,
  signal: AbortSignal,
): Promise<void> {
  let failure: string | undefined;
  let output: number | undefined;
  try {
    mkdirSync(path.dirname(log), {recursive: true, mode: 0o700});
    output = openSync(log, 'w', 0o600);
    const child = spawn(program, words, {detached: true, stdio: ['ignore', output, output]});
    child.on('error', ({message}) => {
      failure = message;
    });
    child.on('exit', (status, by) => {
      // The Mac's program is started by another, which ends at once.
      if (status !== 0) failure = lastLine(log) || `it ended with ${by ?? `status ${status}`}`;
    });
    child.unref();
  } catch (thrown) {
    failure = thrown instanceof Error ? thrown.message : String(thrown);
  } finally {
    if (output !== undefined) closeSync(output);
  }
  const end = Date.now() + patienceMs;
  while (!(await listens(baseUrl, signal))) {
    if (signal.aborted) throw new LlmError({kind: 'cancelled', message: 'stopped'});
    if (failure === undefined && Date.now() > end)
      failure = `it does not answer after ${patienceMs / 1000} s`;
    if (failure !== undefined) {
      throw new LlmError({
        kind: 'unreachable',
        message: `Ollama did not start: ${failure}`,
        hint: `What it wrote is in ${log}. Or start it in another terminal: \`ollama serve\`.`,
      });
    }
    await delay(pauseMs, undefined, {signal}).catch(() => {});
  }
}

function lastLine(file: string): string {
  try {
    return readFileSync(file, 'utf8').trim().split('\n').at(-1) ?? '';
  } catch {
    return '';
  }
}
