import {describe, expect, it} from 'vitest';
import {createLiveFrameRecord, eraseRewrapped} from '../../src/ui/liveFrame.ts';

describe('a narrower terminal', () => {
  it('needs nothing when no line of the frame is wrapped by it', () => {
    expect(eraseRewrapped({widthsAbove: [10, 0, 39], cursorColumn: 39, widthsBelow: []}, 40, 'all')).toBe('');
    expect(eraseRewrapped({widthsAbove: [], cursorColumn: 5, widthsBelow: []}, 40, 'all')).toBe('');
    expect(eraseRewrapped({widthsAbove: [40], cursorColumn: 0, widthsBelow: []}, 40, 'all')).toBe('');
  });

  it('is cleaned of every row that the frame has there, and the cursor goes where the frame has it', () => {
    // 79 columns take two rows of 40; the cursor's own line has not wrapped.
    expect(eraseRewrapped({widthsAbove: [79, 1], cursorColumn: 3, widthsBelow: []}, 40, 'all')).toBe(
      '\u001b[3A\r\u001b[J\n\n',
    );
    expect(eraseRewrapped({widthsAbove: [5], cursorColumn: 85, widthsBelow: []}, 40, 'all')).toBe(
      '\u001b[3A\r\u001b[J\n',
    );
  });

  it('leaves the row of the cursor alone where it is not known whether that was wrapped', () => {
    const frame = {widthsAbove: [5], cursorColumn: 85, widthsBelow: [90]};
    expect(eraseRewrapped(frame, 40, 'above')).toBe('');
    expect(eraseRewrapped({...frame, widthsAbove: [79]}, 40, 'above')).toBe('\u001b[2A\r\u001b[J\n');
    expect(eraseRewrapped(frame, 40, 'none')).toBe('');
  });

  it('counts what is wrapped below the cursor where that moves the cursor down', () => {
    const frame = {widthsAbove: [5], cursorColumn: 3, widthsBelow: [90, 10]};
    expect(eraseRewrapped(frame, 40, 'xtermjs')).toBe('\u001b[3A\r\u001b[J\n');
  });

  it('is told of the frame that was drawn last', () => {
    const record = createLiveFrameRecord();
    expect(eraseRewrapped(record.get(), 10, 'all')).toBe('');
    record.set({widthsAbove: [20], cursorColumn: 0, widthsBelow: []});
    expect(record.get().widthsAbove).toEqual([20]);
  });
});
