import {describe, expect, it} from 'vitest';
import {type CursorShape, withCursorShape} from '../../../src/ui/keys/withCursorShape.ts';

function prepared() {
  const did: string[] = [];
  let wanted: CursorShape = 'bar';
  const keys = withCursorShape(
    {listen: () => () => {}, start: () => did.push('start'), stop: () => did.push('stop')},
    text => did.push(text),
    () => wanted,
  );
  const want = (shape: CursorShape): void => {
    wanted = shape;
    keys.update();
  };
  return {keys, did, want};
}

describe('the shape of the cursor', () => {
  it('changes only while keys are read, and when it is another one', () => {
    const {keys, did, want} = prepared();
    want('block');
    want('bar');
    expect(did).toEqual([]);
    keys.start();
    want('bar');
    want('block');
    want('block');
    expect(did).toEqual(['start', '\u001b[6 q', '\u001b[2 q']);
  });

  it("is the person's own whenever the terminal is given back, and ours again afterwards", () => {
    const {keys, did, want} = prepared();
    keys.start();
    want('block');
    keys.stop();
    want('bar');
    want('block');
    keys.stop();
    keys.start();
    expect(did).toEqual([
      'start',
      '\u001b[6 q',
      '\u001b[2 q',
      '\u001b[0 q',
      'stop',
      'stop',
      'start',
      '\u001b[2 q',
    ]);
  });
});
