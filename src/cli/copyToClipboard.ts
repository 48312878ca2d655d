import {spawn} from 'node:child_process';
import {LlmError} from '../core/errors.ts';
import {clipboardSequence, longestClipboardText} from './clipboardSequence.ts';
import {type ClipboardTool, clipboardTools} from './clipboardTools.ts';
import type {Environment, Host} from './environment.ts';
import {findExecutables} from './findExecutables.ts';

/** Longest wait for a tool, in ms: one without a display or a compositor may hang for ever. */
const longestMs = 3000;

/**
 * Puts a text on the clipboard; says which way it went. Over SSH, and where no tool works, the terminal is asked to do
 * it; it does not say whether it did. Throws `LlmError` (`capability`) when there is no way.
 *
 * @param write writes to the terminal, outside of what is drawn; left out where there is none
 * @param limitMs longest wait for a tool
 */
export async function copyToClipboard(
  text: string,
  {host, terminal}: Pick<Environment, 'host' | 'terminal'>,
  write?: (sequence: string) => void,
  limitMs = longestMs,
): Promise<string> {
  const copied = `Copied ${count(text)}`;
  const canWrite = write !== undefined && terminal.name !== 'dumb';
  // A tool here would fill the clipboard of a machine that nobody sits at.
  const tools = host.remote && canWrite ? [] : clipboardTools(host);
  for (const tool of tools) {
    if (await give(text, tool, limitMs)) return `${copied} with ${tool.name}`;
  }
  if (!canWrite) throw noWay(host, tools);
  const bytes = Buffer.byteLength(text);
  if (bytes > longestClipboardText) throw tooLong(bytes);
  write(clipboardSequence(text, host.multiplexer));
  // tmux takes no clipboard from its programs unless told to, but gives its own away: so both ways are gone.
  if (host.multiplexer === 'tmux') {
    const [file] = findExecutables('tmux', host.path);
    if (file && (await give(text, {name: 'tmux', file, args: ['load-buffer', '-w', '-']}, limitMs)))
      return `${copied} through tmux and the terminal (OSC 52)`;
  }
  return `${copied} through the terminal (OSC 52)`;
}

function count(text: string): string {
  let characters = 0;
  for (const _ of text) characters += 1;
  return `${characters.toLocaleString('en-US')} ${characters === 1 ? 'character' : 'characters'}`;
}

/** Hands the text to a tool; false when it is not there, fails, or does not end in time. */
function give(text: string, {file, args, utf16}: ClipboardTool, limitMs: number): Promise<boolean> {
  return new Promise(resolve => {
    // Some tools leave a child behind that serves the clipboard: it must neither hold our pipes nor die with our group.
    const child = spawn(file, args, {stdio: ['pipe', 'ignore', 'ignore'], detached: true, windowsHide: true});
    const settle = (worked: boolean): void => {
      clearTimeout(timer);
      resolve(worked);
    };
    const timer = setTimeout(() => {
      child.stdin.destroy();
      child.kill('SIGKILL');
    }, limitMs);
    child.once('error', () => settle(false));
    child.once('exit', code => settle(code === 0));
    // A tool that ends without reading is told of by its status.
    child.stdin.on('error', () => {});
    child.stdin.end(utf16 ? Buffer.from(`\ufeff${text}`, 'utf16le') : text);
  });
}

function tooLong(bytes: number): LlmError {
  const [has, most] = [bytes, longestClipboardText].map(number => number.toLocaleString('en-US'));
  return new LlmError({
    kind: 'capability',
    message: `This is too long to be copied through the terminal: ${has} bytes, and it takes ${most}`,
    hint: 'Write it to a file instead: /export',
  });
}

function noWay(host: Host, tools: readonly ClipboardTool[]): LlmError {
  const names = tools.map(({name}) => name).join(', ');
  return new LlmError({
    kind: 'capability',
    message: names ? `No clipboard could be reached (tried ${names})` : 'There is no way to a clipboard here',
    hint:
      host.platform === 'linux' && !host.wsl
        ? 'Install wl-clipboard (Wayland) or xclip (X11), or write a file: /export'
        : 'Write a file instead: /export',
  });
}
