import {expect, test} from 'vitest';
import {deleteOld} from '../../src/cli/deleteOld.ts';
import {openStore} from '../../src/storage/openStore.ts';
import {answer, emptyConversation, prompt, record} from '../storage/sampleConversation.ts';
import {isolatedEnvironment} from './fakeServices.ts';

const dayMs = 24 * 60 * 60 * 1000;
const now = Date.UTC(2026, 10, 21);

function prepared(ages: Record<string, number>) {
  const {paths} = isolatedEnvironment();
  const store = openStore({path: paths.database});
  for (const [id, days] of Object.entries(ages)) {
    const created = now - days * dayMs;
    record(
      store,
      emptyConversation(id, created),
      prompt(`${id}-p`, null, id, created),
      answer(`${id}-a`, `${id}-p`, 'a', created),
    );
  }
  const left = () => [false, true].flatMap(archived => store.list({limit: 100, archived}).map(({id}) => id));
  return {store, paths, left};
}

test('deletes what was not changed for so long, and says so in one line', async () => {
  const {store, paths, left} = prepared({old: 31, older: 400, young: 29});
  const lines = await deleteOld({store, paths, days: 30, isOpen: () => false, now});
  expect(lines).toEqual([
    expect.stringMatching(
      /^2 conversations were not changed for 30 days and deleted \(history\.retentionDays\); .*forget/,
    ),
  ]);
  expect(left()).toEqual(['young']);
  expect(await deleteOld({store, paths, days: 30, isOpen: () => false, now})).toEqual([]);
  store.close();
});

test('leaves alone what is archived, and what is on the screen', async () => {
  const {store, paths, left} = prepared({archived: 31, open: 31, old: 31});
  store.archive('archived', true);
  const lines = await deleteOld({store, paths, days: 30, isOpen: id => id === 'open', now});
  expect(lines[0]).toMatch(/^1 conversation was /);
  expect(left()).toEqual(['open', 'archived']);
  store.close();
});

test('goes through many without missing one', async () => {
  const ages = Object.fromEntries(Array.from({length: 35}, (_, number) => [`c${number}`, 100 + number]));
  const {store, paths, left} = prepared(ages);
  const lines = await deleteOld({store, paths, days: 30, isOpen: () => false, now});
  expect(lines[0]).toMatch(/^35 /);
  expect(left()).toEqual([]);
  store.close();
});
