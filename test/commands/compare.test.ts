import {describe, expect, it} from 'vitest';
import type {ChatFace} from '../../src/commands/chatFace.ts';
import {compareKeys} from '../../src/commands/compareKeys.ts';
import {parseContestant, resolveContestant, splitWords} from '../../src/commands/parseContestant.ts';
import {toMessages} from '../../src/core/conversation.ts';
import {chatOver} from './chatOver.ts';
import {fakeContext} from './fakeContext.ts';

/** A face that has all answers given, and leaves with the pane of this number. */
function leavingWith(index: number, promoted = false): ChatFace['compare'] {
  return async comparison => {
    if (comparison.firstPrompt() === null) await comparison.send('typed there');
    else await comparison.begin();
    return {pane: comparison.panes()[index], promoted};
  };
}

describe('/compare', () => {
  it('keeps the answers beside the one that was there, and stays with that', async () => {
    const {type, answers, session, path, labels, told} = chatOver({}, undefined, leavingWith(1));
    answers('mine', 'from gemma', 'from guide');
    await type('p', '/compare gemma local/guide');
    expect(path()).toEqual(['p', 'mine']);
    expect([...session.snapshot().conversation.nodes.values()].map(node => node.model)).toEqual([
      undefined,
      'test/model',
      'ollama/gemma',
      'local/guide',
    ]);
    expect(told.at(-1)).toMatch(/kept beside each other/);
    await type('/sibling');
    expect(labels()).toHaveLength(3);
    expect(session.snapshot().conversation.model).toBe('test/model');
  });

  it('goes on with a pane, its model, its options and its system prompt, when that is wanted', async () => {
    const {type, answers, session, path, told, backend} = chatOver({}, () => ({}), leavingWith(1, true));
    answers('mine', 'one', 'two', 'next');
    await type('p', "/compare gemma 'guide;temperature=0;system=@brief.txt'");
    expect(path()).toEqual(['p', 'two']);
    expect(told.at(-1)).toBe('moved to id1: Going on with local/guide.');
    expect(session.snapshot().conversation).toMatchObject({
      model: 'local/guide',
      options: {temperature: 0},
      system: 'text of brief.txt',
    });
    await type('q');
    expect(backend.requests.at(-1)).toMatchObject({model: 'guide', options: {temperature: 0}});
    expect(backend.requests.at(-1)?.messages).toEqual([
      {role: 'system', text: 'text of brief.txt'},
      {role: 'user', text: 'p'},
      {role: 'assistant', text: 'two'},
      {role: 'user', text: 'q'},
    ]);
  });

  it('compares one model with the one that is talked to, and asks for a prompt where there is none', async () => {
    const {type, answers, session, path, backend, told} = chatOver({}, undefined, leavingWith(1));
    answers('mine', 'from gemma');
    await type('/compare gemma');
    expect(backend.requests.map(({model}) => model)).toEqual(['model', 'gemma']);
    expect(path()).toEqual(['typed there', 'from gemma']);
    expect(told.at(-1)).toMatch(/^moved to id/);
    expect(toMessages(session.snapshot().conversation)).toHaveLength(2);
  });

  it('offers the other models where none is named', async () => {
    const {type, labels, choose, answers, path, offered} = chatOver({}, undefined, leavingWith(1));
    answers('mine', 'from gemma');
    await type('/compare');
    expect(offered().title).toBe('Compare test/model with');
    expect(labels()).toEqual(['ollama/gemma', 'ollama/gemma-big', 'local/guide']);
    await choose('gemma-big');
    expect(path()).toEqual(['typed there', 'from gemma']);
  });

  it('takes a part that only one name has for the name', async () => {
    const {type, answers, backend} = chatOver({}, undefined, leavingWith(1));
    answers('mine', 'from guide');
    await type('/compare gui');
    expect(backend.requests.map(({model}) => model)).toEqual(['model', 'guide']);
  });

  it('stays with the first answer that has text when it is ended and no pane was chosen', async () => {
    const {type, answers, session, path} = chatOver({}, undefined, async comparison => {
      await comparison.send('typed there');
      return {pane: undefined, promoted: false};
    });
    answers('', 'from gemma');
    await type('/compare gemma');
    expect(path()).toEqual(['typed there', 'from gemma']);
    expect(session.snapshot().conversation.nodes.size).toBe(3);
  });

  it('leaves no trace when nothing was asked', async () => {
    const {type, session, told} = chatOver();
    await type('/compare gemma guide');
    expect(session.snapshot().conversation.nodes.size).toBe(0);
    expect(told).toEqual([]);
  });

  it('is explained with the way to give options and the keys of the panes, where there are any', async () => {
    const {type, told} = chatOver();
    await type('/help compare');
    expect(told.at(-1)).toMatch(/'NAME;temperature=0' 'NAME;temperature=1;system=@brief\.txt'/);
    for (const {summary} of compareKeys) expect(told.at(-1)).toContain(summary);
    const lines = chatOver({}, session => {
      const {keys} = fakeContext(session);
      return {keys: {...keys, table: []}};
    });
    await lines.type('/help compare');
    expect(lines.told.at(-1)).toContain('NAME;temperature=0');
    expect(lines.told.at(-1)).not.toContain('panes');
  });

  it('completes each of the models', async () => {
    const {context} = chatOver();
    const command = context.commands.find(({name}) => name === 'compare');
    expect(await command?.complete?.('ollama/gemma lo', context)).toEqual([
      'ollama/gemma ollama/gemma-big',
      'ollama/gemma local/guide',
    ]);
    expect(await command?.complete?.('', context)).toContain('local/guide');
  });

  it.each([
    ['/compare gemma ollama/gemma', /wants models that differ, got ollama\/gemma twice/],
    ['/compare gem', /no model is called gem/],
    ['/compare nope gemma', /no model is called nope/],
    ['/compare a b c d e f g', /takes 6 models at most, got 7/],
    ["/compare gemma 'gemma;heat=1'", /"heat" is no model option.*These are: system, temperature/],
    ["/compare gemma 'gemma;temperature=hot'", /temperature wants a number from 0 to 5, got "hot"/],
  ])('refuses %s', async (line, message) => {
    const {type, told} = chatOver();
    await type(line);
    expect(told).toEqual([expect.stringMatching(message)]);
  });
});

