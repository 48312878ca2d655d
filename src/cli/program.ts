import {fstatSync} from 'node:fs';
import {Command, CommanderError} from 'commander';
import {describeError, exitStatus, LlmError, toLlmError} from '../core/errors.ts';
import {nearestNames} from '../core/nearestNames.ts';
import {neutralise, neutraliseLine} from '../core/neutralise.ts';
import {commandLineHint} from './commandLineHint.ts';
import {createServices} from './createServices.ts';
import type {Environment} from './environment.ts';
import type {FirstFrame} from './firstFrame.ts';
import type {Io} from './io.ts';
import {orderArguments} from './orderArguments.ts';
import {strayCommand} from './strayCommand.ts';
import {type Subcommand, subcommands} from './subcommands.ts';
import {version} from './version.ts';

/**
 * Which subcommand the arguments mean, and what is left for it. Throws `LlmError` (`usage`).
 *
 * @param hasInput whether something is piped in, to which the arguments are a question
 */
export function chooseSubcommand(
  args: readonly string[],
  isTerminal: boolean,
  hasInput = !isTerminal,
): {subcommand: Subcommand; rest: readonly string[]} {
  const [first = '', ...rest] = args;
  const named = find(first);
  if (named) return {subcommand: named, rest};
  const bare = find(isTerminal ? 'chat' : 'run');
  const run = find('run');
  if (!bare || !run) throw new Error('chat and run are always there');
  if (first === '' || first.startsWith('-')) return {subcommand: bare, rest: args};
  const stray = hasInput ? undefined : strayCommand(args);
  if (stray) throw stray;
  const names = subcommands.map(({name}) => name);
  const near = /\s/.test(first) ? [] : nearestNames(first, names);
  // A sentence is a question; one word that names nothing is more likely a slip.
  if (/\s/.test(first) || (!isTerminal && near.length === 0)) return {subcommand: run, rest: args};
  throw new LlmError({
    kind: 'usage',
    message: `there is no command "${neutraliseLine(first)}"`,
    hint:
      near.length > 0
        ? `Did you mean ${near.map(name => `llm ${name}`).join(' or ')}?`
        : `To ask it: llm run "${neutraliseLine(args.join(' '))}". The commands: ${names.join(', ')}`,
  });
}

/** Runs the program with its arguments. Resolves with the exit status; reports its own failures on stderr. */
export async function runProgram(
  args: readonly string[],
  environment: Environment,
  io: Io,
  firstFrame: FirstFrame | null,
): Promise<number> {
  try {
    if (isHelp(args)) return await showHelp(args.slice(1), io);
    const isTerminal = Boolean(io.stdin.isTTY);
    const {subcommand, rest} = chooseSubcommand(args, isTerminal, !isTerminal && isPiped(io.stdin));
    return await runSubcommand(subcommand, rest, environment, io, firstFrame);
  } catch (thrown) {
    firstFrame?.abandon();
    if (thrown instanceof CommanderError) return reportCommander(thrown, args, io);
    const error = toLlmError(thrown, 'protocol');
    const hint = commandLineHint(error.hint);
    io.stderr.write(`llm: ${neutraliseLine(describeError({message: error.message, hint}))}\n`);
    if (environment.debug) io.stderr.write(`${neutralise(error.detail ?? error.stack ?? '')}\n`);
    return exitStatus(error.kind);
  }
}

async function runSubcommand(
  subcommand: Subcommand,
  args: readonly string[],
  environment: Environment,
  io: Io,
  firstFrame: FirstFrame | null,
): Promise<number> {
  const {define, run} = await subcommand.load();
  const command = define(newCommand(subcommand, io));
  command.parse(orderArguments(args), {from: 'user'});
  const services = createServices(environment);
  try {
    return await run({command, services, io, firstFrame});
  } finally {
    await services.close();
  }
}

function newCommand({name, summary}: Subcommand, io: Io): Command {
  return new Command(`llm ${name}`)
    .description(summary)
    .exitOverride()
    .showSuggestionAfterError()
    .helpOption('-h, --help', 'show this help')
    .configureOutput({
      writeOut: text => io.stdout.write(text),
      // Errors are reported from the exception.
      writeErr() {},
    });
}

/** Reports what commander refused, in the one line that every error has, with the status of the contract. */
function reportCommander(error: CommanderError, args: readonly string[], io: Io): number {
  if (error.exitCode === 0) return 0;
  const message = neutraliseLine(error.message.replace(/^error: /, ''));
  const named = find(args[0] ?? '');
  io.stderr.write(
    `llm: ${describeError({message, hint: `See: llm help${named ? ` ${named.name}` : ''}`})}\n`,
  );
  return 2;
}

/** Whether a stdin that is no terminal may hold something: a device such as /dev/null does not. */
function isPiped(stdin: NodeJS.ReadStream & {fd?: unknown}): boolean {
  const {fd} = stdin;
  if (typeof fd !== 'number') return true;
  try {
    return !fstatSync(fd).isCharacterDevice();
  } catch {
    return false;
  }
}

function isHelp([first]: readonly string[]): boolean {
  return first === 'help' || first === '--help' || first === '-h';
}

async function showHelp(args: readonly string[], io: Io): Promise<number> {
  const [name] = args;
  const subcommand = name === undefined ? undefined : find(name);
  if (name !== undefined && !subcommand) {
    const {slashHelp, slashNames} = await import('./chatHelp.ts');
    const text = slashHelp(name.toLowerCase());
    if (text === undefined) throw noHelp(name, slashNames);
    io.stdout.write(text);
    return 0;
  }
  if (!subcommand) {
    io.stdout.write(overview());
    return 0;
  }
  const {define} = await subcommand.load();
  define(newCommand(subcommand, io)).outputHelp();
  return 0;
}

function noHelp(name: string, slashNames: readonly string[]): LlmError {
  const near = nearestNames(name, [...new Set([...subcommands.map(each => each.name), ...slashNames])]);
  return new LlmError({
    kind: 'usage',
    message: `there is no command "${neutraliseLine(name)}"`,
    hint:
      near.length > 0
        ? `Did you mean ${near.map(each => `llm help ${each}`).join(' or ')}?`
        : 'See: llm help',
  });
}

function overview(): string {
  const width = Math.max(...subcommands.map(({name, usage}) => name.length + usage.length + 1));
  const lines = subcommands.map(
    ({name, usage, summary}) => `  ${`${name} ${usage}`.padEnd(width)}  ${summary}`,
  );
  return [
    `llm ${version}: talk with language models, local first`,
    '',
    'usage: llm <command> [options]',
    '',
    ...lines,
    '',
    '  llm help <command>  the options of one command',
    '  llm help chat       also the slash commands and keys of the chat',
    '  llm help /copy      one slash command',
    '  llm --version       the version',
    '',
  ].join('\n');
}

function find(name: string): Subcommand | undefined {
  return subcommands.find(subcommand => subcommand.name === name);
}
