import {describe, expect, it} from 'vitest';
import {editChoices} from '../../src/commands/edit.ts';
import type {MessageNode} from '../../src/core/conversation.ts';
import {pick, randoms} from '../core/randoms.ts';
import {conversationOf, recordingJournal} from '../core/sampleSession.ts';
import {finish, text} from '../core/scriptedBackend.ts';
import {chatOver} from './chatOver.ts';

describe('/undo', () => {
  it('goes back before the last turn, which stays and can be returned to', async () => {
    const {type, path, told, answers, session} = chatOver();
    answers('a1', 'a2');
    await type('first', 'second');
    await type('/undo');
    expect(path()).toEqual(['first', 'a1']);
    expect(told.at(-1)).toBe('moved to null: Back before “second”. It is kept: /sibling next returns to it');
    await type('/sibling next');
    expect(path()).toEqual(['first', 'a1', 'second', 'a2']);
    await type('/undo', '/undo');
    expect(path()).toEqual([]);
    await type('/undo');
    expect(told.at(-1)).toBe('warning: There is no turn to go back before.');
    expect(session.snapshot().conversation.nodes.size).toBe(4);
  });

  it('makes of the next prompt another branch', async () => {
    const {type, path, answers} = chatOver();
    answers('a1', 'a2', 'a3');
    await type('first', 'second', '/undo', 'third');
    expect(path()).toEqual(['first', 'a1', 'third', 'a3']);
    await type('/sibling previous');
    expect(path()).toEqual(['first', 'a1', 'second', 'a2']);
  });

  it('is never done by a prefix or with words behind it', async () => {
    const {type, path, told} = chatOver({conversation: conversationOf(['p', 'a'])});
    await type('/und');
    expect(told.at(-1)).toMatch(/^error: There is no command \/und\. Did you mean \/undo/);
    await type('/undo 2');
    expect(told.at(-1)).toBe('error: /undo takes nothing after it, got "2". Type: /undo');
    expect(path()).toEqual(['p', 'a']);
  });
});

describe('/sibling', () => {
  const answered = async () => {
    const talk = chatOver();
    talk.answers('one', 'two', 'three');
    await talk.type('p', '/retry', '/retry');
    return talk;
  };

  it('goes to the next and the previous answer, round at the ends', async () => {
    const {type, path, told} = await answered();
    await type('/sibling next');
    expect(path()).toEqual(['p', 'one']);
    expect(told.at(-1)).toBe('moved to id2: answer 1 of 3');
    await type('/sibling previous');
    expect(path()).toEqual(['p', 'three']);
    await type('/sibling 2');
    expect(path()).toEqual(['p', 'two']);
    await type('/sibling 2');
    expect(told.at(-1)).toBe('info: This is 2 of 3 already.');
  });

  it('lists the answers to choose from, with their models', async () => {
    const {type, path, choose, offered} = await answered();
    await type('/sibling');
    expect(offered().choices).toMatchObject([
      {label: '<1/3> one', detail: 'test/model', preview: 'one', current: false},
      {label: '<2/3> two', current: false},
      {label: '<3/3> three', current: true},
    ]);
    await choose('<2/3>');
    expect(path()).toEqual(['p', 'two']);
  });

  it('goes down to the newest end of the branch', async () => {
    const {type, path, answers, told} = await answered();
    answers('b', 'c');
    await type('/sibling 1', 'q', '/undo', 'r');
    await type('/undo', '/sibling 2');
    expect(told.at(-1)).toBe('moved to id7: turn 2 of 2');
    expect(path()).toEqual(['p', 'one', 'r', 'c']);
  });

  it('switches the wording of the prompt where the answer has no other', async () => {
    const {type, path, answers, told, labels} = chatOver();
    answers('a1', 'a2');
    await type('first', '/edit 1', 'FIRST');
    expect(path()).toEqual(['FIRST', 'a2']);
    await type('/sibling previous');
    expect(path()).toEqual(['first', 'a1']);
    expect(told.at(-1)).toBe('moved to id1: wording 1 of 2');
    await type('/sibling');
    expect(labels()).toEqual(['<1/2> > first', '<2/2> > FIRST']);
  });

  it('says what is wrong', async () => {
    const {type, told} = await answered();
    await type('/sibling 4');
    expect(told.at(-1)).toBe(
      'error: /sibling wants a number from 1 to 3, next or previous, got "4". See them all: /sibling',
    );
    await type('/sibling up');
    expect(told.at(-1)).toContain('got "up"');
    const single = chatOver({conversation: conversationOf(['p', 'a'])});
    const none = 'info: The last turn has no other answer and no other wording. /retry and /edit make them.';
    await single.type('/sibling', '/sibling next', '/sibling 1');
    expect(single.told).toEqual([none, none, none]);
    const empty = chatOver();
    await empty.type('/sibling next');
    expect(empty.told).toEqual(['warning: Nothing has been said yet.']);
  });
});

