import {describe, expect, it, vi} from 'vitest';
import type {ChoiceRequest, CommandContext} from '../../src/commands/command.ts';
import {createContextGuard} from '../../src/commands/contextGuard.ts';
import {createChat} from '../../src/commands/createChat.ts';
import type {SessionSettings} from '../../src/core/createSession.ts';
import {conversationOf, recordingJournal, sessionOver} from '../core/sampleSession.ts';
import {createScriptedBackend, finish, gate, text} from '../core/scriptedBackend.ts';
import {fakeContext} from './fakeContext.ts';

const long = 'word '.repeat(5000);

/** A chat over a model with a window of 2,000 tokens. */
function prepared(settings: Partial<SessionSettings> = {}, change: Partial<CommandContext> = {}) {
  const backend = createScriptedBackend();
  const session = sessionOver(backend, settings);
  const context = fakeContext(session, {
    contextWindow: async () => ({allocated: 2000, max: 2000}),
    listModels: async () => [],
    ...change,
  });
  const lists: ChoiceRequest[] = [];
  const back: {text: string; note: string}[] = [];
  const remembered: string[] = [];
  const chat = createChat({
    context,
    ready: Promise.resolve([]),
    remember: prompt => session.snapshot().isStored && remembered.push(prompt),
    beforeSend: createContextGuard(context, () => {}),
    face: {
      show() {},
      failed() {},
      choose(request) {
        lists.push(request);
      },
      opened() {},
      moved() {},
      edit() {},
      view() {},
      giveBack: (given, note) => back.push({text: given, note}),
      compare: async () => ({pane: undefined, promoted: false}),
      manage: async () => undefined,
      quit() {},
    },
  });
  /** Picks the choice of the last list whose label begins so. */
  const pick = async (label: string): Promise<void> => {
    const choice = lists.at(-1)?.choices.find(each => each.label.startsWith(label));
    if (!choice) throw new Error(`no choice ${label}`);
    await chat.pick(choice);
  };
  /** The last prompt of each request, shortened, and the names of its files. */
  const sent = (): [string, string[]][] =>
    backend.requests.map(({messages}) => {
      const last = messages.at(-1);
      return [last?.text.slice(0, 10) ?? '', (last?.attachments ?? []).map(({name}) => name)];
    });
  return {backend, session, context, chat, lists, back, remembered, pick, sent};
}

describe('a prompt about which something is asked', () => {
  it('holds up what waits behind it, which follows when it is sent', async () => {
    const {backend, context, chat, lists, pick, sent} = prepared(
      {},
      {files: async () => ['long.txt'], isFile: async () => true},
    );
    vi.spyOn(context.attachments, 'read').mockResolvedValue({kind: 'text', name: 'long.txt', text: long});
    const {step, open} = gate();
    backend.enqueue(step, text('a'), finish());
    for (const answer of ['b', 'c']) backend.enqueue(text(answer), finish());
    const all = [chat.submit('first'), chat.submit('what is in @long.txt?'), chat.submit('thanks')];
    await vi.waitFor(() => expect(backend.requests.length).toBe(1));
    open();
    await Promise.all(all);
    expect(lists.length).toBe(1);
    expect(chat.queue()).toEqual(['thanks']);
    expect(sent()).toEqual([['first', []]]);
    await pick('Send it without the file');
    expect(sent()).toEqual([
      ['first', []],
      ['what is in', []],
      ['thanks', []],
    ]);
  });

  it('comes back when nothing is chosen, with what waited behind it, and with what was attached by hand', async () => {
    const {backend, chat, back, context, sent} = prepared(
      {},
      {files: async () => ['named.txt'], isFile: async () => true},
    );
    backend.enqueue(text('b'), finish());
    await chat.submit('/attach mine.txt');
    await Promise.all([chat.submit(`@named.txt ${long}`), chat.submit('thanks')]);
    chat.dismiss();
    expect(back).toEqual([{text: `@named.txt ${long}\nthanks`, note: ''}]);
    expect(context.attachments.pending().map(({name}) => name)).toEqual(['mine.txt']);
    context.attachments.clear();
    await chat.submit('hello');
    expect(sent()).toEqual([['hello', []]]);
  });

  it('can be sent without its files', async () => {
    const {backend, chat, pick, sent, context} = prepared(
      {},
      {files: async () => ['long.txt'], isFile: async () => true},
    );
    context.attachments.put([{kind: 'text', name: 'big.txt', text: long}]);
    backend.enqueue(text('b'), finish());
    await chat.submit('sum up @long.txt');
    await pick('Send it without');
    expect(sent()).toEqual([['sum up @lo', []]]);
  });

  it('is asked about too when it is to be answered again', async () => {
    const {backend, session, chat, lists, pick} = prepared({conversation: conversationOf([long, 'A'])});
    await chat.submit('/retry');
    expect(lists.length).toBe(1);
    expect(backend.requests.length).toBe(0);
    chat.dismiss();
    await chat.submit('/retry');
    backend.enqueue(text('B'), finish());
    await pick('Send it anyway');
    expect(session.snapshot().conversation.nodes.size).toBe(3);
  });
});

