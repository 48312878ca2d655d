import {afterEach, beforeEach, describe, expect, it, vi} from 'vitest';
import {activePath, siblings} from '../../src/core/conversation.ts';
import {LlmError} from '../../src/core/errors.ts';
import type {Journal} from '../../src/core/journal.ts';
import {conversationOf, emptyConversation, recordingJournal, sessionOver} from './sampleSession.ts';
import {createScriptedBackend, finish, gate, reasoning, text} from './scriptedBackend.ts';

const turnTexts = (session: ReturnType<typeof sessionOver>): string[] =>
  activePath(session.snapshot().conversation).map(node => node.text);

describe('sending a prompt', () => {
  it('stores the conversation and the prompt before the backend is asked, and the answer before its first token', async () => {
    const {journal, entries, calls} = recordingJournal();
    const backend = createScriptedBackend({
      onRequest: () => void entries.push({call: 'other', what: 'asked'}),
    });
    backend.enqueue(text('Hi'), finish());
    await sessionOver(backend, {journal}).send('Hello');
    expect(calls()).toEqual([
      'saveConversation',
      'addMessage',
      'addMessage',
      'asked',
      'appendChunk',
      'finishMessage',
      'saveConversation',
    ]);
    const [, prompt, answer] = entries;
    expect(prompt).toMatchObject({node: {role: 'user', text: 'Hello', parent: null}});
    expect(entries.at(-1)).toMatchObject({head: 'id2'});
    expect(answer).toMatchObject({node: {role: 'assistant', text: '', parent: 'id1', stop: 'streaming'}});
  });

  it('never saves a head that has not been written yet', async () => {
    const {journal, entries} = recordingJournal();
    const backend = createScriptedBackend();
    for (const word of ['a', 'b', 'c']) backend.enqueue(text(word), finish());
    const session = sessionOver(backend, {journal});
    await session.send('1');
    await session.send('2');
    await session.edit('id1', '1 again');
    const written = new Set<string>();
    for (const entry of entries) {
      if (entry.call === 'addMessage') {
        expect(entry.node.parent === null || written.has(entry.node.parent)).toBe(true);
        written.add(entry.node.id);
      }
      if (entry.call === 'saveConversation' && entry.head !== null)
        expect(written.has(entry.head)).toBe(true);
    }
    expect(written.size).toBe(6);
  });

  it('keeps the answer with its model, usage, timing and stop reason, and titles the conversation', async () => {
    const backend = createScriptedBackend();
    backend.enqueue(
      {type: 'start', model: 'model'},
      text('Hel'),
      text('lo'),
      {type: 'usage', input: 7, output: 40, outputMs: 2000},
      {type: 'warning', message: 'careful'},
      finish('length'),
    );
    const session = sessionOver(backend);
    const turn = await session.send('Greet me\nplease');
    expect(turn.error).toBeUndefined();
    expect(turn.warnings).toEqual(['careful']);
    expect(turn.reply).toMatchObject({
      text: 'Hello',
      model: 'test/model',
      stop: 'length',
      usage: {input: 7, output: 40, estimated: false},
      timing: {tokensPerSecond: 20},
    });
    const {conversation, live} = session.snapshot();
    expect(live).toBeNull();
    expect(conversation.head).toBe(turn.reply.id);
    expect(conversation.nodes.get(turn.reply.id)).toEqual(turn.reply);
    expect(conversation.title).toBe('Greet me');
  });

  it('asks the backend with the model, options, thinking level, schema and the whole path', async () => {
    const backend = createScriptedBackend();
    backend.enqueue(text('a1'), finish());
    backend.enqueue(text('a2'), finish());
    const schema = {type: 'object'};
    const session = sessionOver(backend, {
      schema,
      conversation: emptyConversation({system: 'Be brief', options: {seed: 4}, think: 'high'}),
    });
    await session.send('p1');
    await session.send('p2');
    expect(backend.requests[1]).toEqual({
      model: 'model',
      options: {seed: 4},
      think: 'high',
      schema,
      messages: [
        {role: 'system', text: 'Be brief'},
        {role: 'user', text: 'p1'},
        {role: 'assistant', text: 'a1'},
        {role: 'user', text: 'p2'},
      ],
    });
  });

  it('sends attachments with their prompt and keeps them in its node', async () => {
    const backend = createScriptedBackend();
    backend.enqueue(text('ok'), finish());
    const attachments = [{kind: 'text', name: 'a.txt', text: 'A'} as const];
    const session = sessionOver(backend);
    await session.send('read this', {attachments});
    expect(backend.requests[0]?.messages.at(-1)?.attachments).toEqual(attachments);
    expect(session.snapshot().conversation.nodes.get('id1')?.attachments).toEqual(attachments);
  });

  it('refuses a second prompt while an answer streams, and leaves the first alone', async () => {
    const backend = createScriptedBackend();
    const {step, open} = gate();
    backend.enqueue(step, text('first'), finish());
    const session = sessionOver(backend);
    const first = session.send('one');
    await expect(session.send('two')).rejects.toMatchObject({kind: 'usage'});
    await expect(session.retry()).rejects.toMatchObject({kind: 'usage'});
    await expect(session.edit('id1', 'x')).rejects.toMatchObject({kind: 'usage'});
    open();
    expect((await first).reply.text).toBe('first');
    expect(turnTexts(session)).toEqual(['one', 'first']);
  });

  it('reports a model that cannot be resolved as the error of the turn, with the prompt stored', async () => {
    const {journal, entries} = recordingJournal();
    const session = sessionOver(createScriptedBackend(), {
      journal,
      resolve: async () => {
        throw new LlmError({kind: 'unreachable', message: 'nobody there', hint: 'start it'});
      },
    });
    const turn = await session.send('Hello');
    expect(turn.error?.kind).toBe('unreachable');
    expect(turn.reply).toMatchObject({
      stop: 'error',
      text: '',
      error: {kind: 'unreachable', message: 'nobody there', hint: 'start it'},
    });
    expect(entries.some(entry => entry.call === 'addMessage' && entry.node.text === 'Hello')).toBe(true);
  });
});

