import {join} from 'node:path';
import {openStore} from '../../src/storage/openStore.ts';
import {openTerminal, type Terminal} from '../../test/e2e/terminal.ts';
import {makeConversations} from './madeConversations.ts';
import {launcher, usageOf, withHome} from './program.ts';
import {median, ms, spread} from './statistics.ts';
import {openStreamServer} from './streamServer.ts';
import type {Row} from './table.ts';

const goal = 150;
const longId = 'c0';
const shortId = 'short';
const longEnd = 'the end of the long one';
const shortEnd = 'the end of the short one';

/** How long it takes until the last turns of a conversation of 10,000 messages are on the screen. */
export async function measureResume({quick}: {quick: boolean}): Promise<Row[]> {
  const runs = quick ? 5 : 15;
  const server = await openStreamServer();
  try {
    return await withHome(server.url, async env => {
      const path = join(env.LLM_HOME ?? '', 'llm.db');
      makeConversations(path, {conversations: 1, messages: 10_000, seed: 5});
      const store = openStore({path});
      const loads: number[] = [];
      try {
        addTurn(store, longId, longEnd, store.load(longId).head);
        store.saveConversation({...store.load(longId), id: shortId, nodes: new Map(), head: null});
        addTurn(store, shortId, shortEnd, null);
        for (let run = 0; run < runs; run++) {
          const began = performance.now();
          store.load(longId);
          loads.push(performance.now() - began);
        }
      } finally {
        store.close();
      }
      const starts = {long: [] as number[], short: [] as number[]};
      for (let run = -1; run < runs; run++) {
        const long = await startWith(env, longId, longEnd);
        const short = await startWith(env, shortId, shortEnd);
        if (run < 0) continue;
        starts.long.push(long);
        starts.short.push(short);
      }
      const resumed = await resumeAgain(env, runs);
      const more = starts.long.map((value, run) => value - (starts.short[run] ?? Number.NaN));
      const row = (what: string, values: readonly number[], baseline?: readonly number[]): Row => ({
        what,
        measured: spread(values, ms),
        ...(baseline && {baseline: `a conversation of two messages ${spread(baseline, ms)}`}),
      });
      const goals = (values: readonly number[]) => ({goal: `≤ ${goal} ms`, met: median(values) <= goal});
      return [
        row('a conversation of 10,000 messages: read from the disk', loads),
        row('`llm chat --cid`: 10,000 messages, until the last turns are shown', starts.long, starts.short),
        {...row('`llm chat --cid`: 10,000 messages, beyond the start itself', more), ...goals(more)},
        {
          ...row('`/resume`: 10,000 messages, from Enter to the last turns', resumed.long, resumed.short),
          ...goals(resumed.long),
        },
        {
          ...row('the same, time of the processor', resumed.longCpu),
          baseline: `a conversation of two messages ${spread(resumed.shortCpu, ms)}`,
        },
      ];
    });
  } finally {
    server.close();
  }
}

function addTurn(
  store: ReturnType<typeof openStore>,
  conversation: string,
  end: string,
  parent: string | null,
): void {
  const created = 1.8e12;
  const prompt = `${conversation}-prompt`;
  store.addMessage(conversation, {id: prompt, parent, role: 'user', text: 'And?', created});
  store.addMessage(conversation, {
    id: `${conversation}-answer`,
    parent: prompt,
    role: 'assistant',
    text: `That is **${end}**.`,
    created,
    model: 'ollama/bench',
    stop: 'stop',
  });
}

async function startWith(env: Record<string, string>, id: string, end: string): Promise<number> {
  const began = performance.now();
  const terminal = openChat(env, id);
  await terminal.waitFor(`That is ${end}.`);
  const taken = performance.now() - began;
  await terminal.close();
  return taken;
}

/** Goes to and fro between the two conversations. */
async function resumeAgain(
  env: Record<string, string>,
  runs: number,
): Promise<{long: number[]; short: number[]; longCpu: number[]; shortCpu: number[]}> {
  const taken = {
    long: [] as number[],
    short: [] as number[],
    longCpu: [] as number[],
    shortCpu: [] as number[],
  };
  const terminal = openChat(env, shortId);
  try {
    await terminal.waitFor(`That is ${shortEnd}.`);
    for (let run = -1; run < runs; run++) {
      const took = await resume(terminal, longId, longEnd);
      const back = await resume(terminal, shortId, shortEnd);
      if (run < 0) continue;
      taken.long.push(took.ms);
      taken.short.push(back.ms);
      taken.longCpu.push(took.cpuMs);
      taken.shortCpu.push(back.cpuMs);
    }
  } finally {
    await terminal.close();
  }
  return taken;
}

async function resume(terminal: Terminal, id: string, end: string): Promise<{ms: number; cpuMs: number}> {
  const command = `/resume ${id} `;
  const count = (): number => terminal.text().split(`That is ${end}.`).length;
  terminal.write(command);
  await terminal.waitFor(({screen}) => screen().some(line => line.includes(command.trim())));
  const before = count();
  const cpu = (): number => usageOf(terminal.pid)?.cpuMs ?? Number.NaN;
  const cpuBefore = cpu();
  const began = performance.now();
  terminal.write('\r');
  await terminal.waitFor(() => count() > before);
  return {ms: performance.now() - began, cpuMs: cpu() - cpuBefore};
}

function openChat(env: Record<string, string>, id: string): Terminal {
  return openTerminal({
    command: process.execPath,
    args: [launcher, 'chat', '--cid', id],
    env,
    background: 'dark',
    cols: 100,
    rows: 30,
  });
}
