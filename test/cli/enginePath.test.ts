import {existsSync} from 'node:fs';
import path from 'node:path';
import {pathToFileURL} from 'node:url';
import {expect, it} from 'vitest';
import {enginePath} from '../../src/cli/enginePath.ts';

const root = path.resolve(import.meta.dirname, '../..');

it('is the source for a program that runs from its source, though a built one may be there', () => {
  const source = path.join(root, 'src', 'backends', 'local', 'engineProcess.ts');
  expect(enginePath(root)).toBe(source);
  expect(existsSync(source)).toBe(true);
});

it('is the built program for the built one, wherever in it the question is asked', () => {
  for (const module of ['main.js', path.join('chunks', 'createServices-AB12.js')]) {
    const url = pathToFileURL(path.join(root, 'dist', module)).href;
    expect(enginePath(root, url)).toBe(path.join(root, 'dist', 'engineProcess.js'));
  }
});
