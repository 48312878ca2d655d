import {PassThrough} from 'node:stream';
import {stripVTControlCharacters} from 'node:util';
import {describe, expect, it, vi} from 'vitest';
import type {Command, CommandContext} from '../../src/commands/command.ts';
import {createFirstSteps} from '../../src/commands/createFirstSteps.ts';
import {createKeyBindings} from '../../src/commands/keyBindings.ts';
import type {SessionSettings} from '../../src/core/createSession.ts';
import {LlmError} from '../../src/core/errors.ts';
import {type LineModeSettings, startLineMode} from '../../src/plain/startLineMode.ts';
import {fakeContext} from '../commands/fakeContext.ts';
import {fakePulls} from '../commands/fakePulls.ts';
import {fakeSettings} from '../commands/fakeSettings.ts';
import {fakeShelf} from '../commands/fakeShelf.ts';
import {conversationOf, sessionOver} from '../core/sampleSession.ts';
import {createScriptedBackend, finish, gate, reasoning, text} from '../core/scriptedBackend.ts';

function prepared(
  change: Partial<LineModeSettings> = {},
  settings: Partial<SessionSettings> = {},
  contextChange: Partial<CommandContext> = {},
  terminal = false,
) {
  const backend = createScriptedBackend();
  const session = sessionOver(backend, settings);
  const stdin = Object.assign(new PassThrough(), {isTTY: terminal});
  const stdout = Object.assign(new PassThrough(), {isTTY: terminal, columns: 80});
  stdout.setEncoding('utf8');
  const stderr = new PassThrough();
  stderr.setEncoding('utf8');
  let output = '';
  let errors = '';
  stderr.on('data', (chunk: string) => {
    errors += chunk;
  });
  stdout.on('data', (chunk: string) => {
    output += chunk;
  });
  const remembered: string[] = [];
  const start = (): Promise<number> =>
    startLineMode({
      io: {stdin, stdout, stderr},
      context: fakeContext(session, contextChange),
      ready: Promise.resolve({welcome: ['Welcome'], attachments: []}),
      remember: prompt => remembered.push(prompt),
      ...change,
    });
  const prompts = (): (string | undefined)[] =>
    backend.requests.map(request => request.messages.at(-1)?.text);
  return {backend, session, stdin, start, remembered, prompts, output: () => output, errors: () => errors};
}

