import {join} from 'node:path';
import {expect, it} from 'vitest';
import {ollamaSpace} from '../../src/backends/ollamaSpace.ts';
import {temporaryFolder} from '../storage/temporaryFolder.ts';

it('tells the room on the disk of the models, or on that of the home where there are none yet', async () => {
  const home = temporaryFolder();
  expect(await ollamaSpace(home)).toBeGreaterThan(0);
  expect(await ollamaSpace(join(home, 'none'), home)).toBeGreaterThan(0);
});
