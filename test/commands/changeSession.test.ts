import {describe, expect, it} from 'vitest';
import {createStoredConversations} from '../../src/cli/createStoredConversations.ts';
import type {ChoiceAction} from '../../src/commands/command.ts';
import type {KeyAction} from '../../src/commands/keyTable.ts';
import {scriptedServices} from '../cli/fakeServices.ts';
import {answer, emptyConversation, prompt, record} from '../storage/sampleConversation.ts';
import {chatOver} from './chatOver.ts';

/** A chat beside stored conversations, `ccc…` about cats and `ddd…` about dogs, with the real store behind it. */
async function beside() {
  const {services} = scriptedServices();
  const store = await services.store();
  for (const [id, title] of [
    ['ccc11111', 'About cats'],
    ['ddd22222', 'About dogs'],
  ] as const) {
    record(
      store,
      emptyConversation(id),
      prompt(`${id}-p`, null, title),
      answer(`${id}-a`, `${id}-p`, 'They purr'),
    );
  }
  const talk = chatOver({journal: store}, () => ({stored: createStoredConversations(services)}));
  const {chat, offered, told} = talk;
  const actionOf = (key: KeyAction): ChoiceAction => {
    const found = offered().actions?.find(each => each.key === key);
    if (!found) throw new Error(`no action ${key}`);
    return found;
  };
  return {
    ...talk,
    store,
    /** Does what a key does with the choice of this label. */
    async press(key: KeyAction, label: string) {
      const action = actionOf(key);
      const choice = offered().choices.find(each => each.label === label);
      if (!choice) throw new Error(`no choice ${label}`);
      if ('run' in action) await chat.pick({label: action.word, run: () => action.run(choice)});
      else return action.line(choice);
      return undefined;
    },
    titles: () => store.list({limit: 10}).map(({title}) => title),
    last: () => told.at(-1),
  };
}

describe('/sessions rename', () => {
  it('gives a stored conversation another title, on one line', async () => {
    const {type, titles, last} = await beside();
    await type('/sessions rename ccc Purring \u001b[2J things');
    expect(last()).toBe('success: “About cats” is “Purring ␛[2J things” now.');
    expect(titles()).toContain('Purring ␛[2J things');
    await type('/sessions rename ccc');
    expect(last()).toBe('error: /sessions rename wants a title too. Type: /sessions rename ccc TITLE');
    await type('/sessions rename');
    expect(last()).toContain('wants the id of one conversation');
    await type('/sessions rename zzz Title');
    expect(last()).toContain('no conversation zzz');
  });

  it('renames the one on the screen too', async () => {
    const {type, session, store} = await beside();
    await type('/resume ccc', '/sessions rename ccc Better', '/think low');
    expect(session.snapshot().conversation.title).toBe('Better');
    expect(store.load('ccc11111').title).toBe('Better');
  });

  it('is a command line to be finished, from the list', async () => {
    const {type, press} = await beside();
    await type('/sessions');
    expect(await press('list-rename', 'About cats')).toBe('/sessions rename ccc11111 About cats');
  });
});

describe('/sessions archive', () => {
  it('puts a conversation away, lists the archive, and puts it back', async () => {
    const {type, titles, told, labels, press, last} = await beside();
    await type('/sessions archived');
    expect(last()).toBe('info: No conversation is archived. Put one away: /sessions archive ID');
    await type('/sessions archive ccc');
    expect(last()).toMatch(/^success: “About cats” is archived/);
    expect(titles()).toEqual(['About dogs']);
    await type('/search purr');
    expect(labels()).toHaveLength(2);
    await type('/sessions archived');
    expect(labels()).toEqual(['About cats']);
    await press('list-archive', 'About cats');
    expect(last()).toBe('success: “About cats” is in the list again.');
    expect(titles()).toHaveLength(2);
    await type('/sessions');
    await press('list-archive', 'About dogs');
    expect(told.slice(-2)).toEqual([
      expect.stringContaining('“About dogs” is archived'),
      'choose: Go on with a conversation',
    ]);
    expect(labels()).toEqual(['About cats']);
  });

  it('marks what is archived where it is found', async () => {
    const {type, offered} = await beside();
    await type('/sessions archive ccc', '/search cats');
    expect(offered().choices[0]?.detail).toMatch(/ · archived$/);
  });
});

describe('/sessions delete', () => {
  it('deletes from the list, shows it again, and takes it back', async () => {
    const {type, press, labels, titles, told, last, offered} = await beside();
    await type('/sessions');
    expect(offered().comesBack).toBeUndefined();
    await press('list-delete', 'About cats');
    expect(told.slice(-2)).toEqual([
      'success: Deleted “About cats”; /sessions undo brings it back until you quit. Its prompts stay in the prompt history: llm history forget WORDS',
      'choose: Go on with a conversation',
    ]);
    expect(labels()).toEqual(['About dogs']);
    expect(offered().comesBack).toBe(true);
    await press('undo', 'About dogs');
    expect(labels()).toHaveLength(2);
    await press('list-delete', 'About cats');
    await press('list-delete', 'About dogs');
    expect(last()).toMatch(/^success: Deleted “About dogs”/);
    expect(titles()).toEqual([]);
    await type('/sessions undo');
    expect(last()).toBe('success: “About dogs” is back: /resume ddd22222');
    await type('/sessions undo', '/sessions undo');
    expect(last()).toBe('info: Nothing was deleted that could be brought back.');
    expect(titles()).toHaveLength(2);
  });

  it('begins a new conversation where the one on the screen was deleted', async () => {
    const {type, session, last, titles} = await beside();
    await type('/resume ccc', '/sessions delete ccc');
    expect(last()).toBe(
      'opened fresh1: Deleted “About cats”; /sessions undo brings it back until you quit. New conversation',
    );
    expect(session.snapshot()).toMatchObject({isStored: true, conversation: {id: 'fresh1'}});
    expect(titles()).toEqual(['About dogs']);
    await type('/sessions undo', '/resume ccc');
    expect(session.snapshot().conversation.id).toBe('ccc11111');
  });

  it('wants the command in full, and one id', async () => {
    const {type, titles, told, last} = await beside();
    await type('/sess delete ccc');
    expect(last()).toMatch(/^error: /);
    await type('/sessions delete', '/sessions delete ccc ddd', '/sessions del ccc');
    expect(told.slice(-3)).toEqual([
      expect.stringContaining('/sessions delete wants the id of one conversation'),
      expect.stringContaining('/sessions delete wants the id of one conversation'),
      'info: No stored conversation has “del ccc” in it. See them all: /sessions',
    ]);
    expect(titles()).toHaveLength(2);
  });

  it('completes the words and the ids', async () => {
    const {context} = await beside();
    const sessions = context.commands.find(({name}) => name === 'sessions');
    expect(await sessions?.complete?.('de', context)).toContain('delete');
    expect(await sessions?.complete?.('delete c', context)).toContain('delete ccc11111');
    expect(await sessions?.complete?.('unarchive c', context)).toEqual([]);
    expect(await sessions?.complete?.('about c', context)).toEqual([]);
  });
});