describe('the line mode', {timeout: 5000}, () => {
  it('welcomes, answers one turn a line, and ends with its input', async () => {
    const {backend, stdin, start, prompts, output, remembered} = prepared();
    backend.enqueue(text('Hel'), text('lo.'), finish());
    backend.enqueue(text('Bye.'), finish());
    const ended = start();
    stdin.end('hi\r\n\nsee you\n');
    expect(await ended).toBe(0);
    expect(prompts()).toEqual(['hi', 'see you']);
    expect(output()).toBe('Welcome\n\nAssistant: Hello.\n\nAssistant: Bye.\n\n');
    expect(remembered).toEqual(['hi', 'see you']);
  });

  it('tells how far what is set up has come, a tenth at a time, and goes on with it', async () => {
    const pull = {backend: 'test', name: 'q', title: 'Qwen', bytes: 2e9, licence: 'Apache-2.0', source: 'x'};
    const session = sessionOver(createScriptedBackend());
    const pulls = fakePulls([], name => {
      for (const completed of [5e8, 6e8, 2e9]) pulls.comes(name, completed, 2e9);
      pulls.arrives(name);
    });
    const {stdin, start, output} = prepared(
      {},
      {},
      {
        session,
        // The keys of the screen are none of the line mode's.
        keys: {...createKeyBindings(), table: []},
        firstSteps: createFirstSteps({
          session,
          pulls,
          settings: fakeSettings(),
          port: {
            next: async () => ({type: 'pull', pull}),
            startServer: async () => {},
            installEngine: async () => {},
          },
        }),
      },
    );
    stdin.end('/setup\n/setup\n');
    expect(await start()).toBe(0);
    expect(output()).toBe(
      'Welcome\n\nA model for real work on this machine is Qwen (about 2.0 GB, licence Apache-2.0). `/setup` pulls it from x.\n\n' +
        'Pulling Qwen. Ctrl+C stops.\n20 % of 2.0 GB\n30 % of 2.0 GB\n100 % of 2.0 GB\n' +
        'Qwen is there. The next answers come from test/q. New chats and runs begin with it from now on; `llm config unset model` forgets it.\n\n',
    );
    expect(session.snapshot().conversation.model).toBe('test/q');
  });

  it('reads also what was piped in before the model was known', async () => {
    const {step, open} = gate();
    const {backend, stdin, start, prompts} = prepared({
      ready: step.then(() => ({welcome: ['Welcome'], attachments: []})),
    });
    backend.enqueue(text('a'), finish());
    backend.enqueue(text('b'), finish());
    stdin.end('one\ntwo\n');
    const ended = start();
    await new Promise(setImmediate);
    await new Promise(setImmediate);
    open();
    expect(await ended).toBe(0);
    expect(prompts()).toEqual(['one', 'two']);
  });

  it('sends a last line that has no newline', async () => {
    const {backend, stdin, start, prompts} = prepared();
    backend.enqueue(text('a'), finish());
    const ended = start();
    stdin.end('one');
    await ended;
    expect(prompts()).toEqual(['one']);
  });

  it('writes the answer as it comes, harmless, and no thinking', async () => {
    const {backend, stdin, start, output} = prepared({}, {notifyMs: 0});
    const {step, open} = gate();
    backend.enqueue(reasoning('secret'), text('first\u001b[2J'), step, text(' second'), finish());
    const ended = start();
    stdin.end('hi\n');
    await vi.waitFor(() => expect(output()).toContain('Assistant: first␛[2J'));
    expect(output()).not.toContain('second');
    open();
    await ended;
    expect(output()).toBe('Welcome\n\nAssistant: first␛[2J second\n\n');
  });

  it('shows what went wrong after the text that had come, and goes on', async () => {
    const {backend, stdin, start, output, errors} = prepared();
    backend.enqueue(text('half'), new LlmError({kind: 'overloaded', message: 'busy', hint: 'Wait.'}));
    backend.enqueue(text('whole'), finish());
    const ended = start();
    stdin.end('one\ntwo\n');
    expect(await ended).toBe(1);
    expect(output()).toBe('Welcome\n\nAssistant: half\n\nAssistant: whole\n\n');
    expect(errors()).toBe('llm: busy. Wait.\n');
  });

  it('writes nothing of an answer that has no text but its error', async () => {
    const {backend, stdin, start, output, errors} = prepared();
    backend.enqueue(new LlmError({kind: 'unreachable', message: 'no\u001b[2Jbody there'}));
    const ended = start();
    stdin.end('one\n');
    expect(await ended).toBe(3);
    expect(output()).toBe('Welcome\n\n');
    expect(errors()).toBe('llm: no␛[2Jbody there\n');
  });

  it('knows the commands, and quits with one while there is more to read', async () => {
    const {stdin, start, prompts, output, errors, session} = prepared();
    const ended = start();
    stdin.write('/system Be brief\n/frobnicate\n/quit\nnot any more\n');
    expect(await ended).toBe(2);
    expect(session.snapshot().conversation.system).toBe('Be brief');
    expect(output()).toContain('The system prompt is set.');
    expect(errors()).toContain('There is no command /frobnicate');
    expect(prompts()).toEqual([]);
  });

  it('offers numbered choices, and a number is the choice only right after', async () => {
    const {backend, stdin, start, output, session, prompts} = prepared();
    backend.enqueue(text('four'), finish());
    const ended = start();
    stdin.end('/model\n2\n2\n');
    await ended;
    expect(output()).toContain(
      'Choose a model; type a number, favourite NUMBER:\n1. ollama/gemma 4B · Q4_K_M · 3.3 GB · loaded\n2. ollama/gemma-big 17.3 GB\n3. local/guide 2 MB\n',
    );
    expect(session.snapshot().conversation.model).toBe('ollama/gemma-big');
    expect(prompts()).toEqual(['2']);
  });

  it('neutralises the choices', async () => {
    const shelf = fakeShelf([{id: 'x\u001b]0;y\u0007', backend: 'ollama'}], {
      silent: () => [{backend: 'vllm', text: 'vLLM\u0007 does not answer'}],
    });
    const {stdin, start, output} = prepared({}, {}, {shelf});
    const ended = start();
    stdin.end('/model\n');
    await ended;
    expect(output()).toContain('1. ollama/x␛]0;y␇');
    expect(output()).toContain('\nvLLM␇ does not answer\n');
  });

  it('sends the attachments with the first prompt only', async () => {
    const attachments = [{kind: 'text', name: 'a.txt', text: 'A'} as const];
    const {backend, stdin, start} = prepared({ready: Promise.resolve({welcome: ['Welcome'], attachments})});
    backend.enqueue(text('a'), finish());
    backend.enqueue(text('b'), finish());
    const ended = start();
    stdin.end('one\ntwo\n');
    await ended;
    expect(backend.requests[0]?.messages.at(-1)?.attachments).toEqual(attachments);
    expect(backend.requests[1]?.messages.at(-1)?.attachments).toBeUndefined();
  });

  it('does not take an earlier answer of a conversation that goes on for a new one', async () => {
    const all = prepared({}, {conversation: conversationOf(['p1', 'a1'])});
    all.backend.enqueue(text('a2'), finish());
    const ended = all.start();
    all.session.use('test/other');
    all.stdin.end('p2\n');
    await ended;
    expect(all.output()).toBe('Welcome\n\nAssistant: a2\n\n');
  });

  it('fails with what kept it from being ready', async () => {
    const {start, stdin} = prepared({
      ready: Promise.reject(new LlmError({kind: 'model-unknown', message: 'no such model'})),
    });
    const ended = start();
    stdin.end('one\n');
    await expect(ended).rejects.toMatchObject({kind: 'model-unknown'});
  });

  it('takes several lines for one prompt', async () => {
    const {backend, stdin, start, prompts} = prepared();
    for (let count = 0; count < 3; count += 1) backend.enqueue(text('a'), finish());
    const ended = start();
    stdin.end('"""one\n\n/two"""\nthree \\\nfour\nfive \\\n');
    expect(await ended).toBe(0);
    expect(prompts()).toEqual(['one\n\n/two', 'three \nfour', 'five ']);
  });

  it('takes a line after a list that is no number for what it is', async () => {
    const {backend, stdin, start, prompts, session} = prepared();
    backend.enqueue(text('a'), finish());
    const ended = start();
    stdin.end('/model\nhello\n2\n');
    await ended;
    expect(prompts()).toEqual(['hello', '2']);
    expect(session.snapshot().conversation.model).not.toBe('ollama/gemma-big');
  });

  it('fails a prompt that does not fit where nobody can be asked, and goes on with the next', async () => {
    const {backend, stdin, start, prompts, errors} = prepared({
      beforeSend: (_show, asks) => async prompt => {
        expect(asks).toBe(false);
        if (prompt === 'long')
          throw new LlmError({kind: 'context', message: 'too long', hint: 'Shorten it.'});
        return undefined;
      },
    });
    backend.enqueue(text('a'), finish());
    const ended = start();
    stdin.end('long\nshort\n');
    expect(await ended).toBe(5);
    expect(prompts()).toEqual(['short']);
    expect(errors()).toBe('llm: too long. Shorten it.\n');
  });

  it('prints the turns from where the conversation has moved to, and the whole of it', async () => {
    const moved: Command = {
      name: 'moved',
      summary: '',
      run: () => ({type: 'moved', text: 'Moved.', from: 'n3'}),
    };
    const view: Command = {
      name: 'view',
      summary: '',
      run: search => ({type: 'view', ...(search && {search})}),
    };
    const {stdin, start, output} = prepared(
      {},
      {conversation: conversationOf(['p1', 'a1', 'p2', 'a2'])},
      {
        commands: [moved, view],
      },
    );
    const ended = start();
    stdin.end('/moved\n/view\n/view A1\n/view zzz\n');
    await ended;
    const first = 'You: p1\n\nAssistant: a1\n\n';
    const second = 'You: p2\n\nAssistant: a2\n\n';
    expect(output()).toBe(
      `Welcome\n\nMoved.\n\n${second}${first}${second}Assistant: a1\n\nNothing was found.\n\n`,
    );
  });

  it('takes the next line for the new wording of a prompt', async () => {
    const edit: Command = {
      name: 'edit',
      summary: '',
      run: () => ({type: 'edit', promptId: 'n1', text: 'old'}),
    };
    const all = prepared({}, {conversation: conversationOf(['old', 'a1'])}, {commands: [edit]});
    all.backend.enqueue(text('a2'), finish());
    all.backend.enqueue(text('a3'), finish());
    const ended = all.start();
    all.stdin.end('/edit\nnew\n/edit\n\nnext\n');
    await ended;
    expect(all.output()).toContain('The prompt was:\nold\nThe next line is its new wording');
    expect(all.output()).toContain('The prompt stays as it was.');
    const {nodes} = all.session.snapshot().conversation;
    const byText = (wanted: string) => [...nodes.values()].find(node => node.text === wanted);
    expect(byText('new')?.parent).toBeNull();
    expect(byText('next')?.parent).toBe(byText('a2')?.id);
  });

  it('prints an answer that was there before only where it is asked for', async () => {
    const resumed = conversationOf(['p1', 'a1']);
    const all = prepared(
      {},
      {},
      {
        commands: [
          {
            name: 'resume',
            summary: '',
            async run(_argument, {session}) {
              await session.open(resumed);
              return {type: 'opened', clearScreen: false, text: 'Resumed.', replay: true};
            },
          },
        ],
      },
    );
    const ended = all.start();
    all.stdin.end('/resume\n');
    await ended;
    expect(all.output()).toBe('Welcome\n\nResumed.\n\nYou: p1\n\nAssistant: a1\n\n');
  });
});

