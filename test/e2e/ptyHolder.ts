// A terminal window: it runs the program that its arguments name in a pseudo-terminal, types what comes on its stdin,
// says on its stdout what the program writes, and takes the terminal away when it is killed.
import {spawn} from '@lydell/node-pty';

const [command = '', ...args] = process.argv.slice(2);
const pty = spawn(command, args, {name: 'xterm-256color', cols: 80, rows: 24, env: process.env});
pty.onData(data => process.stdout.write(data));
pty.onExit(({exitCode}) => process.exit(exitCode));
process.stdin.on('data', data => pty.write(data.toString()));
process.stderr.write(`${pty.pid}\n`);
