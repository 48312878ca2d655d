import {LlmError} from '../../core/errors.ts';
import {neutraliseLine} from '../../core/neutralise.ts';

/** A repository of the hub, and which of its models is meant. */
export type HubName = {
  /** `USER/REPO` */
  repo: string;
  /** For example `Q4_K_M`, as it was typed. */
  quant?: string;
  /** The path of one file in the repository. */
  file?: string;
};

const example = 'Such a name is hf:USER/REPO, hf:USER/REPO:Q4_K_M or hf:USER/REPO/file.gguf.';

/** What else the hub has, by the first part of its address. */
const otherThings = new Map([
  ['datasets', 'a data set'],
  ['spaces', 'a space'],
  ['collections', 'a collection'],
  ['papers', 'a paper'],
]);

/**
 * Reads a name of the hub: `hf:USER/REPO`, `hf:USER/REPO:QUANT`, `hf:USER/REPO/path/file.gguf`, or an address that was
 * copied from a browser, `https://HOST/USER/REPO[/blob|resolve|tree/main/file.gguf]`. Undefined for what is none.
 * Throws `usage` for one that is not whole, or that names something else than a GGUF file of the branch `main`.
 *
 * @param hosts whose addresses count beside those of Hugging Face
 */
export function parseHubName(typed: string, hosts: readonly string[] = []): HubName | undefined {
  const name = typed.trim();
  if (name.startsWith('hf:')) return readName(name.slice(3), typed);
  if (!/^https?:\/\//i.test(name) || !URL.canParse(name)) return undefined;
  const url = new URL(name);
  if (!['huggingface.co', 'www.huggingface.co', 'hf.co', ...hosts].includes(url.host)) return undefined;
  const [user = '', repo = '', kind, revision, ...path] = decoded(url.pathname).split('/').filter(Boolean);
  if (otherThings.has(user)) throw noModel(typed, user);
  const isIn = kind !== undefined && /^(blob|resolve|tree|raw)$/.test(kind);
  if (isIn && revision !== undefined && revision !== 'main') throw otherRevision(revision);
  // The page of a repository shows one of its files beside the list.
  const file = url.searchParams.get('show_file_info') ?? (isIn ? path.join('/') : '');
  return readName(`${user}/${repo}${/\.gguf$/i.test(file) ? `/${file}` : ''}`, typed);
}

/** The name in the form that is typed: what `parseHubName` read. */
export function formatHubName({repo, quant, file}: HubName): string {
  return `hf:${repo}${file === undefined ? (quant === undefined ? '' : `:${quant}`) : `/${file}`}`;
}

/**
 * Whether a path of a repository may become one in the models folder: nothing hidden, nothing that leads upwards, and
 * nothing that acts on a terminal.
 */
export function isSafePath(path: string): boolean {
  const isSafe = (part: string): boolean =>
    /^[^.\\:][^\\:]*$/.test(part) && neutraliseLine(part) === part && part.length < 256;
  return path.split('/').every(isSafe);
}

function readName(name: string, typed: string): HubName {
  const [user = '', repoAndQuant = '', ...path] = name.split('/');
  const [repo = '', quant, ...more] = repoAndQuant.split(':');
  const isPart = (part: string): boolean => /^[\w-][\w.-]*$/.test(part);
  if (!isPart(user) || !isPart(repo) || more.length > 0 || (quant !== undefined && !/^[\w.-]+$/.test(quant)))
    throw refused(typed);
  const file = path.join('/');
  if (file === '') return {repo: `${user}/${repo}`, ...(quant !== undefined && {quant})};
  if (quant !== undefined || !/\.gguf$/i.test(file) || !isSafePath(file)) throw refused(typed);
  return {repo: `${user}/${repo}`, file};
}

function refused(typed: string): LlmError {
  return new LlmError({
    kind: 'usage',
    message: `${JSON.stringify(neutraliseLine(typed))} names no GGUF model of the hub.`,
    hint: example,
  });
}

function noModel(typed: string, kind: string): LlmError {
  return new LlmError({
    kind: 'usage',
    message: `${JSON.stringify(neutraliseLine(typed))} is ${otherThings.get(kind)}, no model.`,
    hint: example,
  });
}

function otherRevision(revision: string): LlmError {
  return new LlmError({
    kind: 'usage',
    message: `Models are pulled from the branch main alone, not from ${JSON.stringify(neutraliseLine(revision))}.`,
    hint: `Leave the revision out. ${example}`,
  });
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}
