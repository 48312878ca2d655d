import {readFileSync} from 'node:fs';
import {mkdtemp, rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';

export const launcher = join(import.meta.dirname, '..', '..', 'bin', 'llm.mjs');

/** Runs the body with a folder of its own for LLM_HOME, and the environment that a program under test is given. */
export async function withHome<T>(
  serverUrl: string | undefined,
  body: (env: Record<string, string>) => Promise<T>,
): Promise<T> {
  const home = await mkdtemp(join(tmpdir(), 'llm-bench-'));
  try {
    return await body({
      PATH: process.env.PATH ?? '',
      HOME: home,
      LLM_HOME: home,
      TERM: 'xterm-256color',
      COLORTERM: 'truecolor',
      LANG: 'C.UTF-8',
      // Nothing listens there: no server of this machine may be found by chance.
      OLLAMA_HOST: serverUrl ?? 'http://127.0.0.1:9',
      // Named, because on a busy machine the look for servers may end before this one answers.
      ...(serverUrl && {LLM_MODEL: 'ollama/bench'}),
    });
  } finally {
    await rm(home, {recursive: true, force: true, maxRetries: 3});
  }
}

/**
 * CPU time in ms of a running process and its ended children, and its memory in MB; where the system tells
 * (Linux, proc(5)).
 */
export function usageOf(pid: number): {cpuMs: number; rssMb: number; peakMb: number} | undefined {
  try {
    // The second field is the name in brackets and may hold blanks; the times are fields 14 to 17.
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /, '')
      .split(' ');
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    const mb = (name: string) => Number(new RegExp(`${name}:\\s+(\\d+)`).exec(status)?.[1]) / 1024;
    // A tick is 10 ms on every Linux that Node runs on.
    const ticks = fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0);
    return {cpuMs: ticks * 10, rssMb: mb('VmRSS'), peakMb: mb('VmHWM')};
  } catch {
    return undefined;
  }
}