describe('answers that end badly', () => {
  it('keeps what has come when the backend fails in the middle', async () => {
    const backend = createScriptedBackend();
    backend.enqueue(text('half of'), new LlmError({kind: 'overloaded', message: 'too busy'}));
    const session = sessionOver(backend);
    const turn = await session.send('?');
    expect(turn.error).toMatchObject({kind: 'overloaded', message: 'too busy'});
    expect(turn.reply).toMatchObject({text: 'half of', stop: 'error', error: {kind: 'overloaded'}});
    expect(turnTexts(session)).toEqual(['?', 'half of']);
  });

  it('wraps a failure that is no LlmError', async () => {
    const backend = createScriptedBackend();
    backend.enqueue(new TypeError('undefined is not a function'));
    const {error} = await sessionOver(backend).send('?');
    expect(error).toBeInstanceOf(LlmError);
    expect(error?.message).toBe('undefined is not a function');
  });

  it('takes a stream that ends without a finish for interrupted, and names the backend', async () => {
    const backend = createScriptedBackend();
    backend.enqueue(text('cut'));
    const turn = await sessionOver(backend).send('?');
    expect(turn.reply).toMatchObject({text: 'cut', stop: 'interrupted'});
    expect(turn.error).toMatchObject({
      kind: 'interrupted',
      message: 'the test backend ended the answer without finishing it',
    });
  });

  it('goes on after a failure: the next prompt is answered, and the failed empty answer is not sent', async () => {
    const backend = createScriptedBackend();
    backend.enqueue(new LlmError({kind: 'overloaded', message: 'busy'}));
    backend.enqueue(text('fine'), finish());
    const session = sessionOver(backend);
    await session.send('one');
    expect((await session.send('two')).reply.text).toBe('fine');
    expect(backend.requests[1]?.messages).toEqual([{role: 'user', text: 'one\n\ntwo'}]);
  });

  it('reports a failing onEvent as the error of the turn and keeps the text', async () => {
    const backend = createScriptedBackend();
    backend.enqueue(text('a'), text('b'), finish());
    const turn = await sessionOver(backend).send('?', {
      onEvent() {
        throw new Error('the writer broke');
      },
    });
    expect(turn.error?.message).toBe('the writer broke');
    expect(turn.reply).toMatchObject({text: 'a', stop: 'error'});
  });
});

