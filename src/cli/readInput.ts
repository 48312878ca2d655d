import type {Attachment} from '../core/message.ts';
import type {Services} from './createServices.ts';
import type {Io} from './io.ts';
import {joinPrompt, readAll} from './readPrompt.ts';

/** The prompt of a command that is asked once, and what goes with it. */
export type PromptInput = {prompt: string; attachments: readonly Attachment[]};

/**
 * Reads the prompt of the argument and of stdin, where that is no terminal and is wanted, and the attachments. Throws
 * `LlmError` (`usage`, `file`).
 */
export async function readInput(
  argument: string,
  options: {attach: readonly string[]; stdin: boolean; command?: string},
  services: Pick<Services, 'readAttachment'>,
  io: Io,
  warn: (text: string) => void,
): Promise<PromptInput> {
  let stdin: Promise<Buffer> | undefined;
  const readStdin = (): Promise<Buffer> => {
    stdin ??= readAll(io.stdin, () => warn('waiting for stdin to end; --no-stdin does not read it'));
    return stdin;
  };
  const attachments: Attachment[] = [];
  for (const source of options.attach) attachments.push(await services.readAttachment(source, readStdin));
  const takesStdin = options.stdin && !io.stdin.isTTY && !options.attach.includes('-');
  const piped = takesStdin ? (await readStdin()).toString('utf8') : '';
  return {prompt: joinPrompt(piped, argument, options.command), attachments};
}
