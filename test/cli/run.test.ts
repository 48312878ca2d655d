import {writeFileSync} from 'node:fs';
import path from 'node:path';
import {Command} from 'commander';
import {describe, expect, it, vi} from 'vitest';
import type {Services} from '../../src/cli/createServices.ts';
import {guideModel} from '../../src/cli/createServices.ts';
import {orderArguments} from '../../src/cli/orderArguments.ts';
import {defineRun, run} from '../../src/cli/run.ts';
import {type ErrorKind, LlmError} from '../../src/core/errors.ts';
import {holdStore} from '../../src/storage/holdStore.ts';
import {finish, gate, reasoning, type Step, text} from '../core/scriptedBackend.ts';
import {temporaryFolder} from '../storage/temporaryFolder.ts';
import {fakeIo} from './fakeIo.ts';
import {isolatedEnvironment, scriptedServices} from './fakeServices.ts';

type Settings = Parameters<typeof fakeIo>[0] & {
  args?: readonly string[];
  answer?: readonly Step[];
  services?: Partial<Services>;
  variables?: Record<string, string>;
};

function prepared({
  args = ['hi'],
  answer = [text('Hello.'), finish()],
  services: change,
  variables,
  ...input
}: Settings = {}) {
  const {services, backend} = scriptedServices(change, isolatedEnvironment(variables));
  backend.enqueue(...answer);
  const fake = fakeIo(input);
  const command = defineRun(new Command('llm run').exitOverride());
  command.parse(orderArguments(args), {from: 'user'});
  return {...fake, backend, services, start: () => run(command, services, fake.io)};
}

async function runWith(settings: Settings = {}) {
  const all = prepared(settings);
  const status = await all.start();
  const prompt = all.backend.requests[0]?.messages.at(-1);
  return {...all, status, out: all.stdout(), err: all.stderr(), prompt};
}

const fence = '```';
const code = `Do this:\n\n${fence}sh\nls -l\n${fence}\n\nor:\n\n${fence}\npwd\n${fence}\n`;
const failure = (kind: ErrorKind): LlmError => new LlmError({kind, message: 'it broke', hint: 'Mend it.'});

describe('the prompt', () => {
  it.each([
    [{args: ['one', 'two']}, 'one two'],
    [{args: [], stdin: 'from stdin\n'}, 'from stdin'],
    [{args: ['explain'], stdin: 'code\n'}, 'code\n\nexplain'],
    [{args: ['--no-stdin', 'explain'], stdin: 'code\n'}, 'explain'],
    [{args: ['--', '-x', '--json']}, '-x --json'],
  ])('is made of argument and stdin: %j', async (settings, prompt) => {
    expect((await runWith(settings)).prompt?.text).toBe(prompt);
  });

  it('takes its attachments along, from stdin for a dash, which then is no prompt', async () => {
    const file = path.join(temporaryFolder(), 'a.txt');
    writeFileSync(file, 'A');
    const {prompt} = await runWith({args: ['-a', file, '-a', '-', 'compare'], stdin: 'B'});
    expect(prompt).toEqual({
      role: 'user',
      text: 'compare',
      attachments: [
        {kind: 'text', name: 'a.txt', text: 'A'},
        {kind: 'text', name: 'stdin', text: 'B'},
      ],
    });
  });

  it('is sent with the model, system prompt, options and thinking level that were given', async () => {
    const {backend} = await runWith({
      args: ['-m', 'test/big', '-s', 'Be brief', '-o', 'seed', '4', '--think', 'low', 'hi'],
    });
    expect(backend.requests[0]).toMatchObject({
      model: 'big',
      options: {seed: 4},
      think: 'low',
      messages: [
        {role: 'system', text: 'Be brief'},
        {role: 'user', text: 'hi'},
      ],
    });
  });
});

