import {execFile} from 'node:child_process';
import {totalmem} from 'node:os';
import type {MachineMemory} from './fit.ts';

/** Longest wait for a program that tells of memory, in ms. */
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
  const isMac = process.platform === 'darwin';
  // Node tells of unused pages alone there, and macOS keeps hardly any: files are cached in all the others.
  const spare = isMac ? readVmStat(await ask('vm_stat', [])) : undefined;
  const free = Math.min(spare ?? process.availableMemory(), total);
  if (isMac && process.arch === 'arm64')
    return {
      total,
      free,
      unified: true,
      video: {total: total * appleShare, free: Math.min(free, total * appleShare)},
    };
  const video = readNvidia(await ask('nvidia-smi', nvidiaQuery));
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

/** Reads what `vm_stat` of macOS says, in bytes: the pages that are unused or can be taken at once; undefined for other text. */
export function readVmStat(text: string): number | undefined {
  const page = Number(/page size of (\d+) bytes/.exec(text)?.[1]);
  const pages = ['free', 'inactive', 'speculative'].map(kind =>
    Number(new RegExp(`^Pages ${kind}:\\s+(\\d+)`, 'm').exec(text)?.[1]),
  );
  const bytes = pages.reduce((sum, count) => sum + count * page, 0);
  return Number.isNaN(bytes) ? undefined : bytes;
}

const nvidiaQuery = ['--query-gpu=memory.total,memory.free', '--format=csv,noheader,nounits'];

/** What a program says; nothing where it is missing or fails. */
function ask(program: string, args: readonly string[]): Promise<string> {
  return new Promise(resolve => {
    execFile(program, args, {timeout: patienceMs, windowsHide: true}, (error, stdout) =>
      resolve(error ? '' : stdout),
    );
  });
}
