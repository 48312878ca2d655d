import type {Model} from '../core/backend.ts';
import {exitStatus, LlmError} from '../core/errors.ts';
import {formatBytes} from '../core/figures.ts';
import {type Command, type CommandContext, say} from './command.ts';
import {fullName} from './modelNames.ts';

export const model: Command = {
  name: 'model',
  usage: '[name]',
  summary: 'switch the model; the conversation goes on',
  immediate: true,
  async complete(_argument, context) {
    return (await context.listModels()).map(fullName);
  },
  async run(argument, context) {
    const {session} = context;
    if (argument !== '') {
      const name = await resolve(argument, context);
      session.use(name);
      return say(`The next answers come from ${name}.`, 'success');
    }
    const current = session.snapshot().conversation.model;
    const models = await context.listModels();
    return {
      type: 'choose',
      title: 'Choose a model',
      choices: models.map(entry => ({
        label: fullName(entry),
        detail: details(entry),
        line: `/model ${fullName(entry)}`,
        current: fullName(entry) === current,
      })),
    };
  },
};

/** The name that was typed, or the only one with all its words in it, which is what the list of completions shows. */
async function resolve(typed: string, {resolveModel, listModels}: CommandContext): Promise<string> {
  try {
    return await resolveModel(typed);
  } catch (thrown) {
    if (!(thrown instanceof LlmError) || exitStatus(thrown.kind) !== 2) throw thrown;
    const words = typed.toLowerCase().split(/\s+/);
    const names = (await listModels().catch(() => [])).map(fullName);
    const [only, ...others] = names.filter(name => words.every(word => name.toLowerCase().includes(word)));
    if (only === undefined || others.length > 0) throw thrown;
    return resolveModel(only);
  }
}

function details(entry: Model): string {
  const parts = [
    entry.parameters,
    entry.quantization,
    entry.size !== undefined && formatBytes(entry.size),
    entry.loaded && 'loaded',
  ];
  return parts.filter(part => typeof part === 'string' && part !== '').join(' · ');
}
