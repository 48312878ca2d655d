import {existsSync} from 'node:fs';
import path from 'node:path';
import {pathToFileURL} from 'node:url';
import {expect, it} from 'vitest';
import {childProgram} from '../../src/cli/childProgram.ts';

const root = path.resolve(import.meta.dirname, '../..');

it.each([
  ['src/backends/local', 'engineProcess'],
  ['src/storage', 'keychainProcess'],
])(
  'is the source for a program that runs from its source, though a built one may be there (%s/%s)',
  (folder, name) => {
    const source = path.join(root, folder, `${name}.ts`);
    expect(childProgram(root, folder, name)).toBe(source);
    expect(existsSync(source)).toBe(true);
  },
);

it('is the built program for the built one, wherever in it the question is asked', () => {
  for (const module of ['main.js', path.join('chunks', 'createServices-AB12.js')]) {
    const url = pathToFileURL(path.join(root, 'dist', module)).href;
    expect(childProgram(root, 'src/storage', 'keychainProcess', url)).toBe(
      path.join(root, 'dist', 'keychainProcess.js'),
    );
  }
});
