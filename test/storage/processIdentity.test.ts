import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {expect, test} from 'vitest';
import {livenessOf, ownIdentity} from '../../src/storage/processIdentity.ts';

const linux = process.platform === 'linux';

test('this program is alive to itself', () => {
  expect(livenessOf(ownIdentity())).toBe('alive');
});

test('a number that belongs to no program, or to a later one, is dead', async () => {
  const child = spawn(process.execPath, ['-e', '']);
  await once(child, 'exit');
  const own = ownIdentity();
  expect(livenessOf({...own, pid: child.pid ?? 0})).toBe('dead');
  expect(livenessOf({...own, started: '1'})).toBe('dead');
});

test.runIf(linux)('after the machine was started anew, its earlier programs are dead', () => {
  expect(livenessOf({...ownIdentity(), boot: 'an earlier one'})).toBe('dead');
});

test.runIf(linux)('programs of other machines and containers cannot be judged', () => {
  const own = ownIdentity();
  expect(livenessOf({...own, boot: 'other', host: 'elsewhere'})).toBe('unknown');
  expect(livenessOf({...own, space: 'pid:[1]'})).toBe('unknown');
});
