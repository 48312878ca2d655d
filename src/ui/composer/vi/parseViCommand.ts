import {type FindKey, type Motion, motionNames} from './viMotions.ts';

export type Operator = 'd' | 'c' | 'y';

/** What an operator works on. The last kind is what a repeated command of visual mode takes: so much from the cursor. */
export type Target =
  | {readonly type: 'motion'; readonly motion: Motion | Again}
  | {readonly type: 'object'; readonly name: string; readonly around: boolean}
  | {readonly type: 'lines'}
  | {readonly type: 'amount'; readonly isLines: boolean; readonly size: number};

/** `;`, or with `reverse` `,`. */
export type Again = {readonly type: 'again'; readonly reverse: boolean};

/** A whole command; `count` is null where none was typed. */
export type ViCommand = {readonly count: number | null} & (
  | {readonly type: 'move'; readonly motion: Motion | Again}
  | {readonly type: 'operate'; readonly operator: Operator; readonly target: Target}
  /** Visual mode: the selection grows to a text object. */
  | {readonly type: 'select'; readonly name: string; readonly around: boolean}
  /** Anything else, by its key; `character` is what `r` puts in. */
  | {readonly type: 'act'; readonly name: string; readonly character?: string}
);

const acts = 'xXsSDCYpPrJ~uU.iaIAoOvV';
const visualActs = 'xXdDsScCyYpPrRJ~uUovV';
const objects = `wW"'\`()b[]{}B<>`;

/** No command needs more; a slip of the finger on a digit must not take minutes. */
const largestCount = 9999;

/**
 * Reads the keys of normal or visual mode, one grapheme each. Undefined while more have to come; null for what is no
 * command. Names of registers are read, but there is one only.
 */
export function parseViCommand(keys: readonly string[], isVisual: boolean): ViCommand | null | undefined {
  let at = 0;
  const next = (): string | undefined => keys[at++];
  const readCount = (): number | null => {
    let digits = '';
    while (/^[1-9]$/.test(keys[at] ?? '') || (digits !== '' && keys[at] === '0')) digits += next();
    return digits === '' ? null : Math.min(Number(digits), largestCount);
  };
  const skipRegister = (): void => {
    if (keys[at] === '"') at += 2;
  };
  skipRegister();
  const first = readCount();
  skipRegister();
  const key = next();
  if (key === undefined) return undefined;
  const motion = readMotion(key, next);
  if (motion === undefined) return undefined;
  if (motion) return {type: 'move', count: first, motion};
  if (isVisual && (key === 'i' || key === 'a')) {
    const name = next();
    if (name === undefined) return undefined;
    return objects.includes(name) ? {type: 'select', count: first, name, around: key === 'a'} : null;
  }
  if (!isVisual && (key === 'd' || key === 'c' || key === 'y')) {
    const second = readCount();
    const count =
      first === null && second === null ? null : Math.min(largestCount, (first ?? 1) * (second ?? 1));
    const target = readTarget(key, next);
    return target && {type: 'operate', count, operator: key, target};
  }
  if (!(isVisual ? visualActs : acts).includes(key)) return null;
  if (key !== 'r') return {type: 'act', count: first, name: key};
  const character = next();
  return character === undefined ? undefined : {type: 'act', count: first, name: key, character};
}

type Next = () => string | undefined;

function readTarget(operator: Operator, next: Next): Target | null | undefined {
  const key = next();
  if (key === undefined) return undefined;
  if (key === operator) return {type: 'lines'};
  if (key === 'i' || key === 'a') {
    const name = next();
    if (name === undefined) return undefined;
    return objects.includes(name) ? {type: 'object', name, around: key === 'a'} : null;
  }
  const motion = readMotion(key, next);
  return motion && {type: 'motion', motion};
}

/** Null when the key begins no motion. */
function readMotion(key: string, next: Next): Motion | Again | null | undefined {
  if (key === ';' || key === ',') return {type: 'again', reverse: key === ','};
  if (isFindKey(key)) {
    const character = next();
    return character === undefined ? undefined : {type: 'find', by: key, character};
  }
  if (key === ' ') return {type: 'plain', name: 'l'};
  if (key !== 'g') return motionNames.has(key) ? {type: 'plain', name: key} : null;
  const second = next();
  if (second === undefined) return undefined;
  return motionNames.has(`g${second}`) ? {type: 'plain', name: `g${second}`} : null;
}

function isFindKey(key: string): key is FindKey {
  return key === 'f' || key === 'F' || key === 't' || key === 'T';
}