describe('stopping', () => {
  it('keeps the text, says aborted, aborts the backend, and resolves only when the answer is stored', async () => {
    const {journal, calls} = recordingJournal();
    const backend = createScriptedBackend();
    const seen = gate();
    backend.enqueue(text('so far'), gate().step);
    const session = sessionOver(backend, {journal});
    const sent = session.send('?', {onEvent: () => seen.open()});
    await seen.step;
    expect(calls()).not.toContain('finishMessage');
    await session.stop();
    expect(calls().slice(-3)).toEqual(['appendChunk', 'finishMessage', 'saveConversation']);
    expect(session.snapshot().live).toBeNull();
    const turn = await sent;
    expect(turn.reply).toMatchObject({text: 'so far', stop: 'aborted'});
    expect(turn.reply.error).toBeUndefined();
    expect(turn.error).toBeUndefined();
    expect(backend.aborted()).toBe(1);
  });

  it('ends an answer whose model is still being looked for, without asking the backend', async () => {
    const backend = createScriptedBackend();
    const resolving = gate();
    const session = sessionOver(backend, {
      resolve: async () => {
        await resolving.step;
        return {backend, model: 'm'};
      },
    });
    const sent = session.send('?');
    const stopped = session.stop();
    resolving.open();
    await stopped;
    expect((await sent).reply.stop).toBe('aborted');
    expect(backend.requests).toEqual([]);
  });

  it('does nothing when nothing streams', async () => {
    const session = sessionOver(createScriptedBackend());
    const before = session.snapshot();
    await session.stop();
    expect(session.snapshot()).toBe(before);
  });

  it('ends an answer that is held back by a reader who does not read', async () => {
    const backend = createScriptedBackend();
    backend.enqueue(text('a'), text('b'), finish());
    const session = sessionOver(backend);
    const held = gate();
    const reading = gate();
    void session.send('?', {
      onEvent() {
        reading.open();
        return held.step;
      },
    });
    await reading.step;
    let isStopped = false;
    void session.stop().then(() => {
      isStopped = true;
    });
    await new Promise(resolve => setImmediate(resolve));
    expect(isStopped).toBe(true);
  });
});

describe('retrying and editing', () => {
  it('makes the new answer a sibling of the old one', async () => {
    const backend = createScriptedBackend();
    backend.enqueue(text('first'), finish());
    backend.enqueue(text('second'), finish());
    const session = sessionOver(backend);
    const first = await session.send('?');
    const second = await session.retry();
    const {conversation} = session.snapshot();
    expect(siblings(conversation, second.reply.id).map(node => node.text)).toEqual(['first', 'second']);
    expect(second.reply.parent).toBe(first.reply.parent);
    expect(turnTexts(session)).toEqual(['?', 'second']);
    expect(backend.requests[1]?.messages).toEqual([{role: 'user', text: '?'}]);
  });

  it('answers a prompt that never got an answer', async () => {
    const backend = createScriptedBackend();
    backend.enqueue(text('late'), finish());
    const session = sessionOver(backend, {conversation: conversationOf(['p1', 'a1', 'p2'])});
    expect((await session.retry()).reply).toMatchObject({text: 'late', parent: 'n3'});
  });

  it('refuses to retry when nothing was asked', async () => {
    await expect(sessionOver(createScriptedBackend()).retry()).rejects.toMatchObject({kind: 'usage'});
  });

  it('sends another wording as a sibling of the prompt, with its attachments, and forgets what followed', async () => {
    const backend = createScriptedBackend();
    backend.enqueue(text('a'), finish());
    backend.enqueue(text('b'), finish());
    backend.enqueue(text('c'), finish());
    const session = sessionOver(backend);
    const attachments = [{kind: 'text', name: 'f', text: 'F'} as const];
    await session.send('one', {attachments});
    await session.send('two');
    await session.edit('id1', 'ONE');
    expect(turnTexts(session)).toEqual(['ONE', 'c']);
    expect(backend.requests[2]?.messages).toEqual([{role: 'user', text: 'ONE', attachments}]);
    const {conversation} = session.snapshot();
    expect(siblings(conversation, 'id1').map(node => node.text)).toEqual(['one', 'ONE']);
    expect(conversation.nodes.size).toBe(6);
  });

  it('refuses to edit an answer or an unknown prompt', async () => {
    const session = sessionOver(createScriptedBackend(), {conversation: conversationOf(['p', 'a'])});
    await expect(session.edit('n2', 'x')).rejects.toMatchObject({kind: 'usage'});
    await expect(session.edit('nope', 'x')).rejects.toMatchObject({kind: 'usage'});
    expect(session.snapshot().conversation.nodes.size).toBe(2);
  });
});