describe('stdout', () => {
  it.each([
    [[text('Hello'), text(' there'), finish()], 'Hello there\n'],
    [[text('Hello\n'), finish()], 'Hello\n'],
    [[text('Hello'), text('\n'), finish()], 'Hello\n'],
    [[text('a\n\n'), finish()], 'a\n\n'],
    [[finish()], ''],
    [[reasoning('hm'), text('So.'), finish()], 'So.\n'],
    [[text('\u001b[31mraw\u001b[0m'), finish()], '\u001b[31mraw\u001b[0m\n'],
  ])('has the answer and nothing else, with a newline at its end: %j', async (answer, out) => {
    for (const args of [['hi'], ['--no-stream', 'hi'], ['--raw', 'hi']]) {
      const result = await runWith({args, answer});
      expect(result.out).toBe(out);
      expect(result.status).toBe(0);
      expect(result.err).toBe('');
    }
  });

  it('streams, unless it is not to', async () => {
    for (const [args, streams] of [
      [['hi'], true],
      [['--no-stream', 'hi'], false],
      [['--json', 'hi'], false],
    ] as const) {
      const {step, open} = gate();
      const seen = gate();
      const all = prepared({args, answer: [text('first'), seen.step, step, text(' second'), finish()]});
      const ended = all.start();
      await vi.waitFor(() => expect(all.backend.requests).toHaveLength(1));
      seen.open();
      await new Promise(setImmediate);
      expect(all.stdout()).toBe(streams ? 'first' : '');
      open();
      expect(await ended).toBe(0);
      expect(all.stdout()).toContain('second');
    }
  });

  it('never gets a control sequence of the model when it is a terminal', async () => {
    for (const args of [
      ['--raw', 'hi'],
      ['-x', 'hi'],
      ['--render', 'hi'],
      ['--no-stream', 'hi'],
    ]) {
      const {out} = await runWith({
        args,
        terminal: true,
        variables: {NO_COLOR: '1'},
        answer: [text('a\u001b]52;c;eA==\u0007b \u009b2J'), finish()],
      });
      expect(out).not.toMatch(/\u001b\]|\u0007|\u009b/);
      expect(out).toContain('a␛]52');
    }
  });

  it('is rendered with --render, also in a pipe', async () => {
    const answer = [
      text('# Title\n\nSome **bold** te'),
      text('xt\n\n| a | b |\n| - | - |\n| 1 | 2 |\n'),
      finish(),
    ];
    const {out, status} = await runWith({args: ['--render', 'hi'], answer});
    expect(status).toBe(0);
    expect(out).toContain('Title');
    expect(out).toContain('bold');
    expect(out).not.toContain('**');
    expect(out).not.toContain('| - |');
    expect(out).toMatch(/[^\n]\n$/);
    expect(await runWith({args: ['--render', '--no-stream', 'hi'], answer})).toMatchObject({out});
  });

  it('has only the first or the last fenced block with -x and --xl', async () => {
    expect(await runWith({args: ['-x', 'hi'], answer: [text(code), finish()]})).toMatchObject({
      out: 'ls -l\n',
      err: '',
    });
    expect((await runWith({args: ['--xl', 'hi'], answer: [text(code), finish()]})).out).toBe('pwd\n');
  });

  it('has the whole answer, and stderr a warning, with -x when there is no fenced block', async () => {
    const {out, err, status} = await runWith({args: ['-x', 'hi']});
    expect(out).toBe('Hello.\n');
    expect(err).toMatch(/^llm: .*no fenced code block.*\n$/);
    expect(status).toBe(0);
    expect((await runWith({args: ['-x', '-q', 'hi']})).err).toBe('');
  });

  it('has one object with --json', async () => {
    const {out} = await runWith({
      args: ['--json', 'hi'],
      answer: [
        reasoning('hm'),
        text('Hello.'),
        {type: 'usage', input: 3, output: 10, outputMs: 100, cached: 1},
        finish('length'),
      ],
    });
    expect(out.endsWith('}\n')).toBe(true);
    expect(JSON.parse(out)).toEqual({
      id: expect.stringMatching(/^[0-9a-z]{26}$/),
      model: 'test/model',
      backend: 'test',
      text: 'Hello.',
      reasoning: 'hm',
      usage: {input: 3, output: 10, cached: 1, estimated: false},
      timing: {first_token_ms: expect.any(Number), total_ms: expect.any(Number), tokens_per_second: 100},
      stop: 'length',
    });
  });

  it('has the cost with --json where a price is known, and our own count where the server gave none', async () => {
    const {out} = await runWith({
      args: ['--json', 'hi'],
      answer: [text('Hello.'), {type: 'usage', output: 10}, finish()],
      services: {priceOf: async ({model, usage}) => (model && usage?.sent ? 0.0012 : undefined)},
    });
    expect(JSON.parse(out)).toMatchObject({
      usage: {input: expect.any(Number), output: 10, estimated: true},
      cost: 0.0012,
    });
  });

  it.each([[[]], [['--raw']], [['--jsonl']], [['-x']]])(
    'waits for no price with %j, where none is shown',
    async args => {
      const priceOf = vi.fn(async () => 1);
      await runWith({args: [...args, 'hi'], services: {priceOf}});
      expect(priceOf).not.toHaveBeenCalled();
    },
  );

  it('has the events with --jsonl, a line each, the last of type finish', async () => {
    const {out} = await runWith({
      args: ['--jsonl', 'hi'],
      answer: [{type: 'start', model: 'm'}, text('Hel\n'), text('lo'), {type: 'usage', output: 2}, finish()],
    });
    expect(out.endsWith('\n')).toBe(true);
    expect(
      out
        .trimEnd()
        .split('\n')
        .map(line => JSON.parse(line)),
    ).toEqual([
      {type: 'start', model: 'm'},
      {type: 'text', text: 'Hel\n'},
      {type: 'text', text: 'lo'},
      {type: 'usage', output: 2},
      {type: 'finish', reason: 'stop'},
    ]);
  });
});

