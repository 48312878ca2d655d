import {execFile} from 'node:child_process';
import {promisify} from 'node:util';

const names = ['set-clipboard', 'escape-time', 'extended-keys', 'focus-events', 'allow-passthrough'];

/** Longest wait, in ms. */
const longestMs = 1000;

/**
 * The options of the tmux around us that matter to a chat, by their names; those that its version does not have are
 * left out. Undefined when it cannot be asked.
 */
export async function readTmuxOptions(file: string): Promise<Map<string, string> | undefined> {
  const commands = names.flatMap(name => [...(name === names[0] ? [] : [';']), 'show-options', '-gq', name]);
  try {
    const {stdout} = await promisify(execFile)(file, commands, {timeout: longestMs, windowsHide: true});
    return new Map(
      stdout.split('\n').flatMap((line): [string, string][] => {
        const [name = '', value] = line.split(' ');
        return value === undefined ? [] : [[name, value]];
      }),
    );
  } catch {
    return undefined;
  }
}
