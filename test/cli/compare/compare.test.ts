import {existsSync, readFileSync, statSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {Command} from 'commander';
import {describe, expect, it} from 'vitest';
import {compare, defineCompare} from '../../../src/cli/compare/compare.ts';
import {orderArguments} from '../../../src/cli/orderArguments.ts';
import type {Vote} from '../../../src/core/compare/vote.ts';
import {LlmError} from '../../../src/core/errors.ts';
import {conversationOf} from '../../core/sampleSession.ts';
import {finish, type Step, text} from '../../core/scriptedBackend.ts';
import {temporaryFolder} from '../../storage/temporaryFolder.ts';
import {fakeIo} from '../fakeIo.ts';
import {scriptedServices} from '../fakeServices.ts';

function prepared(...answers: (readonly Step[])[]) {
  const {services, backend} = scriptedServices({
    resolveName: async name => {
      if (name === 'nope') throw new LlmError({kind: 'model-unknown', message: 'no model is called nope'});
      return name.includes('/') ? name : `test/${name}`;
    },
  });
  for (const steps of answers) backend.enqueue(...steps);
  const folder = temporaryFolder();
  const run = async (args: readonly string[], stdin?: string) => {
    const fake = fakeIo({stdin: stdin ?? ''});
    const command = defineCompare(new Command('llm compare').exitOverride());
    command.parse(orderArguments(args), {from: 'user'});
    const status = await compare({command, services, io: fake.io, firstFrame: null});
    return {status, out: fake.stdout(), err: fake.stderr()};
  };
  return {services, backend, run, folder};
}

const say = (words: string): Step[] => [text(words), {type: 'usage', output: 7, outputMs: 100}, finish()];

describe('llm compare in a pipe', () => {
  it('prints a section for each model and a table of figures, and keeps the answers as siblings', async () => {
    const {run, services} = prepared(say('From **a**'), say('```sh\nls'));
    const {status, out} = await run(['-m', 'a', '-m', 'b;temperature=0', 'which?'], 'context');
    expect(status).toBe(0);
    expect(out).toMatch(
      /^> context\n>\n> which\?\n\n## 1\. test\/a\n\nFrom \*\*a\*\*\n\n## 2\. test\/b · temperature 0\n\n```sh\nls\n```\n\n\| model \| first token /,
    );
    expect(out).toMatch(/\| test\/b · temperature 0 \| \d+ ms \| 70\.0 \| 7 \| [^|]+ \| [^|]+ \| stop \|\n$/);
    const store = await services.store();
    const {nodes, head} = store.load(store.latest() ?? '');
    const [prompt] = [...nodes.values()].filter(({role}) => role === 'user');
    const kept = [...nodes.values()].filter(({parent}) => parent === prompt?.id);
    expect(kept.map(({model}) => model)).toEqual(['test/a', 'test/b']);
    expect(kept.map(({id}) => id)).toContain(head);
  });

  it('asks one model of a local backend at a time, and stores nothing with -n', async () => {
    const {run, services, backend} = prepared(say('A'), say('B'));
    await run(['-n', '-m', 'a', '-m', 'b;top_k=5', '-s', 'Be brief', 'p']);
    expect(backend.requests.map(({model, options, messages}) => [model, options, messages[0]?.text])).toEqual(
      [
        ['a', {}, 'Be brief'],
        ['b', {top_k: 5}, 'Be brief'],
      ],
    );
    expect((await services.store()).latest()).toBeUndefined();
  });

  it('gives JSON, and the status of a failure when a pane has failed', async () => {
    const {run} = prepared([new LlmError({kind: 'overloaded', message: 'busy', hint: 'Wait.'})], say('B'));
    const {status, out, err} = await run(['--json', '-m', 'a', '-m', 'b', 'p']);
    expect(status).toBe(1);
    expect(err).toBe('llm: test/a: busy. Wait.\n');
    expect(JSON.parse(out)).toMatchObject({
      prompt: 'p',
      answers: [
        {
          model: 'test/a',
          text: '',
          stop: 'error',
          error: {kind: 'overloaded', message: 'busy', hint: 'Wait.'},
        },
        {model: 'test/b', text: 'B', stop: 'stop', usage: {output: 7, estimated: false}},
      ],
    });
  });

  it('says what to type in a shell, not what the chat would take', async () => {
    const hint = 'Try again with /retry, or choose another model with /model.';
    const {run} = prepared([new LlmError({kind: 'overloaded', message: 'busy', hint})], say('B'));
    expect((await run(['-m', 'a', '-m', 'b', 'p'])).err).toBe(
      'llm: test/a: busy. Try again, or choose another model with -m.\n',
    );
    await expect(run(['-m', 'a', '-m', "b;system=it's", '--no-stdin'])).rejects.toMatchObject({
      hint: expect.stringContaining(`llm compare -m a -m 'b;system=it'\\''s' "question"`),
    });
  });

  it.each([
    [['p'], /^compare wants 2 to 6 models, got 0/],
    [['-m', 'a', 'p'], /^compare wants 2 to 6 models, got 1/],
    [['-m', 'a', '-m', 'test/a', 'p'], /^compare wants models that differ, got test\/a twice/],
    [['-m', 'a', '-m', 'nope', 'p'], /^no model is called nope/],
    [['-m', 'a', '-m', 'b;heat=1', 'p'], /^"heat" is no model option/],
    [['-m', 'a', '-m', 'b', '--no-stdin'], /^there is no prompt/],
  ])('refuses %j', async (args, message) => {
    const {run} = prepared();
    await expect(run(args)).rejects.toThrow(message);
  });
});

describe('llm compare --prompts', () => {
  const set = '{"id":"fr","city":"Paris"}\n{"id":"it","city":"Rome"}\n';

  it('asks every model every prompt, keeps each answer at once, and reports', async () => {
    const {run, folder, backend} = prepared(say('1'), say('2'), say('3'), say('4, "quoted"\n=x'));
    const file = join(folder, 'set.jsonl');
    writeFileSync(file, set);
    const [md, csv] = [join(folder, 'r.md'), join(folder, 'r.csv')];
    const args = ['-m', 'a', '-m', 'b', '--prompts', file, '--output', md, '--output', csv, 'Visit {{city}}'];
    const {status, out} = await run(args);
    expect([status, out]).toEqual([0, '']);
    expect(backend.requests.map(({messages}) => messages.at(-1)?.text).sort()).toEqual([
      'Visit Paris',
      'Visit Paris',
      'Visit Rome',
      'Visit Rome',
    ]);
    const report = readFileSync(md, 'utf8');
    expect(report).toMatch(/^\| model \| answers .*\n.*\n\| test\/a \| 2 of 2 \|.*\n\| test\/b \| 2 of 2 \|/);
    expect(report).toMatch(/## it\n\n> Visit Rome\n\n### test\/a\n\n\d/);
    const rows = readFileSync(csv, 'utf8').split('\r\n');
    expect(rows[0]).toMatch(/^id,prompt,model,options,/);
    expect(readFileSync(csv, 'utf8')).toContain('"4, ""quoted""\n=x"');
    const results = join(folder, 'set.results.jsonl');
    expect(readFileSync(results, 'utf8').trim().split('\n')).toHaveLength(4);
    expect(statSync(results).mode & 0o777).toBe(0o600);
  });

  it('goes on where it was ended: what failed, was cut or is new is asked, the rest is not', async () => {
    const {run, folder, backend} = prepared(
      say('1'),
      [new LlmError({kind: 'overloaded', message: 'busy'})],
      say('2'),
    );
    const file = join(folder, 'set.jsonl');
    writeFileSync(file, set);
    const args = ['-m', 'a', '-m', 'b', '--prompts', file, 'Visit {{city}}'];
    backend.enqueue(...say('3'));
    const first = await run(args);
    expect(first.status).toBe(1);
    expect(first.err).toMatch(/^llm: .*, test\/[ab]: busy\n$/);
    // As a program that was killed while it wrote leaves it.
    const results = join(folder, 'set.results.jsonl');
    const lines = readFileSync(results, 'utf8').split('\n');
    writeFileSync(results, `${lines.slice(0, 4).join('\n')}`.slice(0, -20));
    backend.enqueue(...say('4'));
    backend.enqueue(...say('5'));
    const asked = backend.requests.length;
    const second = await run(args);
    expect(second.status).toBe(0);
    expect(second.err).toMatch(/^llm: [23] of 4 answers were there already\n$/);
    expect(backend.requests.length - asked).toBeLessThanOrEqual(2);
    expect(second.out).toMatch(/\| test\/a \| 2 of 2 \|[\s\S]*\| test\/b \| 2 of 2 \|/);
    await run(args);
    expect(backend.requests.length - asked).toBeLessThanOrEqual(2);
    // Another option is another question.
    backend.enqueue(...say('6'));
    backend.enqueue(...say('7'));
    await run(['-m', 'a;seed=1', '-m', 'b', '--prompts', file, 'Visit {{city}}']);
    expect(backend.requests.at(-1)?.options).toEqual({seed: 1});
  });

  it('refuses a report of another kind before anything is asked', async () => {
    const {run, folder, backend} = prepared();
    const file = join(folder, 'set.jsonl');
    writeFileSync(file, set);
    const args = ['-m', 'a', '-m', 'b', '--prompts', file, '--output', 'r.txt', '{{city}}'];
    await expect(run(args)).rejects.toThrow(
      /^--output wants a name that ends with \.md or \.csv, got "r\.txt"/,
    );
    await expect(run(['-m', 'a', '-m', 'b', '--prompts', join(folder, 'none')])).rejects.toMatchObject({
      kind: 'file',
    });
    expect(backend.requests).toEqual([]);
    expect(existsSync(join(folder, 'set.results.jsonl'))).toBe(false);
  });
});

describe('llm compare --leaderboard', () => {
  it('rates who was judged better, and says so when nobody was', async () => {
    const {run, services} = prepared();
    expect((await run(['--leaderboard'])).err).toMatch(/nothing was judged yet/);
    const store = await services.store();
    const conversation = conversationOf(['p', 'A'], {id: 'c1'});
    store.addConversation(conversation);
    const vote = (id: string, verdict: Vote['verdict']): Vote => ({
      id,
      conversationId: 'c1',
      promptId: 'n1',
      created: 1,
      answers: ['a', 'b\u001b[2J'].map(name => ({contestant: {model: `test/${name}`}, messageId: name})),
      verdict,
      blind: true,
    });
    store.saveVote(vote('v1', {type: 'best', index: 1}));
    // Judged again: the later judgement counts.
    store.saveVote(vote('v1', {type: 'best', index: 0}));
    store.saveVote(vote('v2', {type: 'tie'}));
    const {out} = await run(['--leaderboard']);
    const lines = out.trimEnd().split('\n');
    expect(lines[0]).toMatch(/^model +rating +95 % +judged +best +ties +all bad$/);
    expect(lines[1]).toMatch(/^test\/a +1\d{3} +\d+–\d+ +2 +1 +1 +0$/);
    expect(out).not.toContain('\u001b');
    expect(JSON.parse((await run(['--leaderboard', '--json'])).out)).toMatchObject([
      {model: 'test/a', votes: 2, wins: 1, ties: 1},
      {votes: 2, wins: 0, ties: 1},
    ]);
  });
});