describe('the line mode on a terminal', {timeout: 5000}, () => {
  const onTerminal = (
    change: Partial<LineModeSettings> = {},
    settings: Partial<SessionSettings> = {},
    context: Partial<CommandContext> = {},
  ) => {
    const all = prepared(change, settings, context, true);
    const plain = (): string => stripVTControlCharacters(all.output());
    const see = (part: string): Promise<void> => vi.waitFor(() => expect(plain()).toContain(part));
    return {...all, plain, see};
  };

  it('asks for each line, says that it thinks, and gives the figures', async () => {
    const {backend, stdin, start, plain, see} = onTerminal({}, {notifyMs: 0});
    backend.enqueue(reasoning('secret'), reasoning(' more'), text('Hello.'), finish());
    const ended = start();
    await see('You: ');
    stdin.write('hi\r');
    await vi.waitFor(() => expect(plain().match(/You: /g)).toHaveLength(2));
    stdin.write('\u0004');
    expect(await ended).toBe(0);
    expect(plain()).toMatch(
      /^Welcome\s+You: hi\s+Thinking…\s+Assistant: Hello\.\s+\(test\/model, .*first token.*\)\s+You: \n$/,
    );
    expect(plain()).not.toMatch(/secret|·/);
  });

  it('says why a backend is asked again, once for each pause', async () => {
    const {backend, stdin, start, plain, see} = onTerminal({}, {notifyMs: 0});
    const {step, open} = gate();
    const pause = {type: 'wait', reason: 'X asks \u001b[2Jto slow down', attempt: 1} as const;
    backend.enqueue({...pause, ms: 2_000}, {...pause, ms: 1_000}, step, text('a'), finish());
    const ended = start();
    stdin.write('hi\n');
    await see('X asks ␛[2Jto slow down; it is asked again in 2 seconds.');
    open();
    await see('Assistant: a');
    expect(plain().split('asked again')).toHaveLength(2);
    stdin.end();
    expect(await ended).toBe(0);
  });

  it('tells of a long wait, and of what for', async () => {
    const {step, open} = gate();
    const {backend, stdin, start, plain, see} = onTerminal({patienceMs: 20}, {notifyMs: 0});
    backend.enqueue(step, text('Hello.'), finish());
    const ended = start();
    stdin.write('hi\r');
    await see('Still waiting, 0 seconds.');
    open();
    await see('first token');
    const before = plain();
    stdin.write('/quit\r');
    await ended;
    expect(before).toContain('Assistant: Hello.');
  });

  it('keeps what is typed during an answer, and shows it after', async () => {
    const {step, open} = gate();
    const {backend, stdin, start, plain, see, prompts} = onTerminal({}, {notifyMs: 0});
    backend.enqueue(text('first'), step, text(' half'), finish());
    backend.enqueue(text('second'), finish());
    const ended = start();
    stdin.write('one\r');
    await see('Assistant: first');
    stdin.write('two\r/quit\r');
    await new Promise(setImmediate);
    expect(plain()).not.toContain('two');
    open();
    expect(await ended).toBe(0);
    expect(prompts()).toEqual(['one', 'two']);
    expect(plain()).toMatch(/Assistant: first half[\s\S]*You: two\s+Assistant: second[\s\S]*You: \/quit/);
  });

  it('stops the answer with Ctrl+C, clears a line with it, and ends with two', async () => {
    const {backend, stdin, start, plain, see} = onTerminal({}, {notifyMs: 0});
    backend.enqueue(text('begun'), new Promise(() => {}));
    const ended = start();
    stdin.write('hi\r');
    await see('Assistant: begun');
    stdin.write('\u0003');
    await see('stopped)');
    stdin.write('draft');
    await see('You: draft');
    stdin.write('\u0003');
    await vi.waitFor(() => expect(plain().match(/You: /g)?.length).toBeGreaterThan(2));
    expect(plain()).not.toContain('again quits');
    stdin.write('\u0003');
    await see('Ctrl+C again quits.');
    stdin.write('\u0003');
    expect(await ended).toBe(130);
  });

  it('narrows a list by words, takes a name, and leaves it at an empty line', async () => {
    const {stdin, start, see, plain, session} = onTerminal();
    const ended = start();
    stdin.write('/model\r');
    await see('3. local/guide');
    stdin.write('big\r');
    await see('1. ollama/gemma-big');
    stdin.write('zzz\r');
    await see('Nothing fits "zzz"');
    stdin.write('\r');
    await see('Nothing was chosen.');
    stdin.write('/model\r');
    await vi.waitFor(() => expect(plain().match(/3\. local/g)).toHaveLength(2));
    stdin.write('9\r');
    await see('There is no number 9; they go from 1 to 3.');
    stdin.write('LOCAL/guide\r');
    await see('come from local/guide');
    stdin.write('/quit\r');
    expect(await ended).toBe(0);
    expect(session.snapshot().conversation.model).toBe('local/guide');
  });

  it('puts an earlier prompt where it can be edited, and earlier ones behind the arrow key', async () => {
    const edit: Command = {
      name: 'edit',
      summary: '',
      run: () => ({type: 'edit', promptId: 'n1', text: 'old'}),
    };
    const all = onTerminal(
      {history: {at: index => ['newest', 'two\nlines', 'oldest'][index]}},
      {conversation: conversationOf(['old', 'a1'])},
      {commands: [edit]},
    );
    for (let count = 0; count < 2; count += 1) all.backend.enqueue(text(`answer ${count}`), finish());
    const ended = all.start();
    await all.see('You: old');
    all.stdin.write('/edit\r');
    await vi.waitFor(() => expect(all.plain()).toMatch(/new wording[\s\S]*You: old/));
    all.stdin.write('er\r');
    await all.see('answer 0');
    all.stdin.write('\u001b[A\u001b[A\u001b[A\u001b[A\r');
    await all.see('answer 1');
    all.stdin.end();
    await ended;
    expect(all.prompts()).toEqual(['older', 'oldest']);
  });

  it('leaves editing to a terminal that moves no cursor', async () => {
    const {backend, stdin, start, output, see} = onTerminal({dumb: true});
    backend.enqueue(text('Hello.'), finish());
    const ended = start();
    await see('You: ');
    stdin.write('hi\n');
    await see('Hello.');
    stdin.end();
    expect(await ended).toBe(0);
    expect(output()).not.toContain('\u001b');
    expect(output()).toMatch(/^Welcome\n\nYou: Assistant: Hello\./);
  });

  it('shows the last turns of a conversation that goes on', async () => {
    const {stdin, start, plain} = onTerminal({}, {conversation: conversationOf(['p1', 'a1'])});
    const ended = start();
    stdin.end();
    await ended;
    expect(plain()).toContain('You: p1\n\nAssistant: a1\n\n');
  });
});
