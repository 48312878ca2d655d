import {existsSync, mkdirSync, statSync} from 'node:fs';
import path from 'node:path';
import type {Conversation} from '../../core/conversation.ts';
import {LlmError} from '../../core/errors.ts';
import {neutraliseLine} from '../../core/neutralise.ts';
import {terminalSafeJson} from '../../core/terminalSafeJson.ts';
import type {Store} from '../../storage/openStore.ts';
import type {Services} from '../createServices.ts';
import {type Exporter, type ExportFormat, exportFormats, formatOf, loadExporter} from '../loadExporter.ts';
import type {HistoryAction, HistoryOptions} from './historyAction.ts';

export const historyExport: HistoryAction = {
  name: 'export',
  usage: '[ID…]',
  summary: 'write conversations as markdown, JSON, JSONL or HTML; the latest unless ids or --all are given',
  options: ['json', 'all', 'format', 'output', 'force'],
  async run({words, options, store, services, io}) {
    const {output, force = false} = options;
    const ids = chosenIds(words, options, store);
    const format = chooseFormat(options);
    const isList = options.all === true || ids.length > 1;
    const write = await loadExporter(format, await themeOf(services));
    if (output === undefined) {
      for (const piece of write(loadEach(store, ids), {isList})) io.stdout.write(piece);
      return 0;
    }
    const files = isFolder(output)
      ? await exportToFolder(output, {ids, format, force, store, write})
      : await exportToFile(output, {ids, isList, force, store, write});
    if (options.json) io.stdout.write(`${terminalSafeJson(files, 2)}\n`);
    else io.stdout.write(`${neutraliseLine(describe(ids.length, files.length, output))}\n`);
    return 0;
  },
};

/** A file that was written, and the conversations in it. */
type Written = {file: string; ids: readonly string[]};

function describe(conversations: number, files: number, output: string): string {
  const what = conversations === 1 ? '1 conversation' : `${conversations} conversations`;
  return `${what} written to ${files > 1 ? `${files} files in ` : ''}${output}`;
}

function chosenIds(words: readonly string[], {all}: HistoryOptions, store: Store): string[] {
  if (all && words.length > 0)
    throw new LlmError({
      kind: 'usage',
      message: 'export takes ids or --all, not both',
      hint: 'Type: llm help history',
    });
  if (all)
    // The oldest first, so that names stay the same when there are more conversations.
    return [false, true]
      .flatMap(archived => store.list({limit: Number.MAX_SAFE_INTEGER, archived}))
      .sort((a, b) => a.created - b.created || (a.id < b.id ? -1 : 1))
      .map(({id}) => id);
  if (words.length > 0) return [...new Set(words.map(word => store.find(word)))];
  const latest = store.latest();
  if (latest === undefined)
    throw new LlmError({
      kind: 'usage',
      message: 'no conversation has been held yet',
      hint: 'Begin one: llm chat',
    });
  return [latest];
}

/** What is asked for, else what the file's name says, else markdown; `--json` on stdout is the format. */
function chooseFormat({format, output, json}: HistoryOptions): ExportFormat {
  if (format === undefined) {
    if (output === undefined) return json ? 'json' : 'md';
    const named = isFolder(output) ? 'md' : formatOf(output);
    if (named) return named;
    throw new LlmError({
      kind: 'usage',
      message: `${neutraliseLine(output)}: its name does not say what to write`,
      hint: `Add --format ${exportFormats.join('|')}, or end it with / for a folder`,
    });
  }
  const known = exportFormats.find(each => each === format) ?? formatOf(`x.${format}`);
  if (known && (known === 'json' || !json || output !== undefined)) return known;
  throw new LlmError({
    kind: 'usage',
    message: known
      ? `--json is a format of its own on stdout, so --format ${known} does not go with it`
      : `export knows no format "${neutraliseLine(format)}"`,
    hint: `These are: ${exportFormats.join(', ')}`,
  });
}

async function themeOf(services: Services): Promise<Parameters<typeof loadExporter>[1]> {
  const [{chooseTheme, themeFolders}, {loadTheme}] = await Promise.all([
    import('../chooseTheme.ts'),
    import('../../theme/loadTheme.ts'),
  ]);
  return background => loadTheme(chooseTheme(services).name, themeFolders(services.environment), background);
}

function* loadEach(store: Store, ids: readonly string[]): Generator<Conversation> {
  for (const id of ids) yield store.load(id);
}

function isFolder(output: string): boolean {
  if (/[/\\]$/.test(output)) return true;
  return statSync(output, {throwIfNoEntry: false})?.isDirectory() ?? false;
}

async function exportToFile(
  file: string,
  {
    ids,
    isList,
    force,
    store,
    write,
  }: {
    ids: readonly string[];
    isList: boolean;
    force: boolean;
    store: Store;
    write: Exporter;
  },
): Promise<Written[]> {
  const {writeExport} = await import('../../storage/exportFile.ts');
  writeExport(file, write(loadEach(store, ids), {isList}), {overwrite: force});
  return [{file, ids}];
}

async function exportToFolder(
  folder: string,
  {
    ids,
    format,
    force,
    store,
    write,
  }: {
    ids: readonly string[];
    format: ExportFormat;
    force: boolean;
    store: Store;
    write: Exporter;
  },
): Promise<Written[]> {
  const {exportFileName, writeExport} = await import('../../storage/exportFile.ts');
  const taken = new Set<string>();
  const written: Written[] = [];
  try {
    mkdirSync(folder, {recursive: true, mode: 0o700});
  } catch (cause) {
    throw new LlmError({
      kind: 'file',
      message: `${neutraliseLine(folder)}: the folder cannot be made`,
      hint: 'Choose another place',
      cause,
    });
  }
  const names = ids.map(id => {
    const {title, created} = store.load(id);
    const name = uniqueName(exportFileName(title, created, format), id, taken);
    return {id, file: path.join(folder, name)};
  });
  const standing = force ? undefined : names.find(({file}) => existsSync(file));
  if (standing)
    throw new LlmError({
      kind: 'file',
      message: `${neutraliseLine(standing.file)} exists already, so nothing was written`,
      hint: 'Choose another folder, or overwrite with --force',
    });
  for (const {id, file} of names) {
    writeExport(file, write([store.load(id)], {isList: false}), {overwrite: force});
    written.push({file, ids: [id]});
  }
  return written;
}

/** A name that no other conversation has, also where the file system takes `A` and `a` for the same. */
function uniqueName(name: string, id: string, taken: Set<string>): string {
  const {name: stem, ext} = path.parse(name);
  const unique = taken.has(name.toLowerCase()) ? `${stem}-${id.replace(/[^\w-]/g, '-')}${ext}` : name;
  taken.add(unique.toLowerCase());
  return unique;
}
