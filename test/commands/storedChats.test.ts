import {describe, expect, it} from 'vitest';
import type {FoundMessage, FoundMessages, StoredConversation} from '../../src/commands/command.ts';
import {type Conversation, withNode} from '../../src/core/conversation.ts';
import {LlmError} from '../../src/core/errors.ts';
import {conversationOf, recordingJournal} from '../core/sampleSession.ts';
import {chatOver} from './chatOver.ts';
import {nothingStored} from './fakeContext.ts';

/** A chat beside a few stored conversations. */
function beside(
  stored: Record<string, Conversation>,
  hits: readonly FoundMessage[] = [],
  corrected: FoundMessages['corrected'] = [],
) {
  const rows: StoredConversation[] = Object.values(stored).map(({id, title, model, nodes}) => ({
    id,
    title,
    model,
    updated: Date.now() - 5 * 60_000,
    messages: nodes.size,
    snippet: `end of ${title}`,
  }));
  return chatOver({}, () => ({
    stored: {
      ...nothingStored,
      list: async (limit, {search = ''} = {}) =>
        rows.filter(({title}) => title.toLowerCase().includes(search)).slice(0, limit),
      search: async words => ({found: hits.filter(hit => hit.snippet.includes(words)), corrected}),
      async load(id) {
        const found = stored[id];
        if (!found) throw new LlmError({kind: 'usage', message: `no conversation ${id}`, hint: 'elsewhere'});
        return found;
      },
    },
  }));
}

const cats = conversationOf(['About cats', 'They purr', 'More'], {id: 'cats', title: 'About cats'});
const dogs = conversationOf(['About dogs', 'They bark'], {id: 'dogs', title: 'About\u001b[2J dogs'});

describe('/sessions and /resume', () => {
  it('offers the stored conversations, and goes on with the one that is chosen', async () => {
    const {type, offered, choose, path, told} = beside({cats, dogs});
    await type('/sessions');
    expect(offered().choices).toMatchObject([
      {
        label: 'About cats',
        detail: '5 min ago · test/model · 3 messages',
        preview: 'end of About cats',
        current: false,
      },
      {label: 'About␛[2J dogs'},
    ]);
    await choose('cats');
    expect(path()).toEqual(['About cats', 'They purr', 'More']);
    expect(told.at(-1)).toBe('opened cats: Going on with “About cats” (replayed)');
    await type('/sessions');
    expect(offered().choices[0]?.current).toBe(true);
    await type('/resume cats');
    expect(told.at(-1)).toBe('info: You are in it already.');
    await type('/resume');
    expect(told.at(-1)).toBe('choose: Go on with a conversation');
  });

  it('narrows them down by a search', async () => {
    const {type, labels, told} = beside({cats, dogs});
    await type('/sessions cats');
    expect(labels()).toEqual(['About cats']);
    await type('/sessions birds');
    expect(told.at(-1)).toBe('info: No stored conversation has “birds” in it. See them all: /sessions');
  });

  it('goes on with the model at hand where one was imported that names none', async () => {
    const moon = conversationOf(['About the moon', 'It is far'], {id: 'moon', model: '', title: 'Moon'});
    const {type, offered, session} = beside({moon});
    await type('/sessions');
    expect(offered().choices[0]?.detail).toBe('5 min ago · 2 messages');
    await type('/resume moon');
    expect(session.snapshot().conversation).toMatchObject({id: 'moon', model: 'test/model'});
  });

  it('says how to find one that is not there', async () => {
    const {type, told} = beside({});
    await type('/sessions', '/resume zzz');
    expect(told).toEqual([
      'info: No conversation has been stored yet.',
      'error: no conversation zzz. Choose one from a list: /sessions',
    ]);
  });

  it('says when its last answer was cut', async () => {
    const cut = withNode(cats, {
      id: 'x',
      parent: 'n3',
      role: 'assistant',
      text: 'half',
      created: 9,
      stop: 'interrupted',
    });
    const {type, told} = beside({cats: cut});
    await type('/resume cats');
    expect(told).toEqual([
      'opened cats: Going on with “About cats”; its last answer was cut: /continue (replayed)',
    ]);
  });
});

