import {execFile} from 'node:child_process';
import {totalmem} from 'node:os';
import type {Environment} from './environment.ts';
import {findExecutables} from './findExecutables.ts';

/** Longest wait for the driver's program, in ms. */
const patienceMs = 2_000;
/** The share of the memory that Apple's graphics may use, about. */
const appleShare = 0.7;

/** The memory of the largest graphics card of NVIDIA, or of Apple's chip, in bytes; 0 where none is known. Never fails. */
export async function graphicsMemory({host}: Pick<Environment, 'host'>): Promise<number> {
  if (host.platform === 'darwin') return process.arch === 'arm64' ? totalmem() * appleShare : 0;
  const [program] = findExecutables(host.platform === 'win32' ? 'nvidia-smi.exe' : 'nvidia-smi', host.path);
  if (program === undefined) return 0;
  const query = ['--query-gpu=memory.total', '--format=csv,noheader,nounits'];
  const text = await new Promise<string>(resolve => {
    execFile(program, query, {timeout: patienceMs, windowsHide: true}, (error, stdout) =>
      resolve(error ? '' : stdout),
    );
  });
  // In MiB, a line for each card.
  const cards = [...text.matchAll(/^\s*(\d+)\s*$/gm)].map(([, mebibytes]) => Number(mebibytes));
  return Math.max(0, ...cards) * 1024 * 1024;
}
