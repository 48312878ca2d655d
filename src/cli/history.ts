import type {Command} from 'commander';
import {activePath} from '../core/conversation.ts';
import {LlmError} from '../core/errors.ts';
import {describeFigures} from '../core/figures.ts';
import {neutralise, neutraliseLine} from '../core/neutralise.ts';
import {terminalSafeJson} from '../core/terminalSafeJson.ts';
import type {Store} from '../storage/openStore.ts';
import type {CommandRun} from './commandRun.ts';
import type {Io} from './io.ts';

export function defineHistory(command: Command): Command {
  return command
    .argument('[action]', 'list (the default), show or search')
    .argument('[words...]', 'show: the beginning of an id, or nothing for the latest; search: words to find')
    .option('--json', 'print JSON')
    .option('--limit <count>', 'how many to list', '50');
}

type Options = {json?: boolean; limit: string};

/** `llm history list|show|search`. */
export async function history({command, services, io}: CommandRun): Promise<number> {
  const [action = 'list', ...words] = command.args;
  const {json = false, limit} = command.opts<Options>();
  const most = Number(limit);
  if (!Number.isInteger(most) || most < 1) {
    throw new LlmError({
      kind: 'usage',
      message: `--limit wants a whole number of at least 1, got "${limit}"`,
    });
  }
  const actions: Record<string, (store: Store) => Promise<number> | number> = {
    list: store => list(store, most, json, io),
    show: store => show(store, words[0], json, io),
    search: store => search(store, words.join(' '), most, json, io),
  };
  const chosen = Object.hasOwn(actions, action) ? actions[action] : undefined;
  if (!chosen) {
    throw new LlmError({
      kind: 'usage',
      message: `history knows no action "${neutraliseLine(action)}"`,
      hint: 'These are: llm history list, llm history show [ID], llm history search WORDS',
    });
  }
  const store = await services.store();
  for (const warning of [...services.warnings, ...store.warnings]) io.stderr.write(`llm: ${warning}\n`);
  return chosen(store);
}

function list(store: Store, limit: number, json: boolean, io: Io): number {
  const rows = store.list({limit});
  if (json) {
    io.stdout.write(`${terminalSafeJson(rows, 2)}\n`);
    return 0;
  }
  if (rows.length === 0) io.stderr.write('llm: no conversation has been held yet. Begin one: llm chat\n');
  for (const {shortId, updated, messages, model, title} of rows) {
    const line = `${shortId.padEnd(9)} ${day(updated)}  ${String(messages).padStart(3)} messages  ${title}  (${model})`;
    io.stdout.write(`${neutraliseLine(line)}\n`);
  }
  return 0;
}

async function show(store: Store, prefix: string | undefined, json: boolean, io: Io): Promise<number> {
  const id = prefix === undefined ? store.latest() : store.find(prefix);
  if (id === undefined)
    throw new LlmError({
      kind: 'usage',
      message: 'no conversation has been held yet',
      hint: 'Begin one: llm chat',
    });
  const conversation = store.load(id);
  if (json) {
    const {exportJson} = await import('../storage/exportJson.ts');
    io.stdout.write(`${exportJson(conversation).trimEnd()}\n`);
    return 0;
  }
  const print = io.stdout.isTTY ? neutralise : (text: string) => text;
  for (const node of activePath(conversation)) {
    io.stdout.write(
      print(node.role === 'user' ? `> ${node.text}\n\n` : `${node.text}\n(${describeFigures(node)})\n\n`),
    );
  }
  return 0;
}

function search(store: Store, words: string, limit: number, json: boolean, io: Io): number {
  if (words.trim() === '')
    throw new LlmError({kind: 'usage', message: 'search wants words', hint: 'llm history search WORDS'});
  const hits = store.search(words, limit);
  if (json) io.stdout.write(`${terminalSafeJson(hits, 2)}\n`);
  else if (hits.length === 0) io.stderr.write(`llm: nothing was found for "${neutraliseLine(words)}"\n`);
  else
    for (const hit of hits) {
      const mark = io.stdout.isTTY ? (text: string) => `\u001b[1m${text}\u001b[22m` : (text: string) => text;
      const snippet = hit.snippet
        .map(part => (part.hit ? mark(neutralise(part.text)) : neutralise(part.text)))
        .join('');
      io.stdout.write(
        `${hit.conversationId.slice(0, 10)}  ${day(hit.updated)}  ${neutraliseLine(hit.title)}\n    ${snippet}\n`,
      );
    }
  return 0;
}

function day(ms: number): string {
  return new Date(ms).toLocaleString('sv-SE', {dateStyle: 'short', timeStyle: 'short'});
}
