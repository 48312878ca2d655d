import {describe, expect, it} from 'vitest';
import {chatOver} from './chatOver.ts';

describe('/attach', () => {
  it('keeps a file for the next prompt only', async () => {
    const {type, answers, backend, told} = chatOver();
    answers('a', 'b');
    await type('/attach', '/attach notes.txt', '/attach', 'read it', 'and now?');
    expect(told).toEqual([
      'info: Nothing is attached. Attach something: /attach FILE or /attach URL',
      'success: notes.txt (text, 1 kB) goes with the next prompt.',
      'info: With the next prompt go:\n  notes.txt (text, 1 kB)',
    ]);
    expect(backend.requests[0]?.messages.at(-1)?.attachments).toMatchObject([{name: 'notes.txt'}]);
    expect(backend.requests[1]?.messages.at(-1)?.attachments).toBeUndefined();
  });

  it.each([
    ['my notes.txt', 'my notes.txt'],
    ['"my notes.txt"', 'my notes.txt'],
    ["'my notes.txt'", 'my notes.txt'],
    ['my\\ notes\\(1\\).txt', 'my notes(1).txt'],
    ['https://example.org/a.png', 'https://example.org/a.png'],
  ])('reads the path %s', async (typed, source) => {
    const {type, context} = chatOver();
    await type(`/attach ${typed}`);
    expect(context.attachments.pending()).toMatchObject([{name: source}]);
  });

  it('takes all back with off', async () => {
    const {type, context, told} = chatOver();
    await type('/attach a', '/attach b', '/attach off', '/attach off');
    expect(context.attachments.pending()).toEqual([]);
    expect(told.slice(-2)).toEqual([
      'success: Nothing is attached any more.',
      'success: Nothing was attached.',
    ]);
  });

  it('completes file names', async () => {
    const {context} = chatOver({}, () => ({files: async () => ['src/a.ts']}));
    const command = context.commands.find(({name}) => name === 'attach');
    expect(await command?.complete?.('', context)).toEqual(['src/a.ts']);
  });
});
