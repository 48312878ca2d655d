import type {Model} from '../core/backend.ts';
import {formatBytes} from '../core/figures.ts';
import {type Command, say} from './command.ts';
import {findModel} from './findModel.ts';
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
      const name = await findModel(argument, context);
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

function details(entry: Model): string {
  const parts = [
    entry.parameters,
    entry.quantization,
    entry.size !== undefined && formatBytes(entry.size),
    entry.loaded && 'loaded',
  ];
  return parts.filter(part => typeof part === 'string' && part !== '').join(' · ');
}