describe('a contestant as it is typed', () => {
  it('is a model, with options and a system prompt that may hold semicolons', () => {
    expect(parseContestant('a/b:c')).toEqual({model: 'a/b:c', options: {}});
    expect(parseContestant('a; temperature = 0 ;seed=7')).toEqual({
      model: 'a',
      options: {temperature: 0, seed: 7},
    });
    expect(parseContestant('a;system=Be brief; be kind;top_k=3')).toEqual({
      model: 'a',
      options: {top_k: 3},
      system: {text: 'Be brief; be kind'},
    });
    expect(parseContestant(';system=', 'usual')).toEqual({model: 'usual', options: {}, system: {text: ''}});
    expect(() => parseContestant(';temperature=0')).toThrow(/names no model/);
  });

  it('gets its full name, and the text of its file', async () => {
    const ports = {
      resolveModel: async (name: string) => `full/${name}`,
      readText: async (file: string) => `text of ${file}`,
    };
    expect(await resolveContestant(parseContestant('a;system=@x y.txt'), ports)).toEqual({
      model: 'full/a',
      system: 'text of x y.txt',
    });
    expect(await resolveContestant(parseContestant('a'), ports)).toEqual({model: 'full/a'});
  });

  it('may be quoted where it has blanks', () => {
    expect(splitWords(`a 'b;system=be brief' "c d" e;system="x y"z f`)).toEqual([
      'a',
      'b;system=be brief',
      'c d',
      'e;system=x yz',
      'f',
    ]);
    expect(splitWords('  ')).toEqual([]);
    expect(splitWords("it's open")).toEqual(['its open']);
  });
});
