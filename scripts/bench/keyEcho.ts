import {setTimeout as delay} from 'node:timers/promises';
import {openTerminal, type Terminal} from '../../test/e2e/terminal.ts';
import {answer} from './answers.ts';
import {withHome} from './program.ts';
import {ms, percentile} from './statistics.ts';
import {openChat} from './streaming.ts';
import {openStreamServer} from './streamServer.ts';
import type {Row} from './table.ts';

/** How long a key takes to show in the composer, idle and while an answer streams, beside the kernel's own echo. */
export async function measureKeyEcho({quick}: {quick: boolean}): Promise<Row[]> {
  const keys = quick ? 20 : 60;
  const server = await openStreamServer();
  try {
    return await withHome(server.url, async env => {
      const cat = openTerminal({command: 'cat', env, cols: 100, rows: 30});
      const kernel = await echoes(cat, keys, 20);
      await cat.close();
      const terminal = await openChat(env);
      const idle = await echoes(terminal, keys, 60);
      terminal.write('\x03');
      await terminal.waitFor(({screen}) => !screen().some(line => line.includes('abcd')));
      const rows = [row('`llm chat`: key echo when idle, p50 / p95', idle, kernel)];
      for (const rate of [200, 1_000]) {
        const asked = server.next(answer('mixed', rate * 60), rate);
        terminal.write('go\r');
        const stream = await asked;
        await terminal.waitFor(/mk\d{5}/);
        const streaming = await echoes(terminal, keys, 110);
        const title = `\`llm chat\`: key echo at ${rate.toLocaleString('en')} tok/s, p50 / p95`;
        rows.push(row(title, streaming, kernel));
        terminal.write('\x03');
        await stream.finished;
        terminal.write('\x15');
        await terminal.waitFor(({screen}) => !screen().some(line => /^❯ a/.test(line)));
      }
      await terminal.close();
      return rows;
    });
  } finally {
    server.close();
  }
}

function row(what: string, values: readonly number[], kernel: readonly number[]): Row {
  const text = (list: readonly number[]) => `${ms(percentile(list, 0.5))} / ${ms(percentile(list, 0.95))}`;
  const streaming = what.includes('tok/s');
  return {
    what,
    measured: text(values),
    baseline: `\`cat\` ${text(kernel)}`,
    ...(streaming && {goal: 'p95 ≤ 16 ms', met: percentile(values, 0.95) <= 16}),
  };
}

/** Types letters one by one and times each from its being typed to its being on the screen. */
export async function echoes(terminal: Terminal, count: number, pauseMs: number): Promise<number[]> {
  const taken: number[] = [];
  let typed = '';
  for (let index = 0; index < count; index++) {
    const letter = 'abcdefghijklmnopqrstuvwxyz'[index % 26] ?? '';
    typed += letter;
    const start = performance.now();
    terminal.write(letter);
    await terminal.waitFor(({screen}) => screen().some(line => line.includes(typed)));
    taken.push(performance.now() - start);
    // Not in step with the frames of the screen, as no person is.
    await delay(pauseMs * (0.5 + Math.random()));
  }
  return taken;
}
