import type {Instance} from 'ink';
import type {Screen} from './screen.ts';
import type {TerminalPort} from './TerminalBridge.tsx';

/** Prints finished text above the live region, once and for good. */
export type Printer = {
  print(text: string): void;
  /** Starts printing; what came before is printed now. */
  attach(instance: Pick<Instance, 'waitUntilRenderFlush'>, port: TerminalPort): void;
  /** While paused (another program or the alternate screen has the terminal) everything is kept back. */
  pause(): void;
  resume(): void;
  /** Resolves when everything printed so far has reached the terminal. */
  flushed(): Promise<void>;
};

/**
 * Ink writes text above its frame by erasing the frame, writing, and drawing the frame again. Here that happens after
 * the frame's own pending update and inside one held write, so a block moves from the live region into the scrollback
 * without ever being seen twice or not at all. The text goes out as logical lines; the terminal wraps them.
 */
export function createPrinter(screen: Screen): Printer {
  let target: {instance: Pick<Instance, 'waitUntilRenderFlush'>; port: TerminalPort} | null = null;
  let pending = '';
  let isPaused = false;
  let flushing: Promise<void> | null = null;

  const flush = async (): Promise<void> => {
    if (!target) return;
    screen.hold();
    try {
      await target.instance.waitUntilRenderFlush();
      const text = pending;
      // It may have been paused meanwhile; then all is kept for later.
      if (!isPaused && text !== '') {
        pending = '';
        target.port.write(text);
      }
    } finally {
      screen.release();
      flushing = null;
    }
    schedule();
  };
  const schedule = (): void => {
    if (target && !isPaused && pending !== '') flushing ??= flush();
  };

  return {
    print(text) {
      pending += text;
      schedule();
    },
    attach(instance, port) {
      target = {instance, port};
      schedule();
    },
    pause() {
      isPaused = true;
    },
    resume() {
      isPaused = false;
      schedule();
    },
    async flushed() {
      while (flushing) await flushing;
    },
  };
}
