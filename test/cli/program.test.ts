import {describe, expect, it} from 'vitest';
import {chooseSubcommand, runProgram} from '../../src/cli/program.ts';
import {subcommands} from '../../src/cli/subcommands.ts';
import {version} from '../../src/cli/version.ts';
import {fakeIo} from './fakeIo.ts';
import {isolatedEnvironment} from './fakeServices.ts';

const choose = (args: readonly string[], isTerminal: boolean): string => {
  const {subcommand, rest} = chooseSubcommand(args, isTerminal);
  return [subcommand.name, ...rest].join(' ');
};

async function program(...args: string[]) {
  const fake = fakeIo();
  const status = await runProgram(args, isolatedEnvironment(), fake.io, null);
  return {status, out: fake.stdout(), err: fake.stderr()};
}

describe('llm help', () => {
  it('knows the slash commands', async () => {
    expect((await program('help', 'copy')).out).toMatch(
      /^In the chat:\n\n\/copy \[code \[N\] \| prompt \| all\]\n/,
    );
    expect((await program('help', '/exit')).out).toContain('/quit');
  });

  it('names the nearest of what it does not know', async () => {
    const {status, err} = await program('help', 'copi');
    expect(status).toBe(2);
    expect(err).toBe('llm: there is no command "copi". Did you mean llm help copy or llm help cost?\n');
  });
});

describe('which subcommand is meant', () => {
  it.each(subcommands.map(({name}) => name))('%s when it is named, wherever stdin comes from', name => {
    expect(choose([name, '-x', 'a'], true)).toBe(`${name} -x a`);
    expect(choose([name], false)).toBe(name);
  });

  it.each([
    [[], true, 'chat'],
    [[], false, 'run'],
    [['-m', 'x'], true, 'chat -m x'],
    [['-m', 'x'], false, 'run -m x'],
    [['what is this?'], true, 'run what is this?'],
    [['summarise'], false, 'run summarise'],
  ] as const)('for %j (terminal: %s) is %s', (args, isTerminal, expected) => {
    expect(choose(args, isTerminal)).toBe(expected);
  });

  it.each([
    [['pull', 'qwen3:4b'], 'Use: llm models pull qwen3:4b. To ask it as a question: llm run "pull qwen3:4b"'],
    [['ls'], 'Use: llm models list. To ask it as a question: llm run "ls"'],
    [['search', 'sky', 'blue'], 'Use: llm history search sky blue.'],
    [['rm', 'a;b'], "Use: llm models rm 'a;b'."],
    [['serve'], 'There is none like it here: see llm help. To ask it as a question: llm run "serve"'],
    [['show', '$HOME'], 'To ask it as a question: llm run "show \\$HOME"'],
  ])('is none for %j, which other programs know, wherever nothing is piped in', (args, hint) => {
    for (const isTerminal of [true, false]) {
      expect(() => chooseSubcommand(args, isTerminal, false)).toThrowError(
        expect.objectContaining({kind: 'usage', hint: expect.stringContaining(hint)}),
      );
    }
  });

  it('is a question about what is piped in, whatever it begins with', () => {
    expect(choose(['list', 'bugs'], false)).toBe('run list bugs');
  });

  it.each([
    [['list', 'three', 'prime', 'numbers']],
    [['show me the way']],
    [['search', 'what', 'exactly?']],
    [['why', 'is', 'the', 'sky', 'blue']],
    [['constructor']],
  ])('takes %j for a question', args => {
    const {subcommand, rest} = chooseSubcommand(args, false, false);
    expect([subcommand.name, ...rest]).toEqual(['run', ...args]);
  });

  it('is none for one word that names nothing on a terminal, and the nearest is told', () => {
    expect(() => choose(['histroy'], true)).toThrowError(
      expect.objectContaining({kind: 'usage', hint: expect.stringContaining('llm history')}),
    );
    expect(() => choose(['zzzzzz'], true)).toThrowError(
      expect.objectContaining({hint: expect.stringContaining('llm run "zzzzzz"')}),
    );
  });
});

describe('the program', () => {
  it('shows an overview of every subcommand', async () => {
    for (const args of [['help'], ['--help'], ['-h']]) {
      const {status, out, err} = await program(...args);
      expect(status).toBe(0);
      expect(err).toBe('');
      expect(out).toContain(version);
      for (const {name, summary} of subcommands) {
        expect(out).toContain(`  ${name} `);
        expect(out).toContain(summary);
      }
    }
  });

  it.each(subcommands.map(({name}) => name))('shows the help of %s', async name => {
    const {status, out} = await program('help', name);
    expect(status).toBe(0);
    expect(out).toContain(`Usage: llm ${name}`);
    expect((await program(name, '--help')).out).toContain(`Usage: llm ${name}`);
  });

  it('shows the slash commands and keys in the help of chat', async () => {
    const {out} = await program('help', 'chat');
    expect(out).toContain('/model');
    expect(out).toContain('Ctrl+C');
  });

  it.each([
    [['histroy'], /^llm: there is no command "histroy"\. Did you mean .*history/],
    [['help', 'nothing'], /^llm: there is no command "nothing"\. See: llm help\n$/],
    [['run', '--josn', 'hi'], /^llm: unknown option '--josn'.*--json.*\n$/],
    [['run', '-m'], /^llm: option '-m, --model <id>' argument missing.*\n$/],
    [['run', '-o', 'heat', '1', 'x'], /^llm: unknown option -o heat\. Known: /],
    [['history', 'lose'], /^llm: history knows no action "lose"/],
    [['no\u001b[2Jthing'], /^llm: there is no command "no␛\[2Jthing"/],
  ] as const)('ends %j with 2 and says why', async (args, message) => {
    const {status, out, err} = await program(...args);
    expect(status).toBe(2);
    expect(out).toBe('');
    expect(err).toMatch(message);
  });
});
