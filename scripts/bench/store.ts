import {execFileSync} from 'node:child_process';
import {mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import type {Conversation, MessageNode} from '../../src/core/conversation.ts';
import {openStore, type Store} from '../../src/storage/openStore.ts';
import {createWords, madePrompt, seeded} from './madePrompts.ts';
import {median, ms, spread, times} from './statistics.ts';
import type {Row} from './table.ts';

const opening = join(import.meta.dirname, 'storeOpening.ts');
const turnsEach = 50;
/** What half a second of an answer of 200 tokens a second brings. */
const tokensPerFlush = 100;
const answerTokens = 64_000;
/** How many flushes at either end of an answer are looked at. */
const looked = 40;

/** The store at a hundred thousand messages: its opening, the saving of an answer while it streams, and its salvage. */
export async function measureStore({quick}: {quick: boolean}): Promise<Row[]> {
  const messages = quick ? 10_000 : 100_000;
  const folder = mkdtempSync(join(tmpdir(), 'llm-bench-'));
  const path = join(folder, 'llm.db');
  try {
    const store = openStore({path});
    fill(store, messages);
    store.close();
    const at = `at ${messages.toLocaleString('en')} messages`;
    const openings = Array.from({length: quick ? 5 : 25}, () => {
      const [wall = '', cpu = ''] = execFileSync(process.execPath, [opening, path], {encoding: 'utf8'}).split(
        ' ',
      );
      return {wall: Number(wall), cpu: Number(cpu)};
    });
    const walls = openings.map(({wall}) => wall);
    const cpus = openings.map(({cpu}) => cpu);
    const answers = Array.from({length: quick ? 2 : 7}, (_, number) => streamAnswer(path, `bench-${number}`));
    const firsts = answers.map(({flushes}) => median(flushes.slice(0, looked)));
    const lasts = answers.map(({flushes}) => median(flushes.slice(-looked)));
    const ratio = median(lasts) / median(firsts);
    const all = answers.flatMap(({flushes}) => flushes);
    return [
      {
        what: `store ${at}: opened, the latest conversation known`,
        measured: spread(walls, ms),
        baseline: `of a processor: ${spread(cpus, ms)}`,
        goal: '≤ 20 ms',
        met: median(walls) <= 20,
      },
      {
        what: `store ${at}: a flush at the 64,000th token`,
        measured: spread(lasts, fine),
        baseline: `at the first: ${spread(firsts, fine)}`,
        ratio: times(ratio),
        goal: 'the same',
        met: ratio <= 1.2,
      },
      {
        what: `store ${at}: the longest of ${all.length.toLocaleString('en')} flushes`,
        measured: ms(Math.max(...all)),
      },
      {
        what: `store ${at}: the end of such an answer, stored and indexed`,
        measured: spread(
          answers.map(({endMs}) => endMs),
          ms,
        ),
      },
      salvageRow(path, at),
    ];
  } finally {
    rmSync(folder, {recursive: true, force: true});
  }
}

function fine(value: number): string {
  return `${value.toFixed(3)} ms`;
}

function fill(store: Store, messages: number): void {
  const random = seeded(3);
  const word = createWords(random);
  for (let number = 0; number < messages / (2 * turnsEach); number++) {
    const id = `made-${number}`;
    const nodes = new Map<string, MessageNode>();
    for (let turn = 0; turn < turnsEach; turn++) {
      const parent = turn === 0 ? null : `${id}-a${turn - 1}`;
      const created = number * 1000 + turn;
      const text = madePrompt(random, word);
      nodes.set(`${id}-p${turn}`, {id: `${id}-p${turn}`, parent, role: 'user', text, created});
      const answer = Array.from({length: 60}, word).join(' ');
      nodes.set(`${id}-a${turn}`, {
        ...{id: `${id}-a${turn}`, parent: `${id}-p${turn}`, role: 'assistant', text: answer, created},
        ...{model: 'ollama/bench', stop: 'stop'},
      });
    }
    store.addConversation({...emptyConversation(id), nodes, head: `${id}-a${turnsEach - 1}`});
  }
}

function emptyConversation(id: string): Conversation {
  const fields = {title: id, created: 1, updated: 1, model: 'ollama/bench', options: {}};
  return {id, ...fields, nodes: new Map(), head: null};
}

/** Streams a long answer into the store; how long each flush and the end took, in ms. */
function streamAnswer(path: string, id: string): {flushes: number[]; endMs: number} {
  const store = openStore({path});
  const word = createWords(seeded(5));
  const timed = (work: () => void): number => {
    const began = performance.now();
    work();
    return performance.now() - began;
  };
  const prompt: MessageNode = {id: `${id}-p`, parent: null, role: 'user', text: 'go', created: 1};
  const answer: MessageNode = {
    ...{id: `${id}-a`, parent: prompt.id, role: 'assistant', text: '', created: 1},
    stop: 'streaming',
  };
  store.saveConversation(emptyConversation(id));
  store.addMessage(id, prompt);
  store.addMessage(id, answer);
  const chunks = Array.from(
    {length: answerTokens / tokensPerFlush},
    () => `${Array.from({length: tokensPerFlush}, word).join(' ')} `,
  );
  const flushes = chunks.map(text => timed(() => store.appendChunk(answer.id, {text, reasoning: ''})));
  const endMs = timed(() => store.finishMessage(id, {...answer, text: chunks.join(''), stop: 'stop'}));
  store.close();
  return {flushes, endMs};
}

/** A database whose header is gone: until a new one is there. */
function salvageRow(path: string, at: string): Row {
  writeFileSync(path, readFileSync(path).fill(0, 0, 100));
  const began = performance.now();
  const store = openStore({path});
  const took = performance.now() - began;
  const [told = 'nothing was told'] = store.warnings;
  store.close();
  const kept = /Saved[^.]*/.exec(told)?.[0] ?? told;
  return {what: `store ${at}: salvaged, its header gone`, measured: `${(took / 1000).toFixed(1)} s: ${kept}`};
}
