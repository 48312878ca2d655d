import {expect, it} from 'vitest';
import type {Choice, Looks} from '../../src/commands/command.ts';
import {theme} from '../../src/commands/theme.ts';
import {LlmError} from '../../src/core/errors.ts';
import {sessionOver} from '../core/sampleSession.ts';
import {createScriptedBackend} from '../core/scriptedBackend.ts';
import {fakeContext} from './fakeContext.ts';

function prepared(change: Partial<Looks> = {}) {
  const used: string[] = [];
  const kept: string[] = [];
  const looks: Looks = {
    themes: () => ['default', 'nord', 'solarized-dark'],
    describe: name => `about ${name}`,
    sample: columns => [`${columns} columns`],
    faults: () => [],
    current: () => used.at(-1) ?? 'default',
    use(name) {
      if (name === 'nrod')
        throw new LlmError({kind: 'usage', message: 'unknown theme: nrod', hint: 'did you mean nord?'});
      used.push(name);
    },
    async keep(name) {
      kept.push(name);
    },
    ...change,
  };
  const context = fakeContext(sessionOver(createScriptedBackend()), {looks});
  return {context, used, kept, run: (argument: string) => theme.run(argument, context)};
}

async function list(prepare = prepared()) {
  const result = await prepare.run('');
  if (result.type !== 'choose') throw new Error('a list is expected');
  return result;
}

it('offers every theme, with what it is and which one is in use', async () => {
  const {title, choices} = await list();
  expect(title).toBe('Choose a theme');
  expect(choices[0]?.drawn?.(20)).toEqual(['20 columns']);
  expect(choices.map(({drawn: _, ...choice}) => choice)).toEqual([
    {label: 'default', detail: 'about default', line: '/theme default', current: true},
    {label: 'nord', detail: 'about nord', line: '/theme nord', current: false},
    {label: 'solarized-dark', detail: 'about solarized-dark', line: '/theme solarized-dark', current: false},
  ]);
});

it('shows each as it is selected, and the one before when none is chosen', async () => {
  const all = prepared();
  const {choices, highlight} = await list(all);
  highlight?.(choices[1] as Choice);
  highlight?.(choices[2] as Choice);
  highlight?.(null);
  expect(all.used).toEqual(['nord', 'solarized-dark', 'default']);
  expect(all.kept).toEqual([]);
});

it('lives through a file that was broken after it was listed', async () => {
  const {highlight} = await list();
  expect(() => highlight?.({label: 'nrod', line: ''})).not.toThrow();
});

it('says in the list that there are files that cannot be used', async () => {
  expect((await list(prepared({faults: () => ['a: bad']}))).title).toContain(
    'not a file of yours: llm themes list',
  );
  expect((await list(prepared({faults: () => ['a', 'b']}))).title).toContain('not 2 files of yours');
});

it('takes a theme by its name and keeps it', async () => {
  const {run, used, kept} = prepared();
  expect(await run('nord')).toMatchObject({
    notice: {tone: 'success', text: 'The theme is nord from now on.'},
  });
  expect(used).toEqual(['nord']);
  expect(kept).toEqual(['nord']);
});

it('says when another one is shown for it', async () => {
  const {run} = prepared({current: () => 'solarized-light'});
  expect(await run('solarized-dark')).toMatchObject({
    notice: {
      text: 'The theme is solarized-dark from now on. On this background it shows as solarized-light.',
    },
  });
});

it('refuses a name that there is not, and keeps nothing', async () => {
  const {run, kept} = prepared();
  await expect(async () => run('nrod')).rejects.toMatchObject({kind: 'usage', hint: 'did you mean nord?'});
  expect(kept).toEqual([]);
});

it('acts while an answer streams, and completes names', async () => {
  expect(theme.immediate).toBe(true);
  expect(await theme.complete?.('', prepared().context)).toEqual(['default', 'nord', 'solarized-dark']);
});
