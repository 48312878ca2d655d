import {exec} from 'node:child_process';
import {promisify} from 'node:util';
import {LlmError} from '../core/errors.ts';

/** Longest wait for a key, in ms: a password manager may ask its owner first. */
const longestMs = 30_000;

/**
 * Runs the `keyCommand` of a backend in the platform's shell and returns what it prints. Throws `LlmError`: `cancelled`
 * after an abort, else `auth`. Nothing that the command printed is in the error: it may be a part of the key.
 */
export async function runKeyCommand(
  command: string,
  backend: string,
  {signal, timeoutMs = longestMs}: {signal?: AbortSignal; timeoutMs?: number} = {},
): Promise<string> {
  try {
    return (
      await promisify(exec)(inPlaceOfShell(command), {
        timeout: timeoutMs,
        windowsHide: true,
        ...(signal && {signal}),
      })
    ).stdout;
  } catch (thrown) {
    if (signal?.aborted) throw new LlmError({kind: 'cancelled', message: 'stopped'});
    throw new LlmError({
      kind: 'auth',
      message: `the keyCommand of the backend ${backend} failed (${reasonOf(thrown, timeoutMs)})`,
      hint: `Try it in a shell: \`llm config get backends.${backend}.keyCommand\` shows it.`,
    });
  }
}

/** Words with which a shell goes on by itself: nothing can be put in its place. */
const shellWords =
  /^(?:exit|if|for|while|until|case|select|function|time|exec|eval|source|export|set|cd|read|\.|:|!|\[)\b/;

/**
 * The command so that it takes the place of the shell that reads it, where it is a single one: what is ended is then the
 * command itself, and not only its shell. (POSIX.1-2024, Shell Command Language, 2.15, "exec".)
 */
function inPlaceOfShell(command: string): string {
  const bare = command.trim().replace(/'[^']*'|"(?:[^"\\]|\\.)*"/gs, 'quoted');
  const isSingle = !/[|;&(){}<>\n`]/.test(bare) && !/^\w+=/.test(bare) && !shellWords.test(bare);
  return process.platform !== 'win32' && isSingle ? `exec ${command.trim()}` : command;
}

function reasonOf(thrown: unknown, timeoutMs: number): string {
  const {killed, code, signal} = thrown as {killed?: boolean; code?: number | string; signal?: string};
  // Also a command that prints without end is killed: `code` says so.
  if (killed && typeof code !== 'string') return `no answer within ${timeoutMs / 1000} s`;
  return signal ? `signal ${signal}` : typeof code === 'number' ? `status ${code}` : String(code);
}
