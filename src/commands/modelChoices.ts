import type {Model} from '../core/backend.ts';
import {formatBytes, formatRate} from '../core/figures.ts';
import {neutralise, neutraliseLine} from '../core/neutralise.ts';
import {shortTokens} from '../core/tokens.ts';
import type {ModelUse} from '../storage/readModelUse.ts';
import {makesEmbeddings} from './chatRefusal.ts';
import type {Cell, Choice} from './command.ts';
import {formatAge} from './formatAge.ts';
import {runningFacts} from './modelFacts.ts';
import {fullName} from './modelNames.ts';
import {type ModelOrder, orderModels} from './orderModels.ts';

export type ModelView = ModelOrder & {
  /** Full names by their short ones. */
  aliases: Readonly<Record<string, string>>;
  /** The full name of the model that answers now. */
  current: string;
  /** ms since 1970. */
  now: number;
};

/** The models to choose from, by their backends, with what is known of each. */
export function modelChoices(models: readonly Model[], view: ModelView): Choice[] {
  return orderModels(models, view).map(model => {
    const name = fullName(model);
    return {
      label: name,
      subject: name,
      group: model.backend.length + 1,
      detail: detailOf(model, view),
      cells: modelCells(model, view),
      preview: previewOf(model, view),
      line: `/model ${name}`,
      current: name === view.current,
    };
  });
}

/** What is known of a model, each in a column of its own. */
export function modelCells(model: Model, view: ModelView): Cell[] {
  const name = fullName(model);
  const {size, loaded} = model;
  const used = view.use.get(name);
  const window = model.context ?? model.contextMax;
  return [
    {text: view.favourites.includes(name) ? '★' : '', rank: 1},
    {text: loaded ? '●' : '', rank: 2},
    {text: size === undefined ? '' : formatBytes(size), rank: 3, right: true},
    {text: neutraliseLine([model.parameters, model.quantization].filter(Boolean).join(' ')), rank: 5},
    {text: window === undefined ? '' : shortTokens(window), rank: 6, right: true},
    {text: abilities(model).join(' '), rank: 8},
    {text: speed(used), rank: 4, right: true},
    {text: name === view.current ? 'current' : used ? formatAge(used.lastUsed, view.now) : '', rank: 7},
  ];
}

/** The same in one line, for search and where there are no columns. */
function detailOf(model: Model, view: ModelView): string {
  const name = fullName(model);
  const used = view.use.get(name);
  const window = model.context ?? model.contextMax;
  return join([
    view.favourites.includes(name) && 'favourite',
    ...aliasesOf(name, view).map(alias => `alias ${alias}`),
    model.parameters,
    model.quantization,
    model.size !== undefined && formatBytes(model.size),
    window !== undefined && `${shortTokens(window)} context`,
    ...abilities(model),
    model.loaded && 'loaded',
    speed(used),
    used && formatAge(used.lastUsed, view.now),
  ]);
}

function previewOf(model: Model, view: ModelView): string {
  const name = fullName(model);
  const used = view.use.get(name);
  const {size, context, contextMax, capabilities, lacks, modified} = model;
  const tokens = (count: number): string => count.toLocaleString('en-US');
  const lines = [
    join([
      name,
      view.favourites.includes(name) && '★ favourite',
      ...aliasesOf(name, view).map(alias => `alias ${alias}`),
    ]),
    join([
      model.parameters,
      model.quantization,
      size !== undefined && formatBytes(size),
      context !== undefined && `context ${tokens(context)}${contextMax ? ` of ${tokens(contextMax)}` : ''}`,
      context === undefined && contextMax !== undefined && `context up to ${tokens(contextMax)}`,
      modified !== undefined && `changed ${new Date(modified).toISOString().slice(0, 10)}`,
    ]),
    join([
      capabilities && `can: ${capabilities.join(', ')}`,
      lacks && lacks.length > 0 && `cannot: ${lacks.join(', ')}`,
    ]),
    join([
      model.loaded && ['● loaded', ...runningFacts(model, view.now)].join(' · '),
      speed(used),
      used && `used ${formatAge(used.lastUsed, view.now)}`,
    ]),
  ];
  return neutralise(lines.filter(line => line !== '').join('\n'));
}

function abilities(model: Model): readonly string[] {
  if (makesEmbeddings(model)) return ['embedding only'];
  const {capabilities = []} = model;
  return capabilities.filter(each => each !== 'chat');
}

function speed(used: ModelUse | undefined): string {
  const rate = used?.tokensPerSecond;
  return rate === undefined ? '' : `${formatRate(rate)} tok/s`;
}

function aliasesOf(name: string, {aliases}: ModelView): string[] {
  return Object.entries(aliases).flatMap(([alias, meant]) => (meant === name ? [alias] : []));
}

function join(parts: readonly (string | false | undefined)[]): string {
  return parts
    .filter(part => typeof part === 'string' && part !== '')
    .map(part => neutraliseLine(String(part)))
    .join(' · ');
}
