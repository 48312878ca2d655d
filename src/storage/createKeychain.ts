import {spawn} from 'node:child_process';
import {LlmError} from '../core/errors.ts';
import {neutraliseLine} from '../core/neutralise.ts';
import type {KeychainAnswer, KeychainRequest} from './keychainProtocol.ts';

/** The system's own store of secrets. Everything throws `LlmError`: `cancelled` after an abort, else `storage`. */
export type Keychain = {
  /** Undefined when there is none under this name. */
  get(account: string, signal?: AbortSignal): Promise<string | undefined>;
  set(account: string, key: string, signal?: AbortSignal): Promise<void>;
  /** What is not there is no failure. */
  remove(account: string, signal?: AbortSignal): Promise<void>;
};

/** Longest wait, in ms: the system may first ask its owner to unlock it. */
const longestMs = 30_000;
/** Far more than any key, in characters. */
const longestAnswer = 1_000_000;

/**
 * The keychain behind a process of its own, which is started anew for each call and ended when it takes too long.
 *
 * @param program the path of that process's program
 */
export function createKeychain(program: string, timeoutMs = longestMs): Keychain {
  const ask = async (request: KeychainRequest, signal?: AbortSignal): Promise<KeychainAnswer> => {
    const answer = await runProgram(program, JSON.stringify(request), timeoutMs, signal);
    if (!('failure' in answer)) return answer;
    // The library speaks of what it was given only by name; should that change, the key still does not get out.
    const said = request.action === 'set' ? answer.failure.replaceAll(request.key, '***') : answer.failure;
    throw unavailable(isWithoutService(said) ? 'this system has no Secret Service' : neutraliseLine(said));
  };
  return {
    async get(account, signal) {
      const answer = await ask({action: 'get', account}, signal);
      return ('key' in answer && answer.key) || undefined;
    },
    async set(account, key, signal) {
      await ask({action: 'set', account, key}, signal);
    },
    async remove(account, signal) {
      await ask({action: 'remove', account}, signal);
    },
  };
}

/** A Linux without a desktop: the words of the library about its session bus help nobody. */
function isWithoutService(said: string): boolean {
  return /dbus|freedesktop/i.test(said);
}

function runProgram(
  program: string,
  input: string,
  timeoutMs: number,
  signal: AbortSignal | undefined,
): Promise<KeychainAnswer> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [program], {
      stdio: ['pipe', 'pipe', 'ignore'],
      windowsHide: true,
      timeout: timeoutMs,
      // It may be inside a call that never returns, where no handler runs.
      killSignal: 'SIGKILL',
      ...(signal && {signal}),
    });
    let output = '';
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      if (output.length < longestAnswer) output += chunk;
    });
    child.stdin.on('error', () => {});
    child.stdin.end(input);
    child.on('error', thrown => {
      if (signal?.aborted) reject(new LlmError({kind: 'cancelled', message: 'stopped'}));
      else reject(unavailable(String((thrown as NodeJS.ErrnoException).code)));
    });
    child.on('close', (code, ended) => {
      const answer = parseAnswer(output);
      if (answer) resolve(answer);
      else if (ended === 'SIGKILL') reject(unavailable(`no answer within ${timeoutMs / 1_000} s`));
      else reject(unavailable(ended ?? `status ${code}`));
    });
  });
}

function parseAnswer(output: string): KeychainAnswer | undefined {
  try {
    return JSON.parse(output) as KeychainAnswer;
  } catch {
    return undefined;
  }
}

function unavailable(reason: string): LlmError {
  return new LlmError({kind: 'storage', message: `the system keychain cannot be used: ${reason}`});
}
