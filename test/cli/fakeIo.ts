import {PassThrough} from 'node:stream';
import type {Io} from '../../src/cli/io.ts';

export type FakeIo = {io: Io; stdout(): string; stderr(): string; stream: PassThrough};

/** Streams for one command: what stdin holds (nothing: a terminal), and what came out of the other two. */
export function fakeIo(
  options: {stdin?: string | Buffer; terminal?: boolean; columns?: number} = {},
): FakeIo {
  const {stdin: input, terminal = false, columns = 80} = options;
  const stdin = Object.assign(new PassThrough(), {isTTY: input === undefined});
  if (input !== undefined) stdin.end(input);
  const stdout = Object.assign(new PassThrough(), {isTTY: terminal, columns, rows: 24});
  const stderr = Object.assign(new PassThrough(), {isTTY: false});
  const texts = {stdout: '', stderr: ''};
  stdout.setEncoding('utf8').on('data', (chunk: string) => {
    texts.stdout += chunk;
  });
  stderr.setEncoding('utf8').on('data', (chunk: string) => {
    texts.stderr += chunk;
  });
  return {
    io: {stdin, stdout, stderr} as unknown as Io,
    stdout: () => texts.stdout,
    stderr: () => texts.stderr,
    stream: stdout,
  };
}