describe('changing the conversation', () => {
  it('lets another model answer from the next prompt on, and stores the choice once there is something', async () => {
    const {journal, calls, entries} = recordingJournal();
    const backend = createScriptedBackend();
    backend.enqueue(text('a'), finish());
    const session = sessionOver(backend, {journal});
    session.use('test/first');
    expect(calls()).toEqual([]);
    await session.send('?');
    session.use('test/second');
    expect(entries.at(-1)).toMatchObject({call: 'saveConversation', model: 'test/second'});
    expect(backend.requests[0]?.model).toBe('first');
    expect(session.snapshot().conversation.model).toBe('test/second');
    expect([...session.snapshot().conversation.nodes.values()].at(-1)?.model).toBe('test/first');
  });

  it('keeps the model of an answer that streams when another is chosen meanwhile', async () => {
    const backend = createScriptedBackend();
    const {step, open} = gate();
    backend.enqueue(step, text('a'), finish());
    const session = sessionOver(backend);
    const sent = session.send('?');
    session.use('test/other');
    open();
    expect((await sent).reply.model).toBe('test/model');
    expect(session.snapshot().conversation.model).toBe('test/other');
  });

  it('changes only the named settings', () => {
    const session = sessionOver(createScriptedBackend(), {
      conversation: emptyConversation({system: 'S', options: {seed: 1}}),
    });
    session.configure({think: 'low'});
    expect(session.snapshot().conversation).toMatchObject({system: 'S', options: {seed: 1}, think: 'low'});
    session.configure({options: {top_k: 3}});
    expect(session.snapshot().conversation).toMatchObject({system: 'S', options: {top_k: 3}, think: 'low'});
  });

  it('ends what streams, into the old conversation, before it opens another', async () => {
    const {journal, entries} = recordingJournal();
    const backend = createScriptedBackend();
    const seen = gate();
    backend.enqueue(text('old text'), gate().step);
    backend.enqueue(text('new text'), finish());
    const session = sessionOver(backend, {journal});
    const sent = session.send('old', {onEvent: () => seen.open()});
    await seen.step;
    await session.open(emptyConversation({id: 'c2'}));
    expect((await sent).reply).toMatchObject({text: 'old text', stop: 'aborted'});
    expect(entries.findLast(entry => entry.call === 'finishMessage')).toMatchObject({
      node: {text: 'old text'},
    });
    expect(session.snapshot()).toMatchObject({live: null, conversation: {id: 'c2', head: null}});
    await session.send('new');
    expect(turnTexts(session)).toEqual(['new', 'new text']);
  });
});

describe('going on with a cut answer', () => {
  const cutIn = (stop: 'length' | 'stop' = 'length') => {
    const conversation = conversationOf(['Tell me', 'The quick bro'], {options: {seed: 2}});
    const last = conversation.nodes.get('n2');
    if (!last) throw new Error('no answer');
    return {...conversation, nodes: new Map(conversation.nodes).set('n2', {...last, stop})};
  };

  it('adds to its text in a sibling of it, and leaves the cut one as it is', async () => {
    const {journal, entries} = recordingJournal();
    const backend = createScriptedBackend();
    backend.enqueue(text('brown'), text(' fox'), finish());
    const session = sessionOver(backend, {conversation: cutIn(), journal});
    const {reply} = await session.continueReply();
    expect(reply).toMatchObject({text: 'The quick brown fox', parent: 'n1', stop: 'stop'});
    const {conversation} = session.snapshot();
    expect(siblings(conversation, reply.id).map(node => node.text)).toEqual([
      'The quick bro',
      'The quick brown fox',
    ]);
    expect(turnTexts(session)).toEqual(['Tell me', 'The quick brown fox']);
    expect(backend.requests[0]?.messages.slice(0, 2)).toEqual([
      {role: 'user', text: 'Tell me'},
      {role: 'assistant', text: 'The quick bro'},
    ]);
    expect(backend.requests[0]?.messages).toHaveLength(3);
    expect(backend.requests[0]?.options).toEqual({seed: 2});
    // A program that is killed now finds the old text in the message and the new one in the pieces.
    const added = entries.find(entry => entry.call === 'addMessage');
    expect(added).toMatchObject({node: {text: 'The quick bro', stop: 'streaming'}});
    const chunks = entries.flatMap(entry => (entry.call === 'appendChunk' ? [entry.text] : []));
    expect(chunks.join('')).toBe('wn fox');
  });

  it('shows what was there already while it streams, and the prompt as the end of the path', async () => {
    const backend = createScriptedBackend();
    const seen = gate();
    backend.enqueue(text('brown fox'), gate().step);
    const session = sessionOver(backend, {conversation: cutIn()});
    const going = session.continueReply({onEvent: () => seen.open()});
    await seen.step;
    expect(session.snapshot()).toMatchObject({
      conversation: {head: 'n1'},
      live: {text: 'The quick brown fox', continues: 13, parent: 'n1'},
    });
    await session.stop();
    expect((await going).reply).toMatchObject({text: 'The quick brown fox', stop: 'aborted'});
    backend.enqueue(text(' jumps'), finish());
    expect((await session.continueReply()).reply.text).toBe('The quick brown fox jumps');
    expect(session.snapshot().conversation.nodes.size).toBe(4);
  });

  it('is refused where no answer was cut', async () => {
    const refused = expect.objectContaining({kind: 'usage'});
    await expect(
      sessionOver(createScriptedBackend(), {conversation: cutIn('stop')}).continueReply(),
    ).rejects.toEqual(refused);
    await expect(sessionOver(createScriptedBackend()).continueReply()).rejects.toEqual(refused);
    const session = sessionOver(createScriptedBackend(), {conversation: {...cutIn(), head: 'n1'}});
    await expect(session.continueReply()).rejects.toEqual(refused);
    expect(session.snapshot().conversation.nodes.size).toBe(2);
  });
});

