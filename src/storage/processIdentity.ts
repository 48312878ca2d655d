import {execFileSync} from 'node:child_process';
import {readFileSync, readlinkSync} from 'node:fs';
import {hostname} from 'node:os';

/**
 * What tells one running program from every other, past ones included: process numbers are used again, so the time
 * of its start, of the machine's start and (Linux) its process-number space belong to it.
 */
export type ProcessIdentity = {pid: number; host: string; boot: string; space: string; started: string};

/** `unknown`: it belongs to another machine or container, whose processes cannot be seen from here. */
export type Liveness = 'alive' | 'dead' | 'unknown';

export function ownIdentity(): ProcessIdentity {
  const {boot, space} = surroundings();
  return {
    pid: process.pid,
    host: hostname(),
    boot,
    space,
    started: linuxStart('self')?.started ?? String(Math.round(performance.timeOrigin)),
  };
}

/** Whether something that was written down is an identity. */
export function isProcessIdentity(written: unknown): written is ProcessIdentity {
  const fields: Record<string, unknown> = typeof written === 'object' ? {...written} : {};
  const isText = (name: string): boolean => typeof fields[name] === 'string';
  return Number.isInteger(fields.pid) && ['host', 'boot', 'space', 'started'].every(isText);
}

export function livenessOf(other: ProcessIdentity): Liveness {
  const {boot, space} = surroundings();
  if (other.boot !== boot) return other.host === hostname() ? 'dead' : 'unknown';
  if (other.space !== space || (boot === '' && other.host !== hostname())) return 'unknown';
  return boot === '' ? portableLiveness(other) : linuxLiveness(other);
}

function surroundings(): {boot: string; space: string} {
  try {
    return {
      boot: readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim(),
      space: readlinkSync('/proc/self/ns/pid'),
    };
  } catch {
    return {boot: '', space: ''};
  }
}

function linuxLiveness(other: ProcessIdentity): Liveness {
  const found = linuxStart(other.pid);
  // A zombie has stopped writing; only its parent has not noticed yet.
  return found && found.started === other.started && found.state !== 'Z' ? 'alive' : 'dead';
}

/** Fields 3 (state) and 22 (start in ticks after boot) of proc_pid_stat(5); field 2 is a name that may hold anything. */
function linuxStart(pid: number | 'self'): {state: string; started: string} | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const [state, started] = [fields[0], fields[19]];
    return state !== undefined && started !== undefined ? {state, started} : undefined;
  } catch {
    return undefined;
  }
}

function portableLiveness(other: ProcessIdentity): Liveness {
  try {
    process.kill(other.pid, 0);
  } catch (error) {
    // EPERM: it exists and belongs to another user.
    if (error instanceof Error && 'code' in error && error.code === 'ESRCH') return 'dead';
  }
  try {
    const line = execFileSync('/bin/ps', ['-o', 'lstart=', '-p', String(other.pid)], {
      encoding: 'utf8',
      env: {LC_ALL: 'C'},
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const started = Date.parse(line.trim());
    // ps shows whole seconds, and the runtime counts from a little after the process began.
    if (Number.isFinite(started) && Math.abs(started - Number(other.started)) > 5000) return 'dead';
  } catch {
    // Without ps the number alone must do: better an answer recovered late than one taken from its writer.
  }
  return 'alive';
}
