import {type Command, Option} from 'commander';
import {LlmError} from '../core/errors.ts';
import {
  type GenerationOptions,
  optionNames,
  parseOption,
  type ThinkLevel,
  thinkLevels,
} from '../core/options.ts';

/** The options that `chat`, `run` and `compare` share, as given on the command line. */
export type ConversationOptions = {
  model?: string;
  system?: string;
  attach: readonly string[];
  continue: boolean;
  cid?: string;
  options: GenerationOptions;
  think?: ThinkLevel;
  hideThinking: boolean;
  /** False with `-n`: nothing is stored. */
  history: boolean;
  schema?: string;
};

/** Adds the shared options to a command; with `manyModels`, `-m` may be given several times (see `readModels`). */
export function addConversationOptions(command: Command, {manyModels = false} = {}): Command {
  const collect = (value: string, earlier: string[] = []): string[] => [...earlier, value];
  const model = new Option(
    '-m, --model <id>',
    manyModels
      ? "model to answer, repeatable; also with options: 'NAME;temperature=0;system=@FILE'"
      : 'model to answer: backend/name, an alias, or a GGUF file',
  );
  return command
    .addOption(manyModels ? model.argParser(collect) : model)
    .option('-s, --system <text>', 'system prompt')
    .option('--system-prompt <text>', 'the same as --system')
    .option(
      '-a, --attach <file>',
      'attach a text file or an image: a path, a URL, or - for stdin; repeatable',
      collect,
    )
    .option('-c, --continue', 'go on with the latest conversation')
    .option('--cid <id>', 'go on with this conversation (the beginning of its id is enough)')
    .option(
      '-o, --option <key value>',
      `model option (also key=value), repeatable: ${optionNames.join(', ')}`,
      collect,
    )
    .option('--temperature <number>', 'the same as -o temperature')
    .option('--max-tokens <number>', 'most tokens to answer with')
    .option('--think [level]', `thinking: ${thinkLevels.join(', ')}`)
    .option('--hide-thinking', 'do not show the thinking')
    .option('-n, --no-history', 'store nothing of this conversation')
    .option('--schema <schema>', "JSON Schema that the answer must fit: a file, JSON, or 'name, age int'");
}

type Raw = {
  model?: string | string[];
  system?: string;
  systemPrompt?: string;
  attach?: string[];
  continue?: boolean;
  cid?: string;
  option?: string[];
  temperature?: string;
  maxTokens?: string;
  think?: string | true;
  hideThinking?: boolean;
  history: boolean;
  schema?: string;
};

/** Checks what commander parsed. Throws `LlmError` (`usage`) that names the option. */
export function readConversationOptions(command: Command): ConversationOptions {
  const raw = command.opts<Raw>();
  const pairs = (raw.option ?? []).map(text => splitPair(text));
  if (raw.temperature !== undefined)
    pairs.push({key: 'temperature', value: raw.temperature, flag: '--temperature'});
  if (raw.maxTokens !== undefined)
    pairs.push({key: 'max_tokens', value: raw.maxTokens, flag: '--max-tokens'});
  const system = raw.system ?? raw.systemPrompt;
  const model = typeof raw.model === 'string' ? raw.model : undefined;
  if (model?.trim() === '') {
    throw new LlmError({
      kind: 'usage',
      message: '--model wants a name',
      hint: 'These are here: llm models list',
    });
  }
  if (raw.continue && raw.cid !== undefined) {
    throw new LlmError({
      kind: 'usage',
      message:
        '-c goes on with the latest conversation and --cid with another one, so they do not go together',
      hint: 'Leave one of them out',
    });
  }
  return {
    attach: raw.attach ?? [],
    continue: raw.continue ?? false,
    options: readPairs(pairs),
    hideThinking: raw.hideThinking ?? false,
    history: raw.history,
    ...(model !== undefined && {model}),
    ...(system !== undefined && {system}),
    ...(raw.cid !== undefined && {cid: raw.cid}),
    ...(raw.think !== undefined && {think: readLevel(raw.think === true ? 'medium' : raw.think)}),
    ...(raw.schema !== undefined && {schema: raw.schema}),
  };
}

/** What every `-m` says, where there may be several. */
export function readModels(command: Command): readonly string[] {
  const {model = []} = command.opts<Raw>();
  return [model].flat();
}

function splitPair(text: string): {key: string; value: string; flag: string} {
  const at = text.indexOf('=');
  if (at <= 0) {
    throw new LlmError({
      kind: 'usage',
      message: `-o wants a key and a value, got "${text}"`,
      hint: 'For example: -o temperature 0.7',
    });
  }
  const key = text.slice(0, at);
  return {key, value: text.slice(at + 1), flag: `-o ${key}`};
}

function readPairs(pairs: readonly {key: string; value: string; flag: string}[]): GenerationOptions {
  const options: Record<string, unknown> = {};
  for (const {key, value, flag} of pairs) {
    const parsed = parseOption(key, value);
    if (!parsed.ok) {
      throw new LlmError({
        kind: 'usage',
        message:
          parsed.reason === 'unknown'
            ? `unknown option -o ${key}`
            : `${flag} wants ${parsed.expected}, got "${value}"`,
        hint: parsed.reason === 'unknown' ? `Known: ${optionNames.join(', ')}` : '',
      });
    }
    // `stop` may be given several times.
    const earlier = options[parsed.name];
    options[parsed.name] =
      Array.isArray(earlier) && Array.isArray(parsed.value) ? [...earlier, ...parsed.value] : parsed.value;
  }
  return options as GenerationOptions;
}

function readLevel(text: string): ThinkLevel {
  const level = thinkLevels.find(candidate => candidate === text);
  if (level) return level;
  throw new LlmError({
    kind: 'usage',
    message: `--think wants a level, got "${text}"`,
    hint: `One of: ${thinkLevels.join(', ')}`,
  });
}
