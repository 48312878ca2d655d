import type {Model} from '../core/backend.ts';
import {formatBytes} from '../core/figures.ts';
import {neutraliseLine} from '../core/neutralise.ts';
import type {Notice} from './command.ts';
import {markdownTable} from './markdownTable.ts';
import {fullName} from './modelNames.ts';

/** All models as a table with size, quantisation and context, for where there is no screen to manage them on. */
export function describeModels(found: readonly Model[]): Notice {
  if (found.length === 0)
    return {type: 'text', tone: 'warning', text: 'No models were found. What is wrong: /doctor'};
  const rows = found.map(model => [
    `\`${neutraliseLine(fullName(model)).replaceAll('`', '')}\``,
    ...facts(model),
  ]);
  const text = markdownTable(['model', 'size', 'quantisation', 'context', 'can', 'loaded'], rows);
  return {type: 'markdown', text: `${text}\n\nChoose one: \`/model\``};
}

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
