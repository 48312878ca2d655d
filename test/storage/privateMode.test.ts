import {execFileSync} from 'node:child_process';
import {chmodSync, mkdirSync, statSync, symlinkSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {describe, expect, test} from 'vitest';
import {privateFolder, tighten} from '../../src/storage/privateMode.ts';
import {temporaryFolder} from './temporaryFolder.ts';

const mode = (path: string) => (statSync(path).mode & 0o7777).toString(8);

function wideFolder(): string {
  const path = join(temporaryFolder(), 'wide');
  mkdirSync(path);
  chmodSync(path, 0o755);
  return path;
}

describe.skipIf(process.platform === 'win32')('privateFolder', () => {
  test('makes folders for their owner alone, silently', () => {
    const folder = temporaryFolder();
    const path = join(folder, 'a', 'b');
    expect(privateFolder(path)).toEqual([]);
    expect([mode(join(folder, 'a')), mode(path)]).toEqual(['700', '700']);
    expect(privateFolder(path)).toEqual([]);
  });

  test('tightens a wider one and says so, once', () => {
    const path = wideFolder();
    expect(privateFolder(path, temporaryFolder())).toEqual([
      `${path} could be read by other users (mode 0755); it is now private (0700).`,
    ]);
    expect(mode(path)).toBe('700');
    expect(privateFolder(path)).toEqual([]);
  });

  test("leaves the person's home folder as wide as it is, also under another name", () => {
    const home = wideFolder();
    const link = join(temporaryFolder(), 'link');
    symlinkSync(home, link);
    expect(privateFolder(home, home)).toEqual([]);
    expect(privateFolder(link, home)).toEqual([]);
    expect(privateFolder(`${home}/`, link)).toEqual([]);
    expect(mode(home)).toBe('755');
  });

  test('leaves a folder that is shared on purpose, and says so', () => {
    const path = wideFolder();
    chmodSync(path, 0o1777);
    expect(privateFolder(path)).toEqual([`${path} is shared with other users (mode 0777); it was left so.`]);
    expect(mode(path)).toBe('1777');
  });
});

describe.skipIf(process.platform === 'win32')('tighten', () => {
  test('gives a file 0600 and a folder 0700, and has nothing to say of what is not there', () => {
    const folder = wideFolder();
    const file = join(folder, 'file');
    writeFileSync(file, '');
    chmodSync(file, 0o664);
    expect(tighten(file)).toHaveLength(1);
    expect(tighten(folder)).toHaveLength(1);
    expect([mode(file), mode(folder)]).toEqual(['600', '700']);
    expect(tighten(join(folder, 'absent'))).toEqual([]);
    expect(tighten(join(file, 'inside a file'))).toEqual([]);
  });

  test('leaves what is neither file nor folder alone, also where a link leads to it', () => {
    const [pipe, link] = [join(temporaryFolder(), 'pipe'), join(temporaryFolder(), 'history')];
    execFileSync('mkfifo', ['-m', '666', pipe]);
    symlinkSync(pipe, link);
    expect(tighten(link)).toEqual([]);
    expect(mode(pipe)).toBe('666');
  });
});
