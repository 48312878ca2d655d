import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {closeSync, existsSync, mkdirSync, openSync, readFileSync} from 'node:fs';
import path from 'node:path';
import {setTimeout as delay} from 'node:timers/promises';
import {endGroup} from '../backends/endGroup.ts';
import {listens} from '../backends/listens.ts';
import {LlmError} from '../core/errors.ts';
import {type Environment, variablesWith} from './environment.ts';
import {findExecutables} from './findExecutables.ts';

/** Where the Mac's program with a window is. */
const macApp = '/Applications/Ollama.app';
/** How long a start may take, and how often it is looked at, in ms. */
const usualPatienceMs = 20_000;
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
  /** The address at which it will answer; it is told so, unless `OLLAMA_HOST` tells it already. */
  baseUrl: string;
  /** Where what it writes goes. */
  log: string;
  /** How long it may take, in ms. */
  patienceMs?: number;
};

/**
 * Starts Ollama so that it goes on after this program, and resolves when something listens at its address. Throws
 * `LlmError`: `unreachable` when it ends or does not come, `cancelled` after an abort. What was started is gone then, so
 * that another try starts no second one beside it.
 */
export async function startOllama(
  {program, words, baseUrl, log, patienceMs = usualPatienceMs}: StartOllamaOptions,
  signal: AbortSignal,
): Promise<void> {
  const started = launch(program, words, baseUrl, log);
  try {
    await untilListening(baseUrl, started.failure, patienceMs, signal);
  } catch (thrown) {
    await started.end();
    if (signal.aborted) throw new LlmError({kind: 'cancelled', message: 'stopped'});
    throw new LlmError({
      kind: 'unreachable',
      message: `Ollama did not start: ${thrown instanceof Error ? thrown.message : thrown}`,
      hint: `What it wrote is in ${log}. Or start it in another terminal: \`ollama serve\`.`,
    });
  }
}

type Started = {
  /** Why it does not run; undefined as long as nothing is known against it. */
  failure(): string | undefined;
  /** Ends it; resolves when it is gone. */
  end(): Promise<void>;
};

function launch(program: string, words: readonly string[], baseUrl: string, log: string): Started {
  let failure: string | undefined;
  let output: number | undefined;
  try {
    mkdirSync(path.dirname(log), {recursive: true, mode: 0o700});
    output = openSync(log, 'w', 0o600);
    const env = variablesWith({OLLAMA_HOST: new URL(baseUrl).origin});
    const child = spawn(program, words, {detached: true, env, stdio: ['ignore', output, output]});
    const closed = once(child, 'close').catch(() => {});
    child.on('error', ({message}) => {
      failure = message;
    });
    child.on('exit', (status, by) => {
      // The Mac's program is started by another, which ends at once.
      if (status !== 0) failure = lastLine(log) || `it ended with ${by ?? `status ${status}`}`;
    });
    child.unref();
    return {failure: () => failure, end: () => endGroup(child, closed)};
  } catch (thrown) {
    const reason = thrown instanceof Error ? thrown.message : String(thrown);
    return {failure: () => reason, async end() {}};
  } finally {
    if (output !== undefined) closeSync(output);
  }
}

async function untilListening(
  baseUrl: string,
  failure: Started['failure'],
  patienceMs: number,
  signal: AbortSignal,
): Promise<void> {
  const end = Date.now() + patienceMs;
  while (!(await listens(baseUrl, signal))) {
    signal.throwIfAborted();
    const reason = failure();
    if (reason !== undefined) throw new Error(reason);
    if (Date.now() > end) throw new Error(`it does not answer after ${patienceMs / 1000} s`);
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