describe('/tree', () => {
  it('shows every branch, and goes to the end of the one that is chosen', async () => {
    const {type, path, answers, offered, choose, told} = chatOver();
    answers('a1', 'a2', 'a1 again', 'a3');
    await type('first', 'second', '/undo', '/retry', 'third');
    await type('/tree');
    expect(offered().choices.map(({label, current}) => [label, current])).toEqual([
      ['• > first', false],
      ['◦     a1 <1/2>', false],
      ['◦   > second', false],
      ['◦     a2', false],
      ['•     a1 again <2/2>', false],
      ['•   > third', false],
      ['•     a3', true],
    ]);
    await choose('second');
    expect(path()).toEqual(['first', 'a1', 'second', 'a2']);
    expect(told.at(-1)).toBe('moved to id3: from “second” on');
    await type('/tree');
    await choose('a2');
    expect(told.at(-1)).toBe('info: You are there already.');
  });

  it('shows an answer without a text by how it ended, and neutralises the rest', async () => {
    const {type, labels, offered} = chatOver({
      conversation: conversationOf(['a\u001b[2Jb\nc', '']),
    });
    await type('/tree');
    expect(labels()).toEqual(['• > a␛[2Jb c', '•   (stop)']);
    expect(offered().choices[0]?.preview).toBe('a␛[2Jb\nc');
  });

  it('has nothing to show at the beginning', async () => {
    const {type, told} = chatOver();
    await type('/tree', '/tree x');
    expect(told).toEqual([
      'warning: Nothing has been said yet.',
      'error: /tree takes nothing after it, got "x". Type: /tree',
    ]);
  });
});

describe('/edit', () => {
  it('brings an earlier prompt back; what is sent then is its sibling', async () => {
    const {type, path, answers, told, session} = chatOver();
    answers('a1', 'a2', 'a3');
    await type('first', 'second', '/edit 1');
    expect(told.at(-1)).toBe('edit: first');
    await type('FIRST');
    expect(path()).toEqual(['FIRST', 'a3']);
    expect(session.snapshot().conversation.nodes.size).toBe(6);
  });

  it('offers the prompts of the active path, newest first', async () => {
    const {type, choose, labels, told, context} = chatOver({
      conversation: conversationOf(['first', 'a', 'second\nline', 'b']),
    });
    await type('/edit');
    expect(labels()).toEqual(['2 > second line', '1 > first']);
    expect(editChoices(context).choices.map(({preview}) => preview)).toEqual(['second\nline', 'first']);
    await choose('2 > second');
    expect(told.at(-1)).toBe('edit: second\nline');
  });

  it.each(['0', '3', 'first', '1 2'])('says which numbers there are for %j', async argument => {
    const {type, told} = chatOver({conversation: conversationOf(['first', 'a', 'second', 'b'])});
    await type(`/edit ${argument}`);
    expect(told).toEqual([
      `error: /edit knows no prompt "${argument}": this conversation has the prompts 1 to 2. See their numbers: /history. Choose from a list: /edit`,
    ]);
  });

  it('has nothing to edit at the beginning', async () => {
    const {type, told} = chatOver();
    await type('/edit');
    expect(told).toEqual(['warning: There is no prompt to edit yet.']);
  });
});