describe('moving in the conversation', () => {
  it('goes on from any message, and back before the first', async () => {
    const {journal, entries} = recordingJournal();
    const backend = createScriptedBackend();
    backend.enqueue(text('x'), finish());
    backend.enqueue(text('y'), finish());
    const session = sessionOver(backend, {conversation: conversationOf(['p', 'a', 'q', 'b']), journal});
    session.goTo('n2');
    expect(entries.at(-1)).toMatchObject({call: 'saveConversation', head: 'n2'});
    expect((await session.send('r')).reply.parent).toBe('id1');
    expect(turnTexts(session)).toEqual(['p', 'a', 'r', 'x']);
    session.goTo(null);
    expect(turnTexts(session)).toEqual([]);
    await session.send('new');
    expect(session.snapshot().conversation.nodes.get('id3')?.parent).toBeNull();
    expect(session.snapshot().conversation.nodes.size).toBe(8);
  });

  it('refuses a message that is not there, and stays where it is', () => {
    const session = sessionOver(createScriptedBackend(), {conversation: conversationOf(['p', 'a'])});
    expect(() => session.goTo('nope')).toThrow(/no such message/);
    expect(session.snapshot().conversation.head).toBe('n2');
  });

  it('lets another model answer once, and keeps the own one', async () => {
    const backend = createScriptedBackend();
    backend.enqueue(text('other'), finish());
    const session = sessionOver(backend, {conversation: conversationOf(['p', 'a'])});
    const {reply} = await session.retry({model: 'test/big'});
    expect(reply).toMatchObject({model: 'test/big', text: 'other', parent: 'n1'});
    expect(backend.requests[0]?.model).toBe('big');
    expect(session.snapshot().conversation.model).toBe('test/model');
  });

  it('keeps the answer that streams as the end of the path on disk when settings change meanwhile', async () => {
    const {journal, entries} = recordingJournal();
    const backend = createScriptedBackend();
    const seen = gate();
    backend.enqueue(text('a'), gate().step);
    const session = sessionOver(backend, {journal});
    const sent = session.send('?', {onEvent: () => seen.open()});
    await seen.step;
    session.use('test/other');
    const answer = entries.findLast(entry => entry.call === 'addMessage');
    expect(entries.at(-1)).toEqual({
      call: 'saveConversation',
      head: answer?.call === 'addMessage' ? answer.node.id : 'none',
      model: 'test/other',
    });
    await session.stop();
    await sent;
  });

  it('writes a new title', () => {
    const {journal, calls} = recordingJournal();
    const session = sessionOver(createScriptedBackend(), {journal, conversation: conversationOf(['p'])});
    session.configure({title: 'Better'});
    expect(calls()).toEqual(['saveConversation']);
    expect(session.snapshot().conversation.title).toBe('Better');
  });
});

