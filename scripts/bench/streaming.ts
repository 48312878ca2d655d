import {setTimeout as delay} from 'node:timers/promises';
import {openTerminal, type Terminal} from '../../test/e2e/terminal.ts';
import {answer, lastWord, markerEvery} from './answers.ts';
import {launcher, usageOf, withHome} from './program.ts';
import {median, ms, percentile, times} from './statistics.ts';
import {benchModel, openStreamServer, type Stream, type StreamServer} from './streamServer.ts';
import type {Row} from './table.ts';

const size = {cols: 100, rows: 30};

type Run = {
  lags: number[];
  /** From the last token sent to its being seen, in ms. */
  behind: number;
  /** Of the process while the answer streamed. */
  cpuMs: number;
  tookMs: number;
  bytes: number;
  clears: number;
  rssMb: number;
  peakMb: number;
};

/** An answer streaming into `llm chat` in a terminal, at several rates, beside `curl -N` in the same terminal. */
export async function measureStreaming({quick}: {quick: boolean}): Promise<Row[]> {
  const server = await openStreamServer();
  const rows: Row[] = [];
  try {
    const plans = [
      {rate: 200, tokens: quick ? 600 : 2_000},
      {rate: 1_000, tokens: quick ? 2_000 : 8_000},
      {rate: 5_000, tokens: quick ? 10_000 : 64_000},
    ];
    for (const {rate, tokens} of plans) {
      const chunks = answer('mixed', tokens);
      const chat = await withHome(server.url, env => streamIntoChat(env, server, chunks, rate));
      const curl = await withHome(server.url, env => streamIntoCurl(env, server, chunks, rate));
      const characters = chunks.join('').length;
      const name = `\`llm chat\` at ${rate.toLocaleString('en')} tok/s`;
      const perToken = chat.bytes / tokens;
      const cpu = (run: Run) => run.cpuMs / tokens;
      rows.push(
        {
          what: `${name}: bytes written a token`,
          measured: perToken.toFixed(1),
          baseline: `the text itself ${(characters / tokens).toFixed(1)}`,
          ratio: times(chat.bytes / characters),
          ...(rate === 200 && {goal: '≤ 40', met: perToken <= 40}),
        },
        {
          what: `${name}: CPU a token`,
          measured: `${cpu(chat).toFixed(2)} ms (${Math.round((100 * chat.cpuMs) / chat.tookMs)} % of a core)`,
          baseline: `\`curl -N\` ${cpu(curl).toFixed(3)} ms`,
          ...(curl.cpuMs > 0 && {ratio: times(chat.cpuMs / curl.cpuMs)}),
        },
        {
          what: `${name}: lag, median / p95 / at the end`,
          measured: lagText(chat),
          baseline: `\`curl -N\` ${lagText(curl)}`,
          ...(rate === 5_000 && {goal: 'kept up with', met: chat.behind <= 1000}),
        },
        {
          what: `${name}: screen and scrollback erased`,
          measured: String(chat.clears),
          goal: '0',
          met: chat.clears === 0,
        },
      );
      if (rate === 5_000) {
        rows.push({
          what: `\`llm chat\`: memory after ${tokens.toLocaleString('en')} tokens (peak)`,
          measured: `${Math.round(chat.rssMb)} MB (${Math.round(chat.peakMb)} MB)`,
          goal: '≤ 150 MB',
          met: chat.rssMb <= 150,
        });
      }
    }
  } finally {
    server.close();
  }
  return rows;
}

function lagText({lags, behind}: Run): string {
  return `${ms(median(lags))} / ${ms(percentile(lags, 0.95))} / ${ms(behind)}`;
}

/** Opens a chat and waits until it can be typed into. */
export async function openChat(env: Record<string, string>): Promise<Terminal> {
  const terminal = openTerminal({
    command: process.execPath,
    args: [launcher, 'chat', '-m', `ollama/${benchModel}`],
    env,
    background: 'dark',
    ...size,
  });
  await terminal.waitFor(({screen}) => {
    const visible = screen().join('\n');
    return /^❯/m.test(visible) && visible.includes(benchModel) && !visible.includes('starting');
  });
  return terminal;
}

async function streamIntoChat(
  env: Record<string, string>,
  server: StreamServer,
  chunks: readonly string[],
  rate: number,
): Promise<Run> {
  const terminal = await openChat(env);
  try {
    const asked = server.next(chunks, rate);
    terminal.write('go');
    await terminal.waitFor(/^❯ go/m);
    terminal.write('\r');
    return await follow(terminal, await asked, chunks.length);
  } finally {
    await terminal.close();
  }
}

async function streamIntoCurl(
  env: Record<string, string>,
  server: StreamServer,
  chunks: readonly string[],
  rate: number,
): Promise<Run> {
  const asked = server.next(chunks, rate);
  // The shell stays for a moment, so that what curl took can be read from it.
  const command = `curl -sN -d '{}' ${server.url}/api/chat; sleep 1`;
  const terminal = openTerminal({command: '/bin/sh', args: ['-c', command], env, ...size});
  try {
    return await follow(terminal, await asked, chunks.length);
  } finally {
    await terminal.close();
  }
}

/** Watches the screen until the last word of the answer is on it. */
async function follow(terminal: Terminal, stream: Stream, tokens: number): Promise<Run> {
  const before = {usage: usageOf(terminal.pid), bytes: terminal.bytes(), clears: erasures(terminal)};
  const start = performance.now();
  const lags: number[] = [];
  let newest = 0;
  await terminal.waitFor(({screen}) => {
    const visible = screen().join('\n');
    const now = performance.now();
    for (const match of visible.matchAll(/mk(\d{5})/g)) {
      const marker = Number(match[1]);
      if (marker <= newest) continue;
      newest = marker;
      lags.push(now - (stream.sentAt[marker * markerEvery - 1] ?? Number.NaN));
    }
    return visible.includes(lastWord);
  }, 300_000);
  const end = performance.now();
  // The work on the last tokens counts too, and a shell knows what its child took once that has ended.
  await delay(100);
  const after = usageOf(terminal.pid);
  return {
    lags,
    behind: end - (stream.sentAt[tokens - 1] ?? Number.NaN),
    cpuMs: (after?.cpuMs ?? Number.NaN) - (before.usage?.cpuMs ?? Number.NaN),
    tookMs: end - start,
    bytes: terminal.bytes() - before.bytes,
    clears: erasures(terminal) - before.clears,
    rssMb: after?.rssMb ?? Number.NaN,
    peakMb: after?.peakMb ?? Number.NaN,
  };
}

function erasures(terminal: Terminal): number {
  const {screen, scrollback} = terminal.clears();
  return screen + scrollback;
}
