import {readFileSync} from 'node:fs';
import {expect, it} from 'vitest';
import {createPullMemory} from '../../src/cli/createPullMemory.ts';
import {isolatedEnvironment, scriptedServices} from './fakeServices.ts';

it('keeps the pulls of each server apart, and knows itself', () => {
  const environment = isolatedEnvironment();
  const {services} = scriptedServices({}, environment);
  const {backends} = services;
  const at = (address: string) =>
    createPullMemory({
      environment,
      backends: {
        ...backends,
        find: id => ({
          id,
          label: `Ollama at ${address}`,
          local: true,
          ready: true,
          open: () => backends.open(id),
        }),
      },
    });
  const a = at('a');
  a.change(known => [...known, {name: 'ollama/x', completed: 1, total: 2}]);
  expect(a.read()).toEqual([{name: 'ollama/x', completed: 1, total: 2, server: 'Ollama at a'}]);
  const b = at('b');
  expect(b.read()).toEqual([]);
  b.change(known => [...known, {name: 'ollama/x', completed: 0, total: 2}]);
  b.change(() => []);
  expect(a.read()).toHaveLength(1);
  a.change(() => []);
  expect(() => readFileSync(environment.paths.pulls)).toThrow(/ENOENT/);
  const own = a.own?.();
  expect(own && a.isAlive?.(own)).toBe(true);
  expect(own && a.isAlive?.({...own, started: 'before'})).toBe(false);
});