describe('stderr', () => {
  it('has counts and timing with -u', async () => {
    const {err, out} = await runWith({
      args: ['-u', 'hi'],
      answer: [text('Hello.'), {type: 'usage', input: 3, output: 10, outputMs: 100}, finish()],
    });
    expect(out).toBe('Hello.\n');
    expect(err).toMatch(
      /^3 tokens in · 10 out · \d+ ms to first token · 100\.0 tok\/s · no price · test\/model\n$/,
    );
  });

  it.each([
    [{input: 1000, output: 10}, 0.0012, '1000 tokens in · 10 out', '· $0.0012 ·'],
    [{output: 10}, 0.0012, '~9 tokens in · 10 out', '· ~$0.0012 ·'],
    [{input: 1000, output: 10}, 0, '1000 tokens in · 10 out', '· $0 ·'],
  ])('has the cost with -u: of %j at %d', async (counts, price, before, words) => {
    const {err} = await runWith({
      args: ['-u', 'hi'],
      answer: [text('Hello.'), {type: 'usage', ...counts}, finish()],
      services: {priceOf: async () => price},
    });
    expect(err).toContain(before);
    expect(err).toContain(words);
  });

  it('has the request with --show-prompt, which is sent, and --dry-run, which is not', async () => {
    const args = ['-s', 'Be brief', '-o', 'seed', '4', 'say \u001b[2Jhi'];
    const shown = await runWith({args: ['--show-prompt', ...args]});
    expect(shown.err).toBe('model: test/model\nseed: 4\n--- system\nBe brief\n--- user\nsay ␛[2Jhi\n');
    expect(shown.out).toBe('Hello.\n');
    const dry = await runWith({args: ['--dry-run', ...args]});
    expect(dry).toMatchObject({err: shown.err, out: '', status: 0});
    expect(dry.backend.requests).toEqual([]);
  });

  it('has warnings, but for -q', async () => {
    const answer: Step[] = [
      {type: 'warning', message: 'old\u001b[2J model'},
      text('Hello.'),
      finish('length'),
    ];
    const {err, out} = await runWith({answer, services: {warnings: ['odd settings']}});
    expect(err).toBe('llm: odd settings\nllm: old␛[2J model\nllm: the answer was cut at its token limit\n');
    expect(out).toBe('Hello.\n');
    expect((await runWith({args: ['-q', 'hi'], answer, services: {warnings: ['odd settings']}})).err).toBe(
      '',
    );
  });

  it('says in one line that the guide answers by default', async () => {
    const services: Partial<Services> = {
      chooseModel: async () => ({name: guideModel, backend: 'local', model: 'guide', reason: 'default'}),
    };
    const {err} = await runWith({services});
    expect(err).toMatch(/^llm: .*guide.*\n$/);
    const chosen = await runWith({
      services: {
        chooseModel: async () => ({name: guideModel, backend: 'local', model: 'guide', reason: 'flag'}),
      },
    });
    expect(chosen.err).toBe('');
  });

  it('says with -v who is asked', async () => {
    expect((await runWith({args: ['-v', 'hi']})).err).toContain('asking test/model');
  });
});

