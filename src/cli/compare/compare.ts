import type {Command} from 'commander';
import {mostContestants} from '../../commands/compare.ts';
import {parseContestant, resolveContestant} from '../../commands/parseContestant.ts';
import {type Contestant, contestantLabel, isSameContestant} from '../../core/compare/contestant.ts';
import {createTurnGate, type TurnGate} from '../../core/compare/createTurnGate.ts';
import {LlmError} from '../../core/errors.ts';
import type {CommandRun} from '../commandRun.ts';
import {addConversationOptions, readConversationOptions, readModels} from '../conversationOptions.ts';
import type {Services} from '../createServices.ts';

/** What `llm compare` takes beside the options that it shares. */
export type CompareFlags = {
  json?: boolean;
  prompts?: string;
  results?: string;
  output?: string[];
  leaderboard?: boolean;
  stdin: boolean;
  quiet?: boolean;
};

/** A cloud is asked for so many answers at a time, where the settings say nothing. */
const cloudParallel = 4;

export function defineCompare(command: Command): Command {
  const collect = (value: string, earlier: string[] = []): string[] => [...earlier, value];
  return addConversationOptions(
    command.argument('[prompt...]', 'the question; joined with what comes on stdin'),
    {manyModels: true},
  )
    .option('--json', 'print one JSON object')
    .option('--prompts <file>', 'ask a set of prompts: JSON Lines with "prompt", or with fields for {{NAME}}')
    .option('--results <file>', 'where the answers to a set are kept, to go on from (FILE.results.jsonl)')
    .option('--output <file>', 'write the report of a set, as .md or .csv; repeatable', collect)
    .option('--leaderboard', 'print the ratings that follow from your judgements')
    .option('--no-stdin', 'do not read stdin')
    .option('-q, --quiet', 'no warnings and no progress on stderr');
}

/** `llm compare`: panes on a terminal, a report elsewhere. Throws `LlmError`. */
export async function compare(run: CommandRun): Promise<number> {
  const {command, services, io} = run;
  const flags = command.opts<CompareFlags>();
  const warn = (text: string): void => {
    if (!flags.quiet) io.stderr.write(`llm: ${text}\n`);
  };
  if (flags.leaderboard) {
    const {printLeaderboard} = await import('./leaderboard.ts');
    return printLeaderboard(await services.store(), flags.json ?? false, io);
  }
  const isScreen =
    Boolean(io.stdin.isTTY && io.stdout.isTTY) &&
    !flags.json &&
    flags.prompts === undefined &&
    services.environment.terminal.name !== 'dumb';
  const contestants = await readContestants(services, readModels(command), isScreen ? 1 : 2);
  for (const warning of services.warnings) warn(warning);
  const options = readConversationOptions(command);
  const given = {contestants, options, flags, argument: command.args.join(' '), warn};
  if (flags.prompts !== undefined) {
    const {comparePrompts} = await import('./comparePrompts.ts');
    return comparePrompts({...given, file: flags.prompts, gate: gateFor(services)}, run);
  }
  if (isScreen) {
    const {compareOnScreen} = await import('./compareOnScreen.ts');
    return compareOnScreen(given, run);
  }
  const {compareOnce} = await import('./compareOnce.ts');
  return compareOnce({...given, gate: gateFor(services)}, run);
}

async function readContestants(
  services: Services,
  models: readonly string[],
  least: number,
): Promise<readonly Contestant[]> {
  const example = 'For example: llm compare -m ollama/qwen2.5:3b -m ollama/llama3.2:3b "question"';
  if (models.length < least || models.length > mostContestants)
    throw new LlmError({
      kind: 'usage',
      message: `compare wants ${least} to ${mostContestants} models, got ${models.length}`,
      hint: example,
    });
  const ports = {
    resolveModel: services.resolveName,
    async readText(file: string) {
      const read = await services.readAttachment(file);
      if (read.kind === 'text') return read.text.trim();
      throw new LlmError({
        kind: 'file',
        message: `${file} is no text`,
        hint: 'A system prompt is read from a text file.',
      });
    },
  };
  const found = await Promise.all(models.map(model => resolveContestant(parseContestant(model), ports)));
  const again = found.find((one, index) => found.slice(0, index).some(other => isSameContestant(one, other)));
  if (!again) return found;
  throw new LlmError({
    kind: 'usage',
    message: `compare wants models that differ, got ${contestantLabel(again)} twice`,
    hint: "The same model in two ways: -m 'NAME;temperature=0' -m 'NAME;temperature=1'",
  });
}

/** In a script nobody watches: a GPU is asked for one model at a time, unless the settings say otherwise. */
function gateFor({settings, backends}: Services): TurnGate {
  return createTurnGate(
    id => settings.backends[id]?.parallel ?? (backends.find(id)?.local === false ? cloudParallel : 1),
  );
}
