import {type JsonObject, listOf, objectOf, optional, positiveOf, textOf} from '../jsonFields.ts';
import {quantisationOf} from './quantisation.ts';

/** A repository as a search finds it. A missing field is unknown. */
export type HubModel = {
  /** `USER/REPO` */
  repo: string;
  downloads?: number;
  likes?: number;
  /** When it was last changed, in ms since 1970. */
  modified?: number;
  /** For example `apache-2.0`. */
  licence?: string;
  /** Whether its terms have to be accepted first. */
  gated: boolean;
  /** The number of weights. */
  parameters?: number;
  /** The largest context window, in tokens. */
  contextMax?: number;
  /** The quantisations that its files name. */
  quantisations: readonly string[];
};

/** Reads one entry of `GET /api/models`; undefined for what is none. Source: `listModels` of huggingface.js. */
export function readHubModel(entry: unknown): HubModel | undefined {
  const fields = objectOf(entry);
  const repo = textOf(fields?.id) ?? textOf(fields?.modelId);
  if (!fields || repo === undefined || !/^[\w-][\w.-]*\/[\w-][\w.-]*$/.test(repo)) return undefined;
  const gguf = objectOf(fields.gguf);
  const modified = Date.parse(textOf(fields.lastModified) ?? '');
  const paths = listOf(fields.siblings).flatMap(each => textOf(objectOf(each)?.rfilename) ?? []);
  const files = paths.filter(path => /\.gguf$/i.test(path) && !/mmproj|imatrix/i.test(path));
  return {
    repo,
    gated: isGated(fields),
    quantisations: [...new Set(files.flatMap(path => quantisationOf(path) ?? []))],
    ...optional('downloads', countOf(fields.downloads)),
    ...optional('likes', countOf(fields.likes)),
    ...optional('modified', Number.isFinite(modified) ? modified : undefined),
    ...optional('licence', licenceOf(fields)),
    ...optional('parameters', positiveOf(gguf?.total), parametersIn(repo)),
    ...optional('contextMax', positiveOf(gguf?.context_length)),
  };
}

/** `gated` is `false`, `"auto"` or `"manual"`. */
export function isGated(fields: JsonObject): boolean {
  return fields.gated !== undefined && fields.gated !== null && fields.gated !== false;
}

/** The licence: a tag `license:ID`, or a field of the model's card. */
export function licenceOf(fields: JsonObject): string | undefined {
  const tag = listOf(fields.tags).find(each => typeof each === 'string' && each.startsWith('license:'));
  return typeof tag === 'string' ? textOf(tag.slice(8)) : textOf(objectOf(fields.cardData)?.license);
}

/** The number of weights that a name tells: `Qwen2.5-Coder-7B-Instruct` has 7e9. */
export function parametersIn(name: string): number | undefined {
  const [, count, unit = ''] = /(?:^|[-_/. ])(\d{1,4}(?:\.\d+)?)([bm])(?=$|[-_. ])/i.exec(name) ?? [];
  return count === undefined ? undefined : Number(count) * (unit.toLowerCase() === 'b' ? 1e9 : 1e6);
}

function countOf(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : undefined;
}
