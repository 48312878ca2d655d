import {PassThrough} from 'node:stream';
import {describe, expect, it, vi} from 'vitest';
import type {CommandContext} from '../../src/commands/command.ts';
import {LlmError} from '../../src/core/errors.ts';
import type {SessionSettings} from '../../src/core/session.ts';
import {type LineModeSettings, startLineMode} from '../../src/plain/startLineMode.ts';
import {fakeContext} from '../commands/fakeContext.ts';
import {conversationOf, sessionOver} from '../core/sampleSession.ts';
import {createScriptedBackend, finish, gate, reasoning, text} from '../core/scriptedBackend.ts';

function prepared(
  change: Partial<LineModeSettings> = {},
  settings: Partial<SessionSettings> = {},
  contextChange: Partial<CommandContext> = {},
) {
  const backend = createScriptedBackend();
  const session = sessionOver(backend, settings);
  const stdin = new PassThrough();
  const stdout = new PassThrough();
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
      'Choose a model; type a number:\n1. ollama/gemma 4B · Q4_K_M · 3.3 GB · loaded\n2. ollama/gemma-big 17.3 GB\n3. local/guide 2 MB\n',
    );
    expect(session.snapshot().conversation.model).toBe('ollama/gemma-big');
    expect(prompts()).toEqual(['2']);
  });

  it('neutralises the choices', async () => {
    const {stdin, start, output} = prepared(
      {},
      {},
      {listModels: async () => [{id: 'x\u001b]0;y\u0007', backend: 'ollama'}]},
    );
    const ended = start();
    stdin.end('/model\n');
    await ended;
    expect(output()).toContain('1. ollama/x␛]0;y␇');
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
});
