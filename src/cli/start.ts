import {setTimeout as delay, setImmediate as nextTurn} from 'node:timers/promises';
import {setFlagsFromString} from 'node:v8';
import {readEnvironment} from './environment.ts';
import {paintFirstFrame} from './firstFrame.ts';

/** Flags with which the chat does not open its screen. */
const plainFlags = new Set(['--help', '-h', '--screen-reader']);
/** How long the reader of a pipe may take once a signal has ended the program, in ms. */
const lastDrainMs = 500;

/** Runs the program over this process: its streams, its environment, its exit status. */
export async function start(args: readonly string[]): Promise<never> {
  const {stdin, stdout, stderr} = process;
  const environment = readEnvironment();
  let writeError: NodeJS.ErrnoException | undefined;
  stdout.on('error', (error: NodeJS.ErrnoException) => {
    // A reader that has seen enough (`| head -1`) is no failure.
    if (error.code !== 'EPIPE') writeError ??= error;
  });
  stderr.on('error', () => {});

  // Whether the chat is about to open is decided without loading anything: the first frame has to come at once.
  const [first = 'chat'] = args;
  const opensChat =
    stdin.isTTY &&
    stdout.isTTY &&
    environment.terminal.name !== 'dumb' &&
    (first === 'chat' || first.startsWith('-')) &&
    !args.some(argument => plainFlags.has(argument));
  const firstFrame = opensChat ? paintFirstFrame(stdin, stdout) : null;
  // A chat stays open for hours: V8 then prefers a small heap to a fast one, which halves what a long answer adds to it.
  if (opensChat) setFlagsFromString('--optimize-for-size');
  // Loading the rest blocks for a while; keys typed already are echoed before it does.
  if (firstFrame) await nextTurn();
  const {runProgram} = await import('./program.ts');
  let status = await runProgram(args, environment, {stdin, stdout, stderr}, firstFrame);
  if (writeError && status === 0) {
    stderr.write(`llm: cannot write the output: ${writeError.code ?? writeError.message}\n`);
    status = 1;
  }
  // Pipes are written asynchronously; leaving before they are drained would cut what is on its way.
  const drained = Promise.all([stdout, stderr].map(stream => new Promise(done => stream.write('', done))));
  await (status > 128 ? Promise.race([drained, delay(lastDrainMs)]) : drained);
  process.exit(status);
}
