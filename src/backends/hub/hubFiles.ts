import {listOf, objectOf, textOf} from '../jsonFields.ts';
import {isSafePath} from './hubName.ts';
import {quantisationOf} from './quantisation.ts';

/** What a file must hash to. Large files are told by SHA-256, small ones by what git calls a blob. */
export type Digest = {algorithm: 'sha256' | 'git-blob'; hex: string};

/** A file of a repository. */
export type HubFile = {path: string; bytes: number; digest: Digest};

/** A model of a repository: one file, or all parts of a split one. */
export type HubVariant = {
  /** The path of its first file. */
  file: string;
  /** For example `Q4_K_M`. */
  quantisation?: string;
  /** All parts together, in bytes. */
  bytes: number;
  /** In order; the first is the one to load. */
  parts: readonly HubFile[];
};

/** Source of the suffix: `llama_split_path` of llama.cpp. */
const splitSuffix = /-(\d{5})-of-(\d{5})\.gguf$/i;

/**
 * Reads one page of `GET /api/models/ID/tree/REVISION`. What has no size, no digest or an odd path is left out.
 * Source: `listFiles` of huggingface.js; `oid` is git's, `lfs.oid` the SHA-256 of the content.
 */
export function readTree(page: unknown): HubFile[] {
  return listOf(page).flatMap(entry => {
    const fields = objectOf(entry);
    const path = textOf(fields?.path);
    const lfs = objectOf(fields?.lfs);
    const bytes = lfs?.size ?? fields?.size;
    const hex = textOf(lfs?.oid) ?? textOf(fields?.oid);
    if (fields?.type !== 'file' || path === undefined || !isSafePath(path)) return [];
    if (typeof bytes !== 'number' || !Number.isSafeInteger(bytes) || bytes <= 0) return [];
    const length = lfs === undefined ? 40 : 64;
    if (hex === undefined || hex.length !== length || !/^[\da-f]+$/i.test(hex)) return [];
    const digest: Digest = {algorithm: lfs === undefined ? 'git-blob' : 'sha256', hex: hex.toLowerCase()};
    return [{path, bytes, digest}];
  });
}

/**
 * The models among the files of a repository, small ones first. Projectors for images (`mmproj`), importance matrices
 * and split models of which a part is missing are none.
 */
export function variantsOf(files: readonly HubFile[]): HubVariant[] {
  const models = files.filter(({path}) => {
    const name = path.slice(path.lastIndexOf('/') + 1);
    return /\.gguf$/i.test(name) && !/mmproj|imatrix/i.test(name);
  });
  const sets = Map.groupBy(models, ({path}) => path.replace(splitSuffix, '-of-$2.gguf'));
  return [...sets.values()]
    .map(parts => [...parts].sort((one, other) => (one.path < other.path ? -1 : 1)))
    .filter(isWhole)
    .map(parts => {
      const [{path: file}] = parts as [HubFile];
      const quantisation = quantisationOf(file);
      const bytes = parts.reduce((sum, part) => sum + part.bytes, 0);
      return {file, bytes, parts, ...(quantisation !== undefined && {quantisation})};
    })
    .sort((one, other) => one.bytes - other.bytes);
}

function isWhole(parts: readonly HubFile[]): boolean {
  const [first] = parts;
  const [, , count] = splitSuffix.exec(first?.path ?? '') ?? [];
  if (count === undefined) return parts.length === 1;
  return parts.length === Number(count) && splitSuffix.exec(first?.path ?? '')?.[1] === '00001';
}
