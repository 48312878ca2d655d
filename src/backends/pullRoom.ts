import {LlmError} from '../core/errors.ts';
import {formatBytes} from '../core/figures.ts';
import type {PullProgress} from '../core/pull.ts';

/** Kept free for everything else on the disk, in bytes. */
const reserve = 256e6;

/** The room on one disk, shared by the pulls that fill it. */
export type PullRoom = {
  /** A pull that begins. */
  enter(model: string): {
    /**
     * Takes what was told of a layer. Throws `LlmError` (`storage`) at a new one for which there is no room beside what
     * this pull and the others still have to come.
     */
    require(progress: PullProgress): Promise<void>;
    /** It has ended, and needs no room any more. */
    leave(): void;
  };
};

/**
 * Keeps pulls from filling a disk. Layers are told of one after the other: each new one is held against what is free,
 * with all that was told of before and is not there yet.
 */
export function createPullRoom(freeSpace: () => Promise<number | undefined>): PullRoom {
  /** Bytes to come, by layer, of each pull under way; one that two of them want comes once. */
  const pulls = new Set<Map<string, number>>();
  const toCome = (): number => {
    const layers = new Map<string, number>();
    for (const own of pulls)
      for (const [digest, bytes] of own)
        layers.set(digest, Math.min(bytes, layers.get(digest) ?? Number.POSITIVE_INFINITY));
    return [...layers.values()].reduce((sum, bytes) => sum + bytes, 0);
  };
  return {
    enter(model) {
      const own = new Map<string, number>();
      pulls.add(own);
      return {
        async require({digest, total = 0, completed = 0}) {
          if (digest === undefined || total === 0) return;
          const isNew = !own.has(digest);
          own.set(digest, Math.max(0, total - completed));
          if (!isNew || completed >= total) return;
          const free = await freeSpace();
          const needed = toCome();
          if (free === undefined || needed <= Math.max(0, free - reserve)) return;
          const others = pulls.size > 1 ? ' with the other pulls' : '';
          throw new LlmError({
            kind: 'storage',
            message: `${model} needs ${formatBytes(needed)} more on the disk${others}, and ${formatBytes(free)} are free (${formatBytes(reserve)} of them stay so).`,
            hint: 'Make room, for example with `llm models rm`, or pull a smaller quantisation.',
          });
        },
        leave: () => void pulls.delete(own),
      };
    },
  };
}
