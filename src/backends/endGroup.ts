import {type ChildProcess, spawn} from 'node:child_process';

/** How long a program may take to end in its own way, in ms. */
const usualGraceMs = 2_000;

/**
 * Ends a program that was started as the head of a group of its own (`detached`), with all that it has started: first by
 * asking, after a while by force. Resolves when it is gone.
 * @param closed resolves when the program has ended and nothing writes to its pipes any more
 */
export async function endGroup(
  child: ChildProcess,
  closed: Promise<unknown>,
  graceMs: number = usualGraceMs,
): Promise<void> {
  const {pid} = child;
  // It was never started.
  if (pid === undefined) return;
  child.ref();
  if (!signalGroup(pid, 'SIGTERM')) return;
  const timer = setTimeout(() => signalGroup(pid, 'SIGKILL'), graceMs);
  await closed;
  clearTimeout(timer);
}

/** False when there is nothing of it any more. */
function signalGroup(pid: number, signal: NodeJS.Signals): boolean {
  if (process.platform === 'win32') {
    // There are no groups of processes there, and no way to ask.
    spawn('taskkill', ['/pid', String(pid), '/T', '/F'], {stdio: 'ignore'}).on('error', () => {});
    return true;
  }
  try {
    process.kill(-pid, signal);
    return true;
  } catch {
    return false;
  }
}