describe('the exit status', () => {
  it.each([
    ['overloaded', 1],
    ['rate-limit', 1],
    ['unreachable', 3],
    ['auth', 4],
    ['context', 5],
    ['model-unknown', 2],
  ] as const)('of %s is %d, with what had come on stdout and one line on stderr', async (kind, expected) => {
    const {status, out, err} = await runWith({answer: [text('half of'), failure(kind)]});
    expect(status).toBe(expected);
    expect(out).toBe('half of\n');
    expect(err).toBe('llm: it broke. Mend it.\n');
  });

  it('of a cut stream is 1', async () => {
    const {status, out, err} = await runWith({answer: [text('half of')]});
    expect(status).toBe(1);
    expect(out).toBe('half of\n');
    expect(err).toContain('without finishing');
  });

  it.each([
    [['--json', '--jsonl', 'hi'], /--json and --jsonl exclude/],
    [['--render', '--raw', 'hi'], /exclude each other/],
    [['-o', 'heat', '1', 'hi'], /unknown option/],
  ])('of %j is that of a wrong use', async (args, message) => {
    await expect(runWith({args})).rejects.toMatchObject({
      kind: 'usage',
      message: expect.stringMatching(message),
    });
  });

  it.each([
    [{args: []}, /there is no prompt/],
    [{args: ['-a', '/no/such/file', 'hi']}, /there is no such file/],
    [{args: ['--schema', 'a strng', 'hi']}, /does not understand/],
    [{args: ['-c', 'hi']}, /no conversation to go on with/],
    [{args: ['hi'], variables: {LLM_TEMPERATURE: 'hot'}}, /LLM_TEMPERATURE wants/],
  ])('of %j is 2, and nothing is on stdout', async (settings, message) => {
    const {status, out, err, backend} = await runWith(settings);
    expect(status).toBe(2);
    expect(out).toBe('');
    expect(err).toMatch(/^llm: .*\n$/);
    expect(err).toMatch(message);
    expect(backend.requests).toEqual([]);
  });

  it('goes with an error object for --json and an error line for --jsonl, also when there was no answer', async () => {
    const error = {kind: 'auth', message: 'it broke', hint: 'Mend it.'};
    const json = await runWith({args: ['--json', 'hi'], answer: [failure('auth')]});
    expect(json.status).toBe(4);
    expect(JSON.parse(json.out)).toEqual({error});
    const half = await runWith({args: ['--json', 'hi'], answer: [text('half'), failure('auth')]});
    expect(JSON.parse(half.out)).toMatchObject({error, text: 'half', model: 'test/model'});
    const lines = await runWith({args: ['--jsonl', 'hi'], answer: [text('half'), failure('auth')]});
    expect(
      lines.out
        .trimEnd()
        .split('\n')
        .map(line => JSON.parse(line)),
    ).toEqual([
      {type: 'text', text: 'half'},
      {type: 'error', ...error},
    ]);
    const early = await runWith({
      args: ['--json', 'hi'],
      services: {
        chooseModel: async () => {
          throw failure('model-unknown');
        },
      },
    });
    expect(early.status).toBe(2);
    expect(JSON.parse(early.out)).toEqual({error: {...error, kind: 'model-unknown'}});
  });

  it('goes with a single line on stderr when -x gets no answer', async () => {
    const {err} = await runWith({args: ['-x', 'hi'], answer: [failure('unreachable')]});
    expect(err).toBe('llm: it broke. Mend it.\n');
  });
});

describe('a schema', () => {
  const args = ['--schema', 'name, age int', 'hi'];

  it('is sent to the backend, and the answer that fits is an object with --json', async () => {
    const answer = [text('{"name": "A",'), text(' "age": 3}'), finish()];
    const {status, out, backend} = await runWith({args: ['--json', ...args], answer});
    expect(status).toBe(0);
    expect(JSON.parse(out).object).toEqual({name: 'A', age: 3});
    expect(backend.requests[0]?.schema).toMatchObject({type: 'object', required: ['name', 'age']});
  });

  it('that the answer does not fit is status 6, after the answer was printed', async () => {
    const {status, out, err} = await runWith({args, answer: [text('{"name": "A"}'), finish()]});
    expect(status).toBe(6);
    expect(out).toBe('{"name": "A"}\n');
    expect(err).toMatch(/^llm: the answer does not fit --schema: .*age.*\n$/);
    const json = await runWith({args: ['--json', ...args], answer: [text('no JSON'), finish()]});
    expect(json.status).toBe(6);
    expect(JSON.parse(json.out).error.kind).toBe('schema');
  });

  it('is not checked when the answer failed', async () => {
    const {status} = await runWith({args, answer: [text('{"na'), failure('unreachable')]});
    expect(status).toBe(3);
  });
});