describe('/search', () => {
  const hit: FoundMessage = {
    conversationId: 'cats',
    messageId: 'other',
    title: 'About cats',
    snippet: 'a \u001b purr here',
    ranges: [[4, 8]],
    created: Date.now(),
  };

  it('offers what was found, marked, and opens the branch where it is', async () => {
    const branched = {
      ...withNode(cats, {id: 'other', parent: 'n1', role: 'assistant', text: 'a purr here', created: 5}),
      head: 'n3',
    };
    const {type, offered, choose, path} = beside({cats: branched}, [hit]);
    await type('/search purr');
    expect(offered().choices).toMatchObject([
      {label: 'a ␛ purr here', ranges: [[4, 8]], detail: 'About cats · just now'},
    ]);
    await choose('purr');
    expect(path()).toEqual(['About cats', 'a purr here']);
  });

  it('stays on the active path where the message is on it, and shows it', async () => {
    const {type, choose, path, told} = beside({cats}, [{...hit, messageId: 'n2'}]);
    await type('/search purr');
    await choose('purr');
    expect(path()).toEqual(['About cats', 'They purr', 'More']);
    expect(told.at(-1)).toBe('opened cats: Going on with “About cats” (replayed from n2)');
  });

  it('shows the last turns where only the title was found', async () => {
    const {messageId: _none, ...title} = hit;
    const {type, choose, told} = beside({cats}, [title]);
    await type('/search purr');
    await choose('purr');
    expect(told.at(-1)).toBe('opened cats: Going on with “About cats” (replayed)');
  });

  it('says for which words it looked instead of misspelt ones', async () => {
    const {type, offered} = beside(
      {cats},
      [{...hit, snippet: 'prur purr'}],
      [{typed: 'prur', found: ['purr', 'p\u001brr']}],
    );
    await type('/search prur');
    expect(offered().title).toBe('Found “purr”, “p␛rr” for “prur”');
  });

  it('says when nothing is found, and wants words', async () => {
    const {type, told} = beside({cats}, [hit]);
    await type('/search bark', '/search');
    expect(told).toEqual([
      'info: Nothing was found for “bark”.',
      'error: /search wants words to look for. For example: /search regular expressions',
    ]);
  });
});

describe('/rename', () => {
  it('shows and changes the title, on one line', async () => {
    const {journal, entries} = recordingJournal();
    const {type, told, session} = chatOver({journal, conversation: conversationOf(['p', 'a'])});
    await type('/rename', '/rename A \u001b[2J better\n title');
    expect(told).toEqual([
      'info: Title: p. Change it: /rename TITLE',
      'success: The title is “A ␛[2J better title” now.',
    ]);
    expect(session.snapshot().conversation.title).toBe('A ␛[2J better title');
    expect(entries).toHaveLength(1);
  });

  it('names a conversation that has not begun', async () => {
    const {type, told, answers, session} = chatOver();
    answers('a');
    await type('/rename', '/rename Mine', 'p');
    expect(told[0]).toBe('info: This conversation has no title yet. Give it one: /rename TITLE');
    expect(session.snapshot().conversation.title).toBe('Mine');
  });
});

describe('/incognito', () => {
  it('stores nothing until it is ended', async () => {
    const {journal, calls} = recordingJournal();
    const {type, told, answers, session} = chatOver({journal});
    answers('a', 'b');
    await type('/incognito', 'secret');
    expect(told).toEqual([
      'opened fresh1: Incognito: nothing of this conversation is stored, nor its prompts remembered. /incognito ends it',
    ]);
    expect(calls()).toEqual([]);
    expect(session.snapshot().isStored).toBe(false);
    await type('/incognito', 'open');
    expect(told.at(-1)).toBe('opened fresh2: New conversation, stored again');
    expect(calls()).toContain('finishMessage');
  });

  it.each([
    ['/new', 'New conversation'],
    ['/clear', 'New conversation'],
    ['/reset', 'New conversation, same settings'],
  ])('goes on after %s, which says so', async (line, text) => {
    const {journal, calls} = recordingJournal();
    const {type, told, answers, session} = chatOver({journal});
    answers('a');
    await type('/incognito', line, 'secret');
    expect(told.at(-1)).toBe(`opened fresh2: ${text}, still incognito: nothing of it is stored`);
    expect(session.snapshot().isStored).toBe(false);
    expect(calls()).toEqual([]);
  });

  it('ends where a stored conversation is opened, which says so', async () => {
    const {type, told, session} = chatOver({journal: recordingJournal().journal}, () => ({
      stored: {
        ...nothingStored,
        load: async () => conversationOf(['p', 'a'], {id: 'kept'}),
      },
    }));
    await type('/incognito', '/resume kept', '/resume other');
    expect(told[1]).toBe('opened kept: Going on with “p”, stored again (replayed)');
    expect(told[2]).toBe('opened kept: Going on with “p” (replayed)');
    expect(session.snapshot().isStored).toBe(true);
  });

  it('says that nothing is ever stored in a chat without history', async () => {
    const {type, told} = chatOver();
    await type('/incognito', '/incognito now');
    expect(told).toEqual([
      'opened fresh1: New conversation. Nothing is stored in this chat: it was begun without history',
      'error: /incognito takes nothing after it, got "now". Type: /incognito',
    ]);
  });
});
