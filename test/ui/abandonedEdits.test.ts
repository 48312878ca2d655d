import {existsSync, mkdirSync, statSync, utimesSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {expect, test} from 'vitest';
import {ownIdentity} from '../../src/storage/processIdentity.ts';
import {makeEditFolder, removeAbandonedEdits} from '../../src/ui/abandonedEdits.ts';
import {temporaryFolder} from '../storage/temporaryFolder.ts';

test('removes the prompts of dead programs, and no others', () => {
  const folder = temporaryFolder();
  const make = (owner: object): string => {
    const own = makeEditFolder(folder);
    writeFileSync(join(own, '.owner.json'), JSON.stringify({...ownIdentity(), ...owner}));
    writeFileSync(join(own, 'prompt.md'), 'secret');
    return own;
  };
  const living = makeEditFolder(folder);
  expect(statSync(living).mode & 0o777).toBe(0o700);
  expect(statSync(join(living, '.owner.json')).mode & 0o777).toBe(0o600);
  const dead = make({started: '1'});
  const elsewhere = make({boot: 'other', host: 'other'});
  const longAgo = make({boot: 'other', host: 'other'});
  utimesSync(longAgo, new Date(0), new Date(0));
  const foreign = join(folder, 'llm-prompt-of-another');
  mkdirSync(foreign);

  removeAbandonedEdits(folder, Date.now());
  expect([living, dead, elsewhere, longAgo, foreign].map(existsSync)).toEqual([
    true,
    false,
    true,
    false,
    true,
  ]);
  removeAbandonedEdits(join(folder, 'none'), Date.now());
});