describe('forking', () => {
  it('goes on in a copy, which is written with its first own message, and leaves the other alone', async () => {
    const {journal, entries, calls} = recordingJournal();
    const backend = createScriptedBackend();
    backend.enqueue(text('x'), finish());
    const original = conversationOf(['p', 'a', 'q', 'b']);
    const session = sessionOver(backend, {conversation: original, journal});
    session.goTo('n2');
    entries.length = 0;
    await session.fork();
    session.use('test/other');
    session.goTo('id2');
    session.goTo('id3');
    expect(calls()).toEqual([]);
    const fork = session.snapshot().conversation;
    expect(fork).toMatchObject({id: 'id1', title: 'Fork of p', head: 'id3'});
    await session.send('r');
    expect(calls().slice(0, 3)).toEqual(['addConversation', 'saveConversation', 'addMessage']);
    expect(entries.flatMap(entry => (entry.call === 'addMessage' ? [entry.node.id] : []))).toEqual([
      'id4',
      'id5',
    ]);
    expect(turnTexts(session)).toEqual(['p', 'a', 'r', 'x']);
    expect(original.nodes.size).toBe(4);
    entries.length = 0;
    await session.send('s');
    expect(calls().filter(call => call === 'addMessage')).toHaveLength(2);
  });

  it('writes the copied messages also when the first thing in it is another answer', async () => {
    const {journal, entries} = recordingJournal();
    const backend = createScriptedBackend();
    backend.enqueue(text('x'), finish());
    const session = sessionOver(backend, {conversation: conversationOf(['p', 'a']), journal});
    await session.fork();
    await session.retry();
    expect(entries[0]).toEqual({call: 'addConversation', id: 'id1', texts: ['p', 'a']});
    expect(entries[1]).toMatchObject({call: 'addMessage', node: {parent: 'id2', text: ''}});
  });
});

describe('a conversation that is not to be stored', () => {
  it('writes nothing of it, and says so; the next one is stored again', async () => {
    const {journal, calls} = recordingJournal();
    const backend = createScriptedBackend();
    for (const word of ['a', 'b', 'c']) backend.enqueue(text(word), finish());
    const session = sessionOver(backend, {journal});
    expect(session.snapshot().isStored).toBe(true);
    await session.open(emptyConversation({id: 'secret'}), {stored: false});
    expect(session.snapshot().isStored).toBe(false);
    await session.send('1');
    session.use('test/other');
    session.goTo(null);
    await session.fork();
    expect(session.snapshot().isStored).toBe(false);
    await session.send('2');
    expect(calls()).toEqual([]);
    await session.open(emptyConversation({id: 'c2'}));
    expect(session.snapshot().isStored).toBe(true);
    await session.send('3');
    expect(calls()).toContain('finishMessage');
  });

  it('is every one in a session without a journal', async () => {
    const session = sessionOver(createScriptedBackend());
    expect(session.snapshot().isStored).toBe(false);
    await session.open(emptyConversation(), {stored: true});
    expect(session.snapshot().isStored).toBe(false);
  });
});

describe('asking aside', () => {
  const asked = [{role: 'user', text: 'Sum up'}] as const;

  it('gives the whole answer, with the model and context size of the conversation, and changes nothing', async () => {
    const {journal, calls} = recordingJournal();
    const backend = createScriptedBackend();
    backend.enqueue(reasoning('hm'), text('In '), text('short'), finish());
    const session = sessionOver(backend, {
      journal,
      conversation: conversationOf(['p', 'a'], {options: {num_ctx: 4096, stop: ['x'], max_tokens: 5}}),
    });
    const before = session.snapshot();
    expect(await session.aside(asked, new AbortController().signal)).toBe('In short');
    expect(backend.requests).toEqual([{model: 'model', messages: asked, options: {num_ctx: 4096}}]);
    expect(session.snapshot()).toEqual(before);
    expect(calls()).toEqual([]);
  });

  it('is stopped with the answers, and told of meanwhile', async () => {
    const backend = createScriptedBackend();
    const session = sessionOver(backend);
    backend.enqueue(gate().step);
    const asking = session.aside(asked, new AbortController().signal);
    expect(session.snapshot().aside).toMatchObject({model: 'test/model'});
    await session.stop();
    await expect(asking).rejects.toMatchObject({kind: 'cancelled'});
    expect(session.snapshot().aside).toBeNull();
  });

  it('throws what went wrong, also when the answer was cut, and says when it was stopped', async () => {
    const backend = createScriptedBackend();
    const session = sessionOver(backend);
    const {signal} = new AbortController();
    backend.enqueue(new LlmError({kind: 'overloaded', message: 'busy'}));
    await expect(session.aside(asked, signal)).rejects.toMatchObject({kind: 'overloaded'});
    backend.enqueue(text('half'));
    await expect(session.aside(asked, signal)).rejects.toMatchObject({kind: 'interrupted'});
    backend.enqueue(gate().step);
    const controller = new AbortController();
    const stopped = session.aside(asked, controller.signal);
    controller.abort();
    await expect(stopped).rejects.toMatchObject({kind: 'cancelled'});
  });
});