describe('another wording of an earlier prompt', () => {
  it('goes with the files of that one', async () => {
    const {backend, chat, sent} = prepared();
    backend.enqueue(text('a'), finish());
    backend.enqueue(text('b'), finish());
    await chat.submit('/attach photo.txt');
    await chat.submit('what is it?');
    await chat.submit('/edit 1');
    await chat.submit('what is this?');
    expect(sent()).toEqual([
      ['what is it', ['photo.txt']],
      ['what is th', ['photo.txt']],
    ]);
  });

  it('names its files anew: as they are now, or as they were where they are gone', async () => {
    let content = 'old';
    let isThere = true;
    const {backend, context, chat} = prepared(
      {},
      {files: async () => (isThere ? ['main.c'] : []), isFile: async () => isThere},
    );
    vi.spyOn(context.attachments, 'read').mockImplementation(async name => ({
      kind: 'text',
      name,
      text: content,
    }));
    const sentFiles = (): (string | undefined)[] =>
      (backend.requests.at(-1)?.messages.at(-1)?.attachments ?? []).map(each =>
        each.kind === 'text' ? each.text : undefined,
      );
    for (const answer of 'abcd') backend.enqueue(text(answer), finish());
    await chat.submit('look at @main.c');
    content = 'new';
    await chat.submit('/edit 1');
    await chat.submit('look again at @main.c');
    expect(sentFiles()).toEqual(['new']);
    isThere = false;
    await chat.submit('/edit 1');
    await chat.submit('look once more at @main.c');
    expect(sentFiles()).toEqual(['new']);
    await chat.submit('/edit 1');
    expect(context.attachments.pending()).toEqual([]);
    await chat.submit('forget it');
    expect(sentFiles()).toEqual([]);
  });

  it('shows the files that it had, and takes them away again when it is left', async () => {
    const {backend, chat, context} = prepared();
    backend.enqueue(text('a'), finish());
    await chat.submit('/attach photo.txt');
    await chat.submit('what is it?');
    await chat.submit('/attach mine.txt');
    await chat.submit('/edit 1');
    expect(context.attachments.pending().map(({name}) => name)).toEqual(['mine.txt', 'photo.txt']);
    chat.cancelEdit();
    expect(context.attachments.pending().map(({name}) => name)).toEqual(['mine.txt']);
  });

  it('stays one when it comes back from the queue, from the question about it, or by the upward key', async () => {
    const {backend, session, chat, back} = prepared({conversation: conversationOf(['one', 'A', 'two', 'B'])});
    backend.enqueue(gate().step, text('x'), finish());
    await chat.submit('/edit 1');
    void chat.submit('/retry');
    await vi.waitFor(() => expect(backend.requests.length).toBe(1));
    void chat.submit('one, reworded');
    chat.takeBack();
    expect(back.at(-1)).toEqual({text: 'one, reworded', note: expect.stringContaining('editing')});
    void chat.submit('one, reworded');
    await chat.stop();
    expect(back.at(-1)).toEqual({text: 'one, reworded', note: expect.stringContaining('editing')});
    await chat.submit(`one ${long}`);
    chat.dismiss();
    expect(back.at(-1)?.note).toContain('editing');
    backend.enqueue(text('y'), finish());
    await chat.submit('one, at last');
    expect(backend.requests.at(-1)?.messages.map(message => message.text)).toEqual(['one, at last']);
    expect(session.snapshot().live).toBeNull();
  });
});

describe('what comes back', () => {
  it('is no prompt when it was the choice of a list', async () => {
    const {backend, session, chat, lists, back} = prepared({conversation: conversationOf(['one', 'A'])});
    await chat.submit('/tree');
    backend.enqueue(gate().step, text('a'), finish());
    void chat.submit('hello');
    await vi.waitFor(() => expect(backend.requests.length).toBe(1));
    const [choice] = lists[0]?.choices ?? [];
    if (choice) void chat.pick(choice);
    expect(chat.queue().length).toBe(1);
    await chat.stop();
    expect(back).toEqual([]);
    expect(session.snapshot().live).toBeNull();
  });

  it('is not searched for files where it was a paste', async () => {
    const {backend, chat, back, sent} = prepared(
      {},
      {files: async () => ['s.txt'], isFile: async () => true},
    );
    backend.enqueue(text('a'), gate().step);
    void chat.submit('one');
    await vi.waitFor(() => expect(backend.requests.length).toBe(1));
    void chat.submit('look: @s.txt', 'look: ');
    await chat.stop();
    backend.enqueue(text('b'), finish());
    await chat.submit(back.at(-1)?.text ?? '');
    expect(sent().at(-1)).toEqual(['look: @s.t', []]);
  });
});

describe('a prompt behind a queued /incognito', () => {
  it('is not remembered', async () => {
    const {journal} = recordingJournal();
    const {backend, session, chat, remembered} = prepared({journal});
    const {step, open} = gate();
    backend.enqueue(step, text('a'), finish());
    backend.enqueue(text('b'), finish());
    const all = [chat.submit('hello'), chat.submit('/incognito'), chat.submit('my secret')];
    await vi.waitFor(() => expect(backend.requests.length).toBe(1));
    open();
    await Promise.all(all);
    expect(session.snapshot().isStored).toBe(false);
    expect(remembered).toEqual(['hello']);
  });
});
