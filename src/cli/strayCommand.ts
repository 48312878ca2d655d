import {LlmError} from '../core/errors.ts';
import {neutraliseLine} from '../core/neutralise.ts';
import {shellWord} from './shellWord.ts';

/**
 * First words that are commands of other programs of this kind (ollama, simonw/llm, lms), or actions of a subcommand
 * here, with what does the same; null where nothing does.
 */
const elsewhere: Readonly<Record<string, string | null>> = {
  pull: 'llm models pull',
  download: 'llm models pull',
  install: 'llm models pull',
  list: 'llm models list',
  ls: 'llm models list',
  show: 'llm models show',
  ps: 'llm models ps',
  rm: 'llm models rm',
  remove: 'llm models rm',
  delete: 'llm models rm',
  cp: 'llm models copy',
  copy: 'llm models copy',
  load: 'llm models load',
  unload: 'llm models unload',
  stop: 'llm models unload',
  alias: 'llm models alias',
  aliases: 'llm models alias',
  default: 'llm models default',
  search: 'llm history search',
  logs: 'llm history list',
  export: 'llm history export',
  import: 'llm history import',
  rename: 'llm history rename',
  backup: 'llm history backup',
  set: 'llm config set',
  get: 'llm config get',
  unset: 'llm config unset',
  login: 'llm keys set',
  prompt: 'llm run',
  ask: 'llm run',
  repl: 'llm chat',
  setup: 'llm doctor',
  status: 'llm doctor',
  version: 'llm --version',
  serve: null,
  push: null,
  create: null,
  plugins: null,
  templates: null,
};

/** More words than this are a sentence, whatever it begins with. */
const mostWords = 3;

/**
 * The failure of words that are meant for another program or a subcommand, so that they are not sent to a model;
 * undefined for all others. Whoever means them as a question says so with `llm run`.
 */
export function strayCommand(args: readonly string[]): LlmError | undefined {
  const [first = '', ...rest] = args;
  if (!Object.hasOwn(elsewhere, first) || args.length > mostWords || args.some(word => /[?\s]/.test(word)))
    return undefined;
  const command = elsewhere[first];
  const words = [command, ...rest.map(shellWord)].join(' ');
  const use = command === null ? 'There is none like it here: see llm help' : `Use: ${neutraliseLine(words)}`;
  const question = neutraliseLine(args.join(' ').replace(/["$`\\]/g, '\\$&'));
  return new LlmError({
    kind: 'usage',
    message: `"${first}" is no command`,
    hint: `${use}. To ask it as a question: llm run "${question}"`,
  });
}
