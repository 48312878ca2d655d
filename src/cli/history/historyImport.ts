import path from 'node:path';
import type {Conversation} from '../../core/conversation.ts';
import {LlmError} from '../../core/errors.ts';
import {neutraliseLine} from '../../core/neutralise.ts';
import {terminalSafeJson} from '../../core/terminalSafeJson.ts';
import type {Importer} from '../../storage/import/createImporter.ts';
import type {ImportSource} from '../../storage/import/importSource.ts';
import type {Store} from '../../storage/openStore.ts';
import type {HistoryAction} from './historyAction.ts';

/** What came of one file. */
export type ImportResult = {
  file: string;
  /** Whose file it is: `ChatGPT export`. */
  format: string;
  added: number;
  updated: number;
  unchanged: number;
  /** How many hold no message, and were left out. */
  empty: number;
  /** How many messages are new. */
  messages: number;
  /** How many prompts of the prompt history are new. */
  prompts: number;
  /** How many images and files the messages speak of whose bytes are not in the file. */
  missing: number;
};

export const historyImport: HistoryAction = {
  name: 'import',
  usage: 'FILE…',
  summary: 'take in what ChatGPT, Claude, simonw/llm, aichat, oterm, elia, prompt_toolkit or llm wrote',
  options: ['json', 'dryRun'],
  async run({words: files, options: {json, dryRun = false}, store, services, io}) {
    if (files.length === 0)
      throw new LlmError({
        kind: 'usage',
        message: 'import wants a file',
        hint: 'Type: llm history import FILE…',
      });
    const history = services.environment.paths.promptHistory;
    const {openImport} = await import('../../storage/import/openImport.ts');
    const opened: (Awaited<ReturnType<typeof openImport>> & {file: string})[] = [];
    const openAll = async (): Promise<void> => {
      for (const file of files) opened.push({file, ...(await openImport(path.resolve(file)))});
    };
    const closeAll = (): void => {
      for (const {close} of opened.splice(0)) close();
    };
    try {
      await openAll();
      if (!dryRun) {
        // All is read once before anything is written, so that a wrong file is found first.
        for (const {source, close} of opened) {
          if (source.kind === 'conversations') for (const _conversation of source.conversations);
          close();
        }
        closeAll();
        await openAll();
      }
      const days = dryRun ? undefined : services.settings.history.retentionDays;
      const oldOnes = (): string[] => (days === undefined ? [] : outlived(store, days));
      const oldBefore = new Set(oldOnes());
      const importer = store.importer({dryRun});
      const results: ImportResult[] = [];
      try {
        for (const {file, source, close} of opened) {
          results.push(await takeAll(file, source, importer));
          close();
        }
        const prompts = await promptsOf(opened, results, history);
        // Last, because a file cannot take back what was written to it.
        const {insertPrompts} = await import('../../storage/import/insertPrompts.ts');
        if (!dryRun)
          for (const warning of insertPrompts(history, prompts)) io.stderr.write(`llm: ${warning}\n`);
      } catch (thrown) {
        // What cannot be taken back now is completed by importing again; why it failed is what has to be told.
        await importer.undo().catch(() => {});
        throw thrown;
      }
      if (json) io.stdout.write(`${terminalSafeJson({dryRun, files: results}, 2)}\n`);
      else for (const result of results) io.stdout.write(`${neutraliseLine(describe(result, dryRun))}\n`);
      const doomed = oldOnes().filter(id => !oldBefore.has(id)).length;
      if (doomed > 0) io.stderr.write(`llm: ${warnOf(doomed, days)}\n`);
      return 0;
    } finally {
      closeAll();
    }
  },
};

/** The conversations that the next chat deletes because of their age. */
function outlived(store: Pick<Store, 'unchangedSince'>, days: number): string[] {
  return store.unchangedSince(Date.now() - days * 24 * 60 * 60 * 1000);
}

function warnOf(count: number, days: number | undefined): string {
  const what = count === 1 ? '1 conversation of these is' : `${count} conversations of these are`;
  return (
    `${what} older than ${days} days (history.retentionDays) and will be deleted when a chat begins. ` +
    'To keep what is old: llm config unset history.retentionDays'
  );
}

/** So many messages, or so many bytes of attachments, are read at a time before they are written. */
const batch = {messages: 500, bytes: 32e6};

async function takeAll(file: string, source: ImportSource, {take}: Importer): Promise<ImportResult> {
  const result = {added: 0, updated: 0, unchanged: 0, empty: 0, messages: 0, prompts: 0};
  if (source.kind === 'conversations') {
    for (const some of batches(source.conversations)) {
      for (const {outcome, messages} of await take(some)) {
        result[outcome]++;
        result.messages += messages;
      }
    }
  }
  // What kind of export it is, is known once it was read.
  return {file, format: source.report.format, ...result, missing: source.report.missing};
}

function* batches(conversations: Iterable<Conversation>): Generator<Conversation[]> {
  let some: Conversation[] = [];
  let messages = 0;
  let bytes = 0;
  for (const conversation of conversations) {
    some.push(conversation);
    messages += conversation.nodes.size;
    for (const {attachments = []} of conversation.nodes.values())
      for (const each of attachments) bytes += each.kind === 'text' ? each.text.length : each.data.length;
    if (messages < batch.messages && bytes < batch.bytes) continue;
    yield some;
    some = [];
    messages = 0;
    bytes = 0;
  }
  if (some.length > 0) yield some;
}

/** The prompts that are new to the history; how many there are in each file is put into its result. */
async function promptsOf(
  opened: readonly {source: ImportSource}[],
  results: readonly ImportResult[],
  history: string,
): Promise<{prompt: string; date: number}[]> {
  const {newPrompts} = await import('../../storage/import/newPrompts.ts');
  const {readRecentPrompts} = await import('../../storage/promptHistory.ts');
  const prompts: {prompt: string; date: number}[] = [];
  for (const [index, {source}] of opened.entries()) {
    const result = results[index];
    if (source.kind !== 'prompts' || !result) continue;
    const before = [...readRecentPrompts(history, Number.POSITIVE_INFINITY), ...prompts];
    const fresh = newPrompts(before, source.entries, source.written);
    prompts.push(...fresh);
    result.prompts = fresh.length;
  }
  return prompts;
}

function describe(result: ImportResult, dryRun: boolean): string {
  const {file, format, added, updated, unchanged, empty, messages, prompts, missing} = result;
  const parts = [
    added > 0 && `${counted(added, 'conversation')} added`,
    updated > 0 && `${counted(updated, 'conversation')} continued`,
    (added > 0 || updated > 0) && counted(messages, 'new message'),
    prompts > 0 && `${counted(prompts, 'prompt')} added to the prompt history`,
    unchanged > 0 && `${unchanged} there already`,
    empty > 0 && `${counted(empty, 'conversation')} without messages left out`,
    missing > 0 && `${counted(missing, 'image or file', 'images or files')} not in the file`,
  ].filter(part => part !== false);
  const what = parts.length > 0 ? parts.join(', ') : 'nothing new';
  return `${file} (${format}): ${what}${dryRun ? ' (dry run: nothing was changed)' : ''}`;
}

function counted(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}
