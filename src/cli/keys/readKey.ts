import {StringDecoder} from 'node:string_decoder';
import {LlmError} from '../../core/errors.ts';
import type {Io} from '../io.ts';
import {readAll} from '../readPrompt.ts';

/** No key is longer, in characters. */
const longest = 10_000;

/**
 * Asks for a key on a terminal, where nothing of it is shown, or reads it from a pipe. Throws `LlmError`: `usage` for
 * what cannot be a key, `cancelled` after Ctrl+C.
 */
export async function readKey({stdin, stderr}: Io, question: string): Promise<string> {
  const text = stdin.isTTY
    ? await ask(stdin, stderr, question)
    : (await readAll(stdin, () => stderr.write('llm: waiting for the key on stdin\n'))).toString('utf8');
  const key = text.trim();
  const fault =
    key === ''
      ? 'there is no key'
      : key.length > longest
        ? `a key has at most ${longest} characters`
        : /[^\x21-\x7e]/.test(key)
          ? 'a key is one line without blanks and without characters beyond ASCII'
          : undefined;
  if (fault === undefined) return key;
  throw new LlmError({
    kind: 'usage',
    message: `${fault}; nothing was stored`,
    hint: 'Copy it once more from the page of the provider.',
  });
}

/** One line from a terminal that shows nothing of it. */
function ask(stdin: Io['stdin'], stderr: Io['stderr'], question: string): Promise<string> {
  const decoder = new StringDecoder('utf8');
  const wasRaw = stdin.isRaw;
  stderr.write(question);
  stdin.setRawMode?.(true);
  stdin.resume();
  return new Promise((resolve, reject) => {
    let typed = '';
    const finish = (): void => {
      stdin.off('data', onData);
      stdin.off('end', onEnd);
      stdin.setRawMode?.(wasRaw);
      stdin.pause();
      stderr.write('\n');
    };
    const onEnd = (): void => {
      finish();
      resolve(typed);
    };
    const onData = (chunk: Buffer | string): void => {
      const next = typeInto(typed, typeof chunk === 'string' ? chunk : decoder.write(chunk));
      typed = next.typed;
      if (next.end === 'entered') onEnd();
      if (next.end !== 'stopped') return;
      finish();
      reject(new LlmError({kind: 'cancelled', message: 'stopped; nothing was stored'}));
    };
    stdin.on('data', onData);
    stdin.on('end', onEnd);
  });
}

/** What stands in the line after these keys, up to Enter, Ctrl+D or Ctrl+C. */
function typeInto(before: string, keys: string): {typed: string; end?: 'entered' | 'stopped'} {
  let typed = before;
  // Arrow keys and the marks around a paste are none of the key.
  for (const character of keys.replace(/\u001b(?:\[[\d;]*[ -/]*[@-~]|O.)/g, '')) {
    switch (character) {
      case '\r':
      case '\n':
      case '\u0004':
        return {typed, end: 'entered'};
      case '\u0003':
        return {typed: '', end: 'stopped'};
      case '\u007f':
      case '\b':
        typed = typed.slice(0, -1);
        break;
      case '\u0015':
        typed = '';
        break;
      default:
        typed += character;
    }
  }
  return {typed};
}
