import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {answer} from './answers.ts';
import {launcher, withHome} from './program.ts';
import {median, ms, spread, times} from './statistics.ts';
import {benchModel, openStreamServer, type StreamServer} from './streamServer.ts';
import type {Row} from './table.ts';

type Timing = {
  /** From the server's first byte to the first byte out, in ms. */
  delay: number;
  /** From the server's first byte to the end of the process, in ms. */
  total: number;
};

/** `llm run --raw` in a pipe, beside `curl -N` reading the same stream. */
export async function measurePipedRun({quick}: {quick: boolean}): Promise<Row[]> {
  const runs = quick ? 3 : 9;
  const server = await openStreamServer();
  try {
    return await withHome(server.url, async env => {
      const ours = [process.execPath, launcher, 'run', '--raw', '-n', '-m', `ollama/${benchModel}`, 'go'];
      const curl = ['curl', '-sN', '-d', '{}', `${server.url}/api/chat`];
      const pairs = async (tokens: number, rate: number) => {
        const chunks = answer('prose', tokens);
        const result = {ours: [] as Timing[], curl: [] as Timing[]};
        for (let run = -1; run < runs; run++) {
          const a = await timed(curl, env, server, chunks, rate);
          const b = await timed(ours, env, server, chunks, rate);
          if (run < 0) continue;
          result.curl.push(a);
          result.ours.push(b);
        }
        return result;
      };
      const slow = await pairs(100, 200);
      const fastTokens = quick ? 5_000 : 15_000;
      const fast = await pairs(fastTokens, 5_000);
      const wideTokens = quick ? 20_000 : 100_000;
      const wide = await pairs(wideTokens, 0);
      const delays = (timings: Timing[]) => timings.map(({delay}) => delay);
      const rates = (timings: Timing[], tokens: number) => timings.map(({total}) => tokens / (total / 1000));
      const perSecond = (value: number) => `${Math.round(value).toLocaleString('en')} tok/s`;
      const throughput = (what: string, result: typeof fast, tokens: number, goal?: number): Row => {
        const [a, b] = [rates(result.ours, tokens), rates(result.curl, tokens)];
        const share = median(a) / median(b);
        return {
          what,
          measured: spread(a, perSecond),
          baseline: `\`curl -N\` ${spread(b, perSecond)}`,
          ratio: times(share),
          ...(goal && {goal: `≥ ${goal} ×`, met: share >= goal}),
        };
      };
      return [
        {
          what: "`llm run --raw`: the server's first byte to ours",
          measured: spread(delays(slow.ours), ms),
          baseline: `\`curl -N\` ${spread(delays(slow.curl), ms)}`,
          ratio: times(median(delays(slow.ours)) / median(delays(slow.curl))),
          goal: '≤ 10 ms',
          met: median(delays(slow.ours)) <= 10,
        },
        throughput('`llm run --raw`: a stream of 5,000 tok/s', fast, fastTokens, 0.9),
        throughput('`llm run --raw`: a stream without a limit', wide, wideTokens),
      ];
    });
  } finally {
    server.close();
  }
}

async function timed(
  [command = '', ...args]: string[],
  env: Record<string, string>,
  server: StreamServer,
  chunks: readonly string[],
  rate: number,
): Promise<Timing> {
  const asked = server.next(chunks, rate);
  const child = spawn(command, args, {env, stdio: ['ignore', 'pipe', 'pipe']});
  let errors = '';
  child.stderr.on('data', text => {
    errors += text;
  });
  let firstAt = 0;
  child.stdout.on('data', () => {
    firstAt ||= performance.now();
  });
  const ended = once(child, 'close').then(([code]) => {
    if (code !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${code}: ${errors}`);
  });
  await Promise.race([asked, ended]);
  const stream = await asked;
  await ended;
  const sentAt = stream.sentAt[0] ?? Number.NaN;
  return {delay: firstAt - sentAt, total: performance.now() - sentAt};
}
