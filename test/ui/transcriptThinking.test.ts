import {beforeAll, describe, expect, it} from 'vitest';
import {finish, gate, reasoning, text} from '../core/scriptedBackend.ts';
import {type PrepareTranscript, prepareTranscripts} from './preparedTranscript.ts';

let prepared: PrepareTranscript;
beforeAll(async () => {
  prepared = await prepareTranscripts();
});

const until = async (holds: () => boolean): Promise<void> => {
  while (!holds()) await new Promise(setImmediate);
};

/** An answer that thinks, waits, thinks on, waits, and then says `So.` */
function thinking(settings: Parameters<PrepareTranscript>[0] = {}) {
  const all = prepared({width: 40, ...settings});
  const steps = [gate(), gate()] as const;
  all.backend.enqueue(
    reasoning('\n\nFirst **thoughts**, which take more than one row of this terminal.\nThen'),
    steps[0].step,
    reasoning(' others.\n\n'),
    steps[1].step,
    text('So.'),
    finish(),
  );
  const sent = all.session.send('?');
  const thought = async (words: string): Promise<void> =>
    until(() => all.session.snapshot().live?.reasoning.includes(words) ?? false);
  return {...all, steps, sent, thought};
}

describe('thinking', () => {
  it('is one line with its time while it is folded, and is seen passing by beside the seconds', async () => {
    let time = 0;
    const {transcript, screen, sent, steps, thought} = thinking({now: () => time});
    await thought('Then');
    await until(() => transcript.thought() !== '');
    expect(transcript.thought()).toBe('First **thoughts**, which take more than one row of this terminal.');
    expect(transcript.tail()).toEqual([]);
    expect(screen()).toBe('❯ ?\n\n');
    time = 1000;
    steps[0].open();
    await thought('others');
    steps[1].open();
    await sent;
    expect(transcript.thought()).toBe('');
    expect(screen()).toMatch(/^❯ \?\n\n● model\n∴ thought for \d+ m?s\n\nSo\.\n\ntest/);
  });

  it('streams as wrapped text between two lines that say what it is, when it is shown', async () => {
    const {transcript, screen, sent, steps, thought} = thinking();
    expect(transcript.toggleThinking()).toBe('shown');
    await thought('Then');
    await until(() => transcript.tail().length > 0);
    expect(transcript.thought()).toBe('');
    expect(transcript.tail()).toEqual(['Then']);
    steps[0].open();
    steps[1].open();
    await sent;
    expect(screen()).toMatch(
      /● model\n∴ thinking\nFirst \*\*thoughts\*\*, which take more than\none row of this terminal\.\nThen others\.\n∴ thought for \d+ m?s\n\nSo\.\n\n/,
    );
  });

  it('is shown from its beginning when it was folded first', async () => {
    const {transcript, screen, sent, steps, thought} = thinking();
    await thought('Then');
    transcript.toggleThinking();
    expect(screen()).toMatch(/● model\n∴ thinking\nFirst [\s\S]*terminal\.\n$/);
    expect(transcript.tail()).toEqual(['Then']);
    steps[0].open();
    steps[1].open();
    await sent;
    expect(screen().match(/First/g)).toHaveLength(1);
    expect(screen()).toMatch(/Then others\.\n∴ thought for/);
  });

  it('that is folded again keeps what was printed and goes on there when it is shown once more', async () => {
    const {transcript, screen, sent, steps, thought} = thinking();
    transcript.toggleThinking();
    await thought('Then');
    expect(transcript.toggleThinking()).toBe('folded');
    expect(transcript.tail()).toEqual([]);
    expect(screen()).toMatch(/\nThen\n\n$/);
    steps[0].open();
    await thought('others');
    expect(screen()).not.toContain('others');
    transcript.toggleThinking();
    steps[1].open();
    await sent;
    expect(screen()).toMatch(/\nThen\n\nothers\.\n∴ thought for \d+ m?s\n\nSo\./);
    expect(screen().match(/∴ thinking/g)).toHaveLength(1);
  });

  it('leaves nothing where it is hidden, until it is asked for', async () => {
    const {transcript, screen, sent, steps, thought} = thinking({hideThinking: true});
    await thought('Then');
    expect(transcript.thought()).toBe('');
    steps[0].open();
    steps[1].open();
    await sent;
    expect(screen()).toMatch(/^❯ \?\n\n● model\nSo\.\n/);
    expect(transcript.toggleThinking()).toBe('shown');
    expect(transcript.toggleThinking()).toBe('hidden');
  });

  it('that ends without a text is closed all the same', async () => {
    const {transcript, backend, session, screen} = prepared();
    transcript.toggleThinking();
    backend.enqueue(reasoning('Hm, hm.'), finish());
    await session.send('?');
    expect(screen()).toMatch(
      /● model\n∴ thinking\nHm, hm\.\n∴ thought for \d+ m?s\n\n! The model answered with nothing\. .*\n.*\n?\ntest\/model/,
    );
  });

  it('is harmless', async () => {
    const {transcript, backend, session, screen} = prepared();
    transcript.toggleThinking();
    backend.enqueue(reasoning('a\u001b[2Jb\u009b'), text('c'), finish());
    await session.send('?');
    expect(screen()).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/);
  });
});
