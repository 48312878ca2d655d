import {execFile} from 'node:child_process';
import {totalmem} from 'node:os';
import type {MachineMemory} from './fit.ts';

/** Longest wait for the driver's program, in ms. */
const patienceMs = 3_000;
/** The share that Apple's graphics may use: `recommendedMaxWorkingSetSize` of Metal, about. */
const appleShare = 0.75;
const mebibyte = 1024 * 1024;

/**
 * The memory of this machine. Cards of NVIDIA are told by `nvidia-smi`, those of others are not known; a limit that is
 * set on this process counts as the machine's. Never fails.
 */
export async function machineMemory(): Promise<MachineMemory> {
  const limit = process.constrainedMemory();
  const total = limit > 0 ? Math.min(limit, totalmem()) : totalmem();
  const free = Math.min(process.availableMemory(), total);
  if (process.platform === 'darwin' && process.arch === 'arm64')
    return {
      total,
      free,
      unified: true,
      video: {total: total * appleShare, free: Math.min(free, total * appleShare)},
    };
  const video = readNvidia(await askNvidia());
  return {total, free, unified: false, ...(video && {video})};
}

/** Reads lines of `memory.total, memory.free` in MiB, one a card; undefined where there is none. */
export function readNvidia(text: string): {total: number; free: number} | undefined {
  const cards = [...text.matchAll(/^\s*(\d+)\s*,\s*(\d+)\s*$/gm)];
  if (cards.length === 0) return undefined;
  const sum = (column: 1 | 2): number =>
    cards.reduce((bytes, card) => bytes + Number(card[column]) * mebibyte, 0);
  return {total: sum(1), free: sum(2)};
}

function askNvidia(): Promise<string> {
  const query = ['--query-gpu=memory.total,memory.free', '--format=csv,noheader,nounits'];
  return new Promise(resolve => {
    execFile('nvidia-smi', query, {timeout: patienceMs, windowsHide: true}, (error, stdout) =>
      resolve(error ? '' : stdout),
    );
  });
}
