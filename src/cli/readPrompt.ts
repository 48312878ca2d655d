import {LlmError} from '../core/errors.ts';

/** How long a silent stdin may keep a person wondering before a hint says what is waited for, in ms. */
const silenceMs = 2000;

/**
 * Reads a stream that is not a terminal to its end, as UTF-8. When nothing comes for a while, `onSilence` is called
 * once, so that a person who forgot to close a pipe learns what is waited for.
 */
export async function readAll(stdin: NodeJS.ReadStream, onSilence: () => void): Promise<Buffer> {
  const timer = setTimeout(onSilence, silenceMs);
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of stdin) {
      clearTimeout(timer);
      chunks.push(Buffer.from(chunk as Uint8Array));
    }
  } finally {
    clearTimeout(timer);
  }
  return Buffer.concat(chunks);
}

/**
 * The prompt out of what came on stdin and what was given as argument: stdin first, a blank line between.
 * Throws `LlmError` (`usage`) when both are empty; `command` is what the example begins with.
 */
export function joinPrompt(stdin: string, argument: string, command = 'llm run'): string {
  const parts = [stdin.replace(/\s+$/, ''), argument].filter(part => part.trim() !== '');
  if (parts.length === 0) {
    throw new LlmError({
      kind: 'usage',
      message: 'there is no prompt',
      hint: `Give one: ${command} "question", or pipe one in: ${command} < prompt.txt`,
    });
  }
  return parts.join('\n\n');
}
