import {execFileSync} from 'node:child_process';
import {mkdirSync, mkdtempSync, rmSync, symlinkSync, unlinkSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {describe, expect, it, onTestFinished} from 'vitest';
import {createFileList, listFiles} from '../../src/cli/listFiles.ts';

function folderWith(...files: string[]): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'llm-files-'));
  onTestFinished(() => rmSync(folder, {recursive: true, force: true}));
  for (const file of files) write(folder, file);
  return folder;
}

function write(folder: string, file: string, text = ''): void {
  mkdirSync(path.dirname(path.join(folder, file)), {recursive: true});
  writeFileSync(path.join(folder, file), text);
}

function git(folder: string, ...words: string[]): void {
  execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@t', ...words], {
    cwd: folder,
    stdio: 'ignore',
  });
}

describe('the files below a folder', () => {
  it('are those in no hidden folder and no node_modules, the nearest first', async () => {
    const folder = folderWith(
      'z.txt',
      '.env',
      'a/b.txt',
      'a/c/d.txt',
      '.git2/x',
      'node_modules/m/i.js',
      'a/node_modules/n',
    );
    expect(await listFiles(folder)).toEqual(['.env', 'z.txt', 'a/b.txt', 'a/c/d.txt']);
  });

  it('are only real files, and none more than eight levels deep', async () => {
    const folder = folderWith('1/2/3/4/5/6/7/in.txt', '1/2/3/4/5/6/7/8/out.txt');
    symlinkSync('/', path.join(folder, 'link'));
    expect(await listFiles(folder)).toEqual(['1/2/3/4/5/6/7/in.txt']);
  });

  it('are none where there is no such folder', async () => {
    expect(await listFiles('/no/such/folder')).toEqual([]);
  });
});

describe('the files of a git work tree', () => {
  it('are those that git tracks or would, without those that were deleted', async () => {
    const folder = folderWith(
      'kept.txt',
      'gone.txt',
      'ignored.log',
      '.gitignore',
      'sub/ä b.txt',
      '.hidden/h.txt',
      'build/out.js',
    );
    write(folder, '.gitignore', '*.log\nbuild/\n');
    git(folder, 'init');
    git(folder, 'add', '-A');
    write(folder, 'new\nname.txt');
    unlinkSync(path.join(folder, 'gone.txt'));
    const expected = ['.gitignore', '.hidden/h.txt', 'kept.txt', 'new\nname.txt', 'sub/ä b.txt'];
    expect([...(await listFiles(folder))].sort()).toEqual(expected);
    expect(await listFiles(path.join(folder, 'sub'))).toEqual(['ä b.txt']);
  });

  it('are listed without running what the repository names as its file watcher', async () => {
    const folder = folderWith('a.txt');
    git(folder, 'init');
    write(folder, '.git/watch', `#!/bin/sh\ntouch "${folder}/ran"\n`);
    execFileSync('chmod', ['+x', path.join(folder, '.git/watch')]);
    git(folder, 'config', 'core.fsmonitor', path.join(folder, '.git/watch'));
    expect(await listFiles(folder)).toEqual(['a.txt']);
    expect(await listFiles(folder)).not.toContain('ran');
  });
});

describe('a list of files that is asked for again and again', () => {
  it('is looked for once', async () => {
    const folder = folderWith('a.txt');
    const list = createFileList(folder);
    const first = await list();
    write(folder, 'b.txt');
    expect(await list()).toBe(first);
  });
});
