import {afterEach, beforeEach, expect, vi} from 'vitest';

/**
 * Sets up a list of things to close after each test of a file, and fails a test in which anything is written to the
 * console: whatever stands there would stand in the middle of a person's screen.
 */
export function closeAfterEach(): (() => Promise<unknown>)[] {
  const closers: (() => Promise<unknown>)[] = [];
  let spies: ReturnType<typeof vi.spyOn>[] = [];
  beforeEach(() => {
    spies = (['log', 'warn', 'error', 'info'] as const).map(name =>
      vi.spyOn(console, name).mockImplementation(() => {}),
    );
  });
  afterEach(async () => {
    for (const close of closers.splice(0)) await close();
    for (const spy of spies) expect(spy).not.toHaveBeenCalled();
    vi.restoreAllMocks();
  });
  return closers;
}