describe('being interrupted', () => {
  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ] as const)('by %s stops the backend, prints what had come and ends with %d', async (signal, expected) => {
    const before = process.listenerCount(signal);
    const all = prepared({answer: [text('so far'), gate().step]});
    const ended = all.start();
    await vi.waitFor(() => expect(all.stdout()).toBe('so far'));
    process.emit(signal, signal);
    expect(await ended).toBe(expected);
    expect(all.stdout()).toBe('so far\n');
    expect(all.backend.aborted()).toBe(1);
    expect(process.listenerCount(signal)).toBe(before);
  });

  it('keeps what had come in the history', async () => {
    const all = prepared({answer: [text('so far'), gate().step]});
    const ended = all.start();
    await vi.waitFor(() => expect(all.stdout()).toBe('so far'));
    process.emit('SIGINT', 'SIGINT');
    await ended;
    const store = await all.services.store();
    const conversation = store.load(store.latest() ?? '');
    expect(conversation.nodes.get(conversation.head ?? '')).toMatchObject({text: 'so far', stop: 'aborted'});
  });
});

describe('a reader that goes away', () => {
  const brokenPipe = (code: string): Error => Object.assign(new Error(`write ${code}`), {code});

  it('ends the answer quietly, with status 0, and stops the backend', async () => {
    const all = prepared({answer: [text('first\n'), gate().step, text('second\n'), finish()]});
    const ended = all.start();
    await vi.waitFor(() => expect(all.stdout()).toBe('first\n'));
    all.stream.destroy(brokenPipe('EPIPE'));
    expect(await ended).toBe(0);
    expect(all.stderr()).toBe('');
    expect(all.backend.aborted()).toBe(1);
  });

  it('is not what a full disk is: that is a failure', async () => {
    const all = prepared({answer: [text('first\n'), gate().step, text('second\n'), finish()]});
    const ended = all.start();
    await vi.waitFor(() => expect(all.stdout()).toBe('first\n'));
    all.stream.destroy(brokenPipe('ENOSPC'));
    expect(await ended).toBe(1);
  });
});

describe('the history', () => {
  it('keeps prompt and answer, and -c goes on with them and their model', async () => {
    const {services, backend} = scriptedServices();
    const runOnce = async (...args: string[]): Promise<number> => {
      const command = defineRun(new Command('llm run').exitOverride());
      command.parse(orderArguments(args), {from: 'user'});
      return run(command, services, fakeIo().io);
    };
    backend.enqueue(text('a1'), finish());
    backend.enqueue(text('a2'), finish());
    await runOnce('-m', 'test/special', '-s', 'Be brief', 'p1');
    await runOnce('-c', 'p2');
    expect(backend.requests[1]).toMatchObject({
      model: 'special',
      messages: [
        {role: 'system', text: 'Be brief'},
        {role: 'user', text: 'p1'},
        {role: 'assistant', text: 'a1'},
        {role: 'user', text: 'p2'},
      ],
    });
    const store = await services.store();
    expect(store.list({limit: 10})).toHaveLength(1);
  });

  it('keeps nothing with -n', async () => {
    const {services} = await runWith({args: ['-n', 'hi']});
    expect((await services.store()).list({limit: 10})).toEqual([]);
  });

  it('that cannot be written is a warning, and the answer comes all the same', async () => {
    const {out, err, status} = await runWith({
      services: {heldStore: async () => holdStore({path: '/dev/null/llm.db'})},
    });
    expect(out).toBe('Hello.\n');
    expect(status).toBe(0);
    expect(err.match(/\/dev\/null/g)).toHaveLength(2);
    expect(err).toMatch(/^llm: nothing of this is stored: \/dev\/null\/llm\.db: [^\n]*\n$/);
  });
});

describe('a pause before the backend is asked again', () => {
  const pause = (attempt: number, ms: number): Step => ({
    type: 'wait',
    reason: 'X asks to slow down',
    attempt,
    ms,
  });
  const answer = [
    pause(1, 2_000),
    pause(1, 1_000),
    pause(1, 0),
    pause(2, 3_000),
    pause(2, 0),
    text('Hello.'),
    finish(),
  ];

  it('is told of on stderr, once each where nothing can be counted down', async () => {
    const {out, err, status} = await runWith({answer});
    expect([out, status]).toEqual(['Hello.\n', 0]);
    expect(err).toBe(
      'llm: X asks to slow down; asking again in 2 s\nllm: X asks to slow down; asking again in 3 s\n',
    );
  });

  it('is silent with -q, and an event with --jsonl', async () => {
    expect((await runWith({args: ['-q', 'hi'], answer})).err).toBe('');
    const {out} = await runWith({args: ['--jsonl', 'hi'], answer});
    expect(JSON.parse(out.split('\n')[0] ?? '')).toEqual({
      type: 'wait',
      reason: 'X asks to slow down',
      attempt: 1,
      ms: 2_000,
    });
  });
});
