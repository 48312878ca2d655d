import stringWidth from 'string-width';
import type {HubSort} from '../../backends/hub/createHub.ts';
import {type HubModel, parametersIn} from '../../backends/hub/hubModels.ts';
import {isSameQuantisation} from '../../backends/hub/quantisation.ts';
import {LlmError} from '../../core/errors.ts';
import {neutraliseLine} from '../../core/neutralise.ts';
import {terminalSafeJson} from '../../core/terminalSafeJson.ts';
import {createSpinner} from '../spinner.ts';
import {hubNameOf} from './hubNameOf.ts';
import type {ModelsAction, ModelsRun} from './modelsAction.ts';
import {showRepository} from './showRepository.ts';
import {parseSizeFilter} from './sizeFilter.ts';
import {widthOf} from './widthOf.ts';

const sorts: readonly HubSort[] = ['downloads', 'likes', 'updated', 'trending'];
const usualLimit = 20;
/** No more of what the hub finds is looked through, for filters that it does not know itself. */
const longestLook = 1_000;

const searchOnly = ['size', 'licence', 'license', 'limit', 'sort'] as const;

export const modelsSearch: ModelsAction = {
  name: 'search',
  usage: 'WORDS | hf:USER/REPO',
  summary: 'search Hugging Face for GGUF models, or list the files of one with what fits this machine',
  options: ['json', 'size', 'quant', 'licence', 'license', 'limit', 'sort', 'context'],
  async run(run) {
    const {words, options, services, io} = run;
    const [word = '', ...others] = words;
    // Browsers and Ollama write it without a scheme.
    const typed = word.replace(/^(?=(www\.)?(hf\.co|huggingface\.co)\/)/, 'https://');
    const name = others.length === 0 ? hubNameOf(typed, services.environment) : undefined;
    if (name) {
      const meant = searchOnly.find(option => options[option] !== undefined);
      if (meant)
        throw new LlmError({
          kind: 'usage',
          message: `--${meant} is for a search by words, not for the files of one repository`,
          hint: 'For example: llm models search WORDS --size 7b',
        });
      return showRepository(name, run);
    }
    if (options.context !== undefined)
      throw new LlmError({
        kind: 'usage',
        message: '--context is for the files of one repository',
        hint: 'For example: llm models search hf:USER/REPO --context 16384',
      });
    const {found, more} = await search(run);
    if (options.json) io.stdout.write(`${terminalSafeJson(found.map(asRow), 2)}\n`);
    else if (found.length === 0)
      io.stderr.write('llm: nothing was found. Try fewer words or other filters: llm help models\n');
    else for (const line of describeModels(found, widthOf(io.stdout))) io.stdout.write(`${line}\n`);
    if (more !== undefined) io.stderr.write(`llm: ${more}\n`);
    return 0;
  },
};

async function search({
  words,
  options,
  services,
  io,
}: ModelsRun): Promise<{found: HubModel[]; more?: string}> {
  const {quant, licence = options.license} = options;
  const limit = options.limit === undefined ? usualLimit : Number(options.limit);
  if (!Number.isInteger(limit) || limit < 1)
    throw new LlmError({kind: 'usage', message: `--limit wants a whole number, got "${options.limit}"`});
  const sort = sorts.find(each => each === (options.sort ?? 'downloads'));
  if (!sort)
    throw new LlmError({
      kind: 'usage',
      message: `--sort wants ${sorts.slice(0, -1).join(', ')} or ${sorts.at(-1)}, got "${options.sort}"`,
    });
  const hasSize = options.size === undefined ? undefined : parseSizeFilter(options.size);
  const fits = (model: HubModel): boolean =>
    (hasSize === undefined || (model.parameters !== undefined && hasSize(model.parameters))) &&
    (quant === undefined || model.quantisations.some(each => isSameQuantisation(each, quant)));
  const hub = await services.hub();
  const spinner = createSpinner(io.stderr, true);
  spinner.say(`searching ${neutraliseLine(hub.label)}`);
  const controller = new AbortController();
  const found: HubModel[] = [];
  let looked = 0;
  try {
    const query = {words: words.join(' '), sort, ...(licence !== undefined && {licence})};
    for await (const page of hub.search(query, controller.signal)) {
      found.push(...page.filter(fits));
      looked += page.length;
      if (found.length > limit || looked >= longestLook) break;
    }
  } finally {
    spinner.stop();
  }
  const shown = found.slice(0, limit);
  if (found.length > limit) return {found: shown, more: `more fit than these ${limit}: --limit shows more`};
  if (looked < longestLook) return {found: shown};
  const count = looked.toLocaleString('en-US');
  return {
    found: shown,
    more: `only the first ${count} that were found were looked at: more words find others`,
  };
}

function asRow({modified, quantisations, ...model}: HubModel): object {
  return {
    name: `hf:${model.repo}`,
    ...model,
    quantizations: quantisations,
    ...(modified !== undefined && {modified: new Date(modified).toISOString()}),
  };
}

/** What may be left out where the lines are too long, the first of it first. */
const leastWanted = ['likes', 'modified', 'contextMax', 'downloads'] as const;

/** A line each: name, then what is known of it, as far as it fits into so many columns. */
function describeModels(models: readonly HubModel[], width: number): string[] {
  for (let count = 0; count < leastWanted.length; count++) {
    const lines = linesOf(models, leastWanted.slice(0, count));
    if (lines.every(line => stringWidth(line) <= width)) return lines;
  }
  return linesOf(models, leastWanted);
}

function linesOf(models: readonly HubModel[], without: readonly (keyof HubModel)[]): string[] {
  const width = Math.max(...models.map(({repo}) => repo.length)) + 3;
  return models.map(model => {
    const {repo, parameters, contextMax, downloads, likes, modified, licence, gated} = {
      ...model,
      ...Object.fromEntries(without.map(key => [key, undefined])),
    };
    const details = [
      // A name that tells its size need not be told it twice.
      parameters !== undefined && parametersIn(repo) === undefined && `${shortCount(parameters)} weights`,
      contextMax !== undefined && `${contextMax.toLocaleString('en-US')} context`,
      downloads !== undefined && `${shortCount(downloads)} downloads`,
      likes !== undefined && `${shortCount(likes)} likes`,
      modified !== undefined && new Date(modified).toISOString().slice(0, 10),
      licence,
      gated && 'terms to accept',
    ];
    return neutraliseLine(`${`hf:${repo}`.padEnd(width)}  ${details.filter(Boolean).join(' · ')}`);
  });
}

/** `7.6B`, `1.2M`, `40k`, `17`. */
function shortCount(count: number): string {
  const units = [
    [1e9, 'B'],
    [1e6, 'M'],
    [1e3, 'k'],
  ] as const;
  const [size, letter] = units.find(([least]) => count >= least) ?? [1, ''];
  const number = count / size;
  return `${number < 10 && size > 1 ? Number(number.toFixed(1)) : Math.round(number)}${letter}`;
}
