import type {Model} from '../core/backend.ts';
import {formatBytes} from '../core/figures.ts';
import {neutraliseLine} from '../core/neutralise.ts';
import {type Command, say} from './command.ts';
import {markdownTable} from './markdownTable.ts';
import {fullName} from './modelNames.ts';
import {refuseArgument} from './refuse.ts';

export const models: Command = {
  name: 'models',
  summary: 'list all models with size, quantisation and context',
  async run(argument, {listModels}) {
    refuseArgument('models', argument);
    const found = await listModels();
    if (found.length === 0) return say('No models were found. What is wrong: /doctor', 'warning');
    const rows = found.map(model => [
      `\`${neutraliseLine(fullName(model)).replaceAll('`', '')}\``,
      ...facts(model),
    ]);
    const text = markdownTable(['model', 'size', 'quantisation', 'context', 'can', 'loaded'], rows);
    return {type: 'notice', notice: {type: 'markdown', text: `${text}\n\nChoose one: \`/model\``}};
  },
};

function facts({
  size,
  quantization,
  parameters,
  context,
  contextMax,
  capabilities = [],
  loaded,
}: Model): string[] {
  const window = context ?? contextMax;
  return [
    size === undefined ? '' : formatBytes(size),
    neutraliseLine([parameters, quantization].filter(Boolean).join(' ')),
    window === undefined ? '' : window.toLocaleString('en-US'),
    capabilities.filter(each => each !== 'chat').join(', '),
    loaded ? 'yes' : '',
  ];
}
