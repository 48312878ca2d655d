import {readEnvironment} from './environment.ts';
import {paintFirstFrame} from './firstFrame.ts';
import {version} from './version.ts';

const args = process.argv.slice(2);

/** Flags with which the chat does not open, or not with its screen. */
const plainFlags = new Set(['--help', '-h', '--version', '-V']);

if (args.length === 1 && (args[0] === '--version' || args[0] === '-V')) {
  process.stdout.write(`${version}\n`);
} else {
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
  const {runProgram} = await import('./program.ts');
  const status = await runProgram(args, environment, {stdin, stdout, stderr}, firstFrame);
  // Pipes are written asynchronously; leaving before they are drained would cut the answer.
  await new Promise(resolve => stdout.write('', resolve));
  process.exit(status);
}
