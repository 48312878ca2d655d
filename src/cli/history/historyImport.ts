import path from 'node:path';
import {LlmError} from '../../core/errors.ts';
import {neutraliseLine} from '../../core/neutralise.ts';
import {terminalSafeJson} from '../../core/terminalSafeJson.ts';
import type {TakeConversation} from '../../storage/import/importConversations.ts';
import type {ImportSource} from '../../storage/import/importSource.ts';
import type {HistoryAction} from './historyAction.ts';

/** What came of one file. */
export type ImportResult = {
  file: string;
  /** Whose file it is: `ChatGPT export`. */
  format: string;
  added: number;
  updated: number;
  unchanged: number;
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
    try {
      for (const file of files) opened.push({file, ...(await openImport(path.resolve(file)))});
      const {newPrompts} = await import('../../storage/import/newPrompts.ts');
      const {appendPrompts, readRecentPrompts} = await import('../../storage/promptHistory.ts');
      const results = store.importConversations(
        take => {
          const counted = opened.map(({file, source, close}) => {
            const result = takeAll(file, source, take);
            close();
            return result;
          });
          const prompts: {prompt: string; date: number}[] = [];
          for (const [index, {source}] of opened.entries()) {
            const result = counted[index];
            if (source.kind !== 'prompts' || !result) continue;
            const before = [...readRecentPrompts(history, Number.POSITIVE_INFINITY), ...prompts];
            const fresh = newPrompts(before, source.entries, source.written);
            prompts.push(...fresh);
            result.prompts = fresh.length;
          }
          // Last, because a file cannot take back what was written to it.
          if (!dryRun)
            for (const warning of appendPrompts(history, prompts)) io.stderr.write(`llm: ${warning}\n`);
          return counted;
        },
        {dryRun},
      );
      if (json) io.stdout.write(`${terminalSafeJson({dryRun, files: results}, 2)}\n`);
      else for (const result of results) io.stdout.write(`${neutraliseLine(describe(result, dryRun))}\n`);
      return 0;
    } finally {
      for (const {close} of opened) close();
    }
  },
};

function takeAll(file: string, source: ImportSource, take: TakeConversation): ImportResult {
  const result = {added: 0, updated: 0, unchanged: 0, messages: 0, prompts: 0};
  if (source.kind === 'conversations') {
    for (const conversation of source.conversations) {
      const {outcome, messages} = take(conversation);
      result[outcome]++;
      result.messages += messages;
    }
  }
  // What kind of export it is, is known once it was read.
  return {file, format: source.report.format, ...result, missing: source.report.missing};
}

function describe(result: ImportResult, dryRun: boolean): string {
  const {file, format, added, updated, unchanged, messages, prompts, missing} = result;
  const parts = [
    added > 0 && `${counted(added, 'conversation')} added`,
    updated > 0 && `${counted(updated, 'conversation')} continued`,
    (added > 0 || updated > 0) && counted(messages, 'new message'),
    prompts > 0 && `${counted(prompts, 'prompt')} added to the prompt history`,
    unchanged > 0 && `${unchanged} there already`,
    missing > 0 && `${counted(missing, 'image or file', 'images or files')} not in the file`,
  ].filter(part => part !== false);
  const what = parts.length > 0 ? parts.join(', ') : 'nothing new';
  return `${file} (${format}): ${what}${dryRun ? ' (dry run: nothing was changed)' : ''}`;
}

function counted(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}
