import {setImmediate as nextTurn} from 'node:timers/promises';
import {readEnvironment} from './environment.ts';
import {paintFirstFrame} from './firstFrame.ts';

/** Flags with which the chat does not open its screen. */
const plainFlags = new Set(['--help', '-h']);

/** Runs the program over this process: its streams, its environment, its exit status. */
export async function start(args: readonly string[]): Promise<never> {
  const {stdin, stdout, stderr} = process;
  const environment = readEnvironment();
  // Whether the chat is about to open is decided without loading anything: the first frame has to come at once.
  const [first = 'chat'] = args;
  const opensChat =
    stdin.isTTY &&
    stdout.isTTY &&
    environment.terminal.name !== 'dumb' &&
    (first === 'chat' || first.startsWith('-')) &&
    !args.some(argument => plainFlags.has(argument));
  const firstFrame = opensChat ? paintFirstFrame(stdin, stdout) : null;
  // Loading the rest blocks for a while; keys typed already are echoed before it does.
  if (firstFrame) await nextTurn();
  const {runProgram} = await import('./program.ts');
  const status = await runProgram(args, environment, {stdin, stdout, stderr}, firstFrame);
  // Pipes are written asynchronously; leaving before they are drained would cut the answer.
  await new Promise(resolve => stdout.write('', resolve));
  process.exit(status);
}
