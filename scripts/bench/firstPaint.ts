import {openTerminal} from '../../test/e2e/terminal.ts';
import {launcher, withHome} from './program.ts';
import {median, ms, spread, times} from './statistics.ts';
import {openStreamServer} from './streamServer.ts';
import type {Row} from './table.ts';

const size = {cols: 100, rows: 30};
const typed = 'qx';

/** How long `llm chat` takes to show itself in a terminal, beside the time in which bare Node prints a line. */
export async function measureFirstPaint({quick}: {quick: boolean}): Promise<Row[]> {
  const runs = quick ? 5 : 15;
  const server = await openStreamServer();
  try {
    return await withHome(server.url, async env => {
      const bare: number[] = [];
      const text: number[] = [];
      const prompt: number[] = [];
      const echo: number[] = [];
      const screen: number[] = [];
      for (let run = -1; run < runs; run++) {
        const line = await bareLine(env);
        const chat = await chatPaint(env);
        if (run < 0) continue;
        bare.push(line);
        text.push(chat.text);
        prompt.push(chat.prompt);
        echo.push(chat.echo);
        screen.push(chat.screen);
      }
      const row = (what: string, values: number[], limit?: number): Row => {
        const ratios = values.map((value, index) => value / (bare[index] ?? Number.NaN));
        return {
          what,
          measured: spread(values, ms),
          baseline: `bare node prints a line ${spread(bare, ms)}`,
          ratio: spread(ratios, times),
          ...(limit && {goal: `≤ ${limit} ×`, met: median(ratios) <= limit}),
        };
      };
      return [
        row('`llm chat`: first text', text, 1.3),
        row('`llm chat`: prompt line', prompt, 1.3),
        row('`llm chat`: echo of keys typed at once', echo, 3),
        row('`llm chat`: the whole screen, model known', screen),
      ];
    });
  } finally {
    server.close();
  }
}

async function bareLine(env: Record<string, string>): Promise<number> {
  const start = performance.now();
  const terminal = openTerminal({
    command: process.execPath,
    args: ['-e', 'console.log("READY")'],
    env,
    ...size,
  });
  await terminal.waitFor('READY');
  const taken = performance.now() - start;
  await terminal.close();
  return taken;
}

async function chatPaint(env: Record<string, string>) {
  const start = performance.now();
  const terminal = openTerminal({
    command: process.execPath,
    args: [launcher, 'chat'],
    env,
    background: 'dark',
    ...size,
  });
  const since = async (condition: Parameters<typeof terminal.waitFor>[0]) => {
    await terminal.waitFor(condition);
    return performance.now() - start;
  };
  // Before the program has switched the terminal's own echo off, a key shows by itself; only behind the prompt sign
  // is it the program that shows it.
  terminal.write(typed);
  const [text, prompt, echo, screen] = await Promise.all([
    since(/llm/),
    since(/^❯/m),
    since(new RegExp(`^❯ ${typed}`, 'm')),
    since(/bench/),
  ]);
  await terminal.close();
  return {text, prompt, echo, screen};
}
