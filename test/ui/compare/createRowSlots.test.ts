import {Writable} from 'node:stream';
import {describe, expect, it} from 'vitest';
import {createRowSlots} from '../../../src/ui/compare/createRowSlots.ts';

function prepared() {
  let written = '';
  const terminal = new Writable({
    decodeStrings: false,
    write(chunk, _encoding, done) {
      written += chunk;
      done();
    },
  }) as unknown as NodeJS.WriteStream;
  terminal.columns = 80;
  const slots = createRowSlots();
  return {slots, terminal, over: slots.over(terminal), written: () => written};
}

describe('rows that stand as one character', () => {
  it('are written in its place, and the cursor is left behind one character', () => {
    const {slots, over, written} = prepared();
    const [a, b] = [slots.slotOf('row a'), slots.slotOf('row b')];
    expect([...a, ...b]).toHaveLength(2);
    expect(slots.slotOf('row a')).toBe(a);
    over.write(`\u001b[1G${a}\n${b}\nfooter`);
    expect(written()).toBe('\u001b[1Grow a\u001b[K\u001b[2G\nrow b\u001b[K\u001b[2G\nfooter');
  });

  it('keep it while they are on the screen, however many others come and go', () => {
    const {slots, over, written} = prepared();
    const slot = slots.slotOf('stays');
    const seen = new Set<string>();
    for (let index = 0; index < 5_000; index++) {
      seen.add(slots.slotOf(`row ${index}`));
      expect(slots.slotOf('stays')).toBe(slot);
    }
    expect(seen.size).toBeLessThan(2_000);
    over.write(slot);
    expect(written()).toMatch(/^stays/);
  });

  it('leave all else of the terminal as it is', () => {
    const {over, terminal} = prepared();
    let told = 0;
    const listener = (): void => {
      told += 1;
    };
    over.on('resize', listener);
    terminal.emit('resize');
    over.off('resize', listener);
    terminal.emit('resize');
    expect([told, over.columns]).toEqual([1, 80]);
    expect(over.write('\u{10f123}')).toBe(true);
  });
});