describe('storing', () => {
  it('reports a journal that fails once, stops using it, and the talk goes on', async () => {
    let calls = 0;
    const journal: Journal = {
      ...recordingJournal().journal,
      addMessage() {
        calls += 1;
        throw new LlmError({kind: 'storage', message: 'disk full'});
      },
      addConversation() {
        throw new LlmError({kind: 'storage', message: 'disk still full'});
      },
      finishMessage() {
        calls += 1;
      },
    };
    const backend = createScriptedBackend();
    backend.enqueue(text('a'), finish());
    backend.enqueue(text('b'), finish());
    const session = sessionOver(backend, {journal});
    const turn = await session.send('1');
    expect(turn.error).toBeUndefined();
    expect(session.snapshot().storageError).toMatchObject({kind: 'storage', message: 'disk full'});
    expect((await session.send('2')).reply.text).toBe('b');
    expect(calls).toBe(1);
  });

  it('calls what a journal throws a storage failure whatever it is', async () => {
    const journal: Journal = {
      ...recordingJournal().journal,
      finishMessage() {
        throw new Error('EIO');
      },
    };
    const backend = createScriptedBackend();
    backend.enqueue(text('a'), finish());
    const session = sessionOver(backend, {journal});
    await session.send('1');
    expect(session.snapshot().storageError).toMatchObject({kind: 'storage', message: 'EIO'});
  });
});

describe('backpressure', () => {
  it('asks the backend for the next event only when the reader has taken the last', async () => {
    const backend = createScriptedBackend();
    const words = ['a', 'b', 'c'];
    backend.enqueue(...words.map(text), finish());
    const seen: string[] = [];
    const gates = [gate(), gate(), gate(), gate()];
    const session = sessionOver(backend);
    const sent = session.send('?', {
      onEvent(event) {
        seen.push(event.type === 'text' ? event.text : event.type);
        return gates[seen.length - 1]?.step;
      },
    });
    for (const [index, each] of gates.entries()) {
      await new Promise(resolve => setImmediate(resolve));
      expect(seen).toHaveLength(index + 1);
      each.open();
    }
    expect((await sent).reply.text).toBe('abc');
    expect(seen).toEqual(['a', 'b', 'c', 'finish']);
  });

  it('shows every event to the reader, also those that subscribers see together', async () => {
    const backend = createScriptedBackend();
    const words = Array.from({length: 200}, (_, index) => `${index} `);
    backend.enqueue(...words.map(text), finish());
    const seen: string[] = [];
    await sessionOver(backend).send('?', {
      onEvent: event => {
        if (event.type === 'text') seen.push(event.text);
      },
    });
    expect(seen).toEqual(words);
  });
});

