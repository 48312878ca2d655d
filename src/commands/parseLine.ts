import type {Command} from './command.ts';

/** What a submitted line is: a prompt, a command with its argument, or a command that nobody knows. */
export type ParsedLine =
  | {type: 'prompt'; text: string}
  | {type: 'command'; command: Command; argument: string}
  | {type: 'unknown'; name: string; candidates: readonly string[]};

/**
 * Reads a submitted line. `/name rest` is a command when `name` is a word (a path such as `/usr/bin` is a prompt);
 * a prefix of a name is enough where only one command begins so, or all that do begin with the name of one of them
 * (`/mo` is `/model`, though there is `/models`). It is not enough for commands that want to be typed in full, be it only before
 * some words (`/sessions delete`). `//text` is the prompt `/text`.
 */
export function parseLine(line: string, commands: readonly Command[]): ParsedLine {
  if (line.startsWith('//')) return {type: 'prompt', text: line.slice(1)};
  const match = /^\/([a-z?][a-z0-9-]*)?(?:\s+([\s\S]*))?$/i.exec(line.trim());
  if (!match) return {type: 'prompt', text: line};
  const name = (match[1] ?? '').toLowerCase();
  const argument = (match[2] ?? '').trim();
  const exact = commands.find(command => command.name === name || command.aliases?.includes(name));
  if (exact) return {type: 'command', command: exact, argument};
  const matching = name === '' ? [] : commands.filter(command => command.name.startsWith(name));
  const only = matching.find(command => matching.every(other => other.name.startsWith(command.name)));
  const [word = ''] = argument.split(/\s/, 1);
  if (only && !only.exact && !only.exactBefore?.includes(word))
    return {type: 'command', command: only, argument};
  return {type: 'unknown', name, candidates: matching.map(command => command.name)};
}