describe('/retry', () => {
  it('answers once by another model, and the next prompt by the own one again', async () => {
    const {type, answers, backend, told} = chatOver();
    answers('a', 'b', 'c');
    await type('p', '/retry gemma', 'q');
    expect(backend.requests.map(({model}) => model)).toEqual(['model', 'gemma', 'model']);
    await type('/retry nope');
    expect(told.at(-1)).toBe('error: no model is called nope');
    expect(backend.requests).toHaveLength(3);
  });

  it('says so when there is nothing to answer again', async () => {
    const {type, told} = chatOver();
    await type('/retry');
    expect(told).toEqual(['warning: There is no prompt to answer again.']);
  });
});

describe('/continue', () => {
  it('goes on with an answer that was cut', async () => {
    const {type, backend, path, answers} = chatOver();
    backend.enqueue(text('The quick bro'), finish('length'));
    answers('The quick brown fox');
    await type('p', '/continue');
    expect(path()).toEqual(['p', 'The quick brown fox']);
  });

  it('says why there is nothing to go on with', async () => {
    const {type, told, answers, backend} = chatOver();
    answers('whole');
    await type('/continue', 'p', '/continue');
    backend.enqueue(finish('length'));
    await type('q', '/continue', '/continue now');
    expect(told).toEqual([
      'warning: Nothing has been said yet.',
      'warning: The last answer was not cut. /retry answers the prompt again.',
      'warning: There is no text to go on with. /retry answers the prompt again.',
      'error: /continue takes nothing after it, got "now". Type: /continue',
    ]);
  });
});

describe('/fork', () => {
  it('goes on in a copy; the old conversation stays as it is', async () => {
    const {journal, entries} = recordingJournal();
    const {type, path, answers, told, session} = chatOver({journal});
    answers('a1', 'a2', 'b');
    await type('first', 'second', '/undo');
    const before = session.snapshot().conversation;
    await type('/fork');
    expect(told.at(-1)).toMatch(/^opened id\d+: Fork of first$/);
    const written = entries.length;
    expect(path()).toEqual(['first', 'a1']);
    await type('other');
    expect(path()).toEqual(['first', 'a1', 'other', 'b']);
    expect(before.nodes.size).toBe(4);
    expect(
      entries.slice(written).some(entry => entry.call === 'addMessage' && before.nodes.has(entry.node.id)),
    ).toBe(false);
  });

  it('needs something to fork', async () => {
    const {type, told} = chatOver();
    await type('/fork', '/fork here');
    expect(told).toEqual([
      'warning: Nothing has been said yet.',
      'error: /fork takes nothing after it, got "here". Type: /fork',
    ]);
  });
});

describe('whatever is done to a conversation', () => {
  it('only ever adds messages to it, and changes none that is finished', async () => {
    const lines = [
      'prompt',
      '/undo',
      '/retry',
      '/edit 1',
      '/edit 2',
      '/sibling next',
      '/sibling previous',
      '/continue',
    ];
    for (let seed = 1; seed <= 20; seed++) {
      const random = randoms(seed);
      const {type, backend, session, choose, labels} = chatOver();
      backend.enqueue(text('answer'), finish());
      await type('first');
      let before: ReadonlyMap<string, MessageNode> = session.snapshot().conversation.nodes;
      for (let step = 0; step < 25; step++) {
        backend.enqueue(text(`answer ${step}`), finish(random(3) === 0 ? 'length' : 'stop'));
        const line = pick(random, lines);
        await type(line === 'prompt' ? `prompt ${step}` : line);
        if (random(5) === 0) {
          await type('/tree');
          await choose(pick(random, labels()));
        }
        const {nodes, head} = session.snapshot().conversation;
        for (const [id, node] of before) expect(nodes.get(id)).toBe(node);
        expect(head === null || nodes.has(head)).toBe(true);
        before = nodes;
      }
      expect(before.size).toBeGreaterThan(2);
    }
  });
});