describe('telling subscribers', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('tells of streamed text at most once per interval, and of a new phase at once', async () => {
    const backend = createScriptedBackend();
    const gates = Array.from({length: 10}, gate);
    backend.enqueue(...gates.flatMap(({step}, index) => [step, text(`${index}`)]), finish());
    const session = sessionOver(backend, {notifyMs: 80});
    const states: (string | undefined)[] = [];
    session.subscribe(() => states.push(session.snapshot().live?.text));
    const sent = session.send('?');
    // A new answer is told at once.
    expect(states).toEqual(['']);
    for (const {open} of gates.slice(0, 9)) {
      open();
      await vi.advanceTimersByTimeAsync(20);
    }
    // The first text (a new phase) at once, then two notices in 160 ms.
    expect(states).toEqual(['', '0', '01234', '012345678']);
    gates[9]?.open();
    await vi.runAllTimersAsync();
    await sent;
    expect(states.at(-1)).toBeUndefined();
    expect(session.snapshot().conversation.nodes.get('id2')?.text).toBe('0123456789');
  });

  it('tells the phases of an answer in order, with the progress of loading', async () => {
    const backend = createScriptedBackend();
    backend.enqueue(
      {type: 'progress', phase: 'load', ratio: 0.5},
      {type: 'progress', phase: 'prefill'},
      reasoning('hm'),
      text('so'),
      finish(),
    );
    const session = sessionOver(backend);
    const phases: string[] = [];
    session.subscribe(() => {
      const {live} = session.snapshot();
      if (live) phases.push(`${live.phase}${live.ratio === undefined ? '' : ` ${live.ratio}`}`);
    });
    await session.send('?');
    expect(phases).toEqual(['connecting', 'loading 0.5', 'reading', 'reasoning', 'answering']);
  });

  it('gives the same snapshot until something changes, and another one then', async () => {
    const backend = createScriptedBackend();
    const {step, open} = gate();
    backend.enqueue(text('a'), step, text('b'), finish());
    const session = sessionOver(backend);
    const idle = session.snapshot();
    expect(session.snapshot()).toBe(idle);
    const sent = session.send('?');
    await vi.advanceTimersByTimeAsync(1);
    const streaming = session.snapshot();
    expect(streaming).not.toBe(idle);
    expect(session.snapshot()).toBe(streaming);
    expect(streaming.live?.text).toBe('a');
    open();
    await vi.runAllTimersAsync();
    await sent;
    expect(session.snapshot()).not.toBe(streaming);
    expect(streaming.live?.text).toBe('a');
    expect(idle.conversation.nodes.size).toBe(0);
    const before = session.snapshot();
    session.use('test/other');
    expect(session.snapshot()).not.toBe(before);
  });

  it('tells nothing any more to one who unsubscribed, also during a notice', () => {
    const session = sessionOver(createScriptedBackend());
    const heard: string[] = [];
    const leave = session.subscribe(() => {
      heard.push('first');
      leave();
    });
    session.subscribe(() => heard.push('second'));
    session.use('a/b');
    session.use('a/c');
    expect(heard).toEqual(['first', 'second', 'second']);
  });

  it('saves streamed text in pieces that are never further apart than the flush time', async () => {
    const {journal, entries} = recordingJournal();
    const backend = createScriptedBackend();
    const start = Date.now();
    const savedAt: number[] = [];
    const waits = Array.from({length: 40}, gate);
    backend.enqueue(...waits.flatMap(({step}, index) => [step, text(`${index},`)]), finish());
    const session = sessionOver(backend, {
      flushMs: 500,
      journal: {
        ...journal,
        appendChunk(id, chunk) {
          savedAt.push(Date.now() - start);
          journal.appendChunk(id, chunk);
        },
      },
    });
    const sent = session.send('?');
    for (const {open} of waits) {
      open();
      await vi.advanceTimersByTimeAsync(60);
    }
    await sent;
    // 40 texts over 2,400 ms: far fewer writes than texts, and none of them late.
    expect(savedAt.length).toBeGreaterThanOrEqual(4);
    expect(savedAt.length).toBeLessThanOrEqual(6);
    for (const [index, at] of savedAt.entries())
      expect(at - (savedAt[index - 1] ?? 0)).toBeLessThanOrEqual(560);
    const chunks = entries.flatMap(entry => (entry.call === 'appendChunk' ? [entry.text] : []));
    expect(chunks.join('')).toBe(session.snapshot().conversation.nodes.get('id2')?.text);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('saves what is left when the answer ends, reasoning too, and never an empty piece', async () => {
    const {journal, entries} = recordingJournal();
    const backend = createScriptedBackend();
    backend.enqueue(reasoning('think'), text(''), text('say'), finish());
    backend.enqueue(finish());
    const session = sessionOver(backend, {journal});
    await session.send('1');
    await session.send('2');
    expect(entries.filter(entry => entry.call === 'appendChunk')).toEqual([
      {call: 'appendChunk', id: 'id2', text: 'say', reasoning: 'think'},
    ]);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('shows a storage failure to a subscriber as soon as it happens in the middle of an answer', async () => {
    const backend = createScriptedBackend();
    backend.enqueue(text('a'), gate().step);
    const session = sessionOver(backend, {
      journal: {
        ...recordingJournal().journal,
        appendChunk() {
          throw new LlmError({kind: 'storage', message: 'disk full'});
        },
      },
    });
    void session.send('?');
    await vi.advanceTimersByTimeAsync(0);
    session.snapshot();
    await vi.advanceTimersByTimeAsync(1000);
    expect(session.snapshot().storageError?.message).toBe('disk full');
  });
});
