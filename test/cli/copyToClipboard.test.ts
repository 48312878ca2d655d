import {chmodSync, readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {expect, it} from 'vitest';
import {copyToClipboard} from '../../src/cli/copyToClipboard.ts';
import {type Host, readEnvironment} from '../../src/cli/environment.ts';
import {temporaryFolder} from '../storage/temporaryFolder.ts';

/** A clipboard tool: a shell script that is given its own folder as `$here`. */
function tool(folder: string, name: string, script: string): void {
  const file = join(folder, name);
  writeFileSync(file, `#!/bin/sh\nhere='${folder}'\n${script}\n`);
  chmodSync(file, 0o755);
}

const keep = 'echo "$@" > "$here/args"; cat > "$here/text"';

/** Copies in a session of this kind; what was written to the terminal comes back too. */
async function copy(
  text: string,
  host: Partial<Host>,
  {term = 'xterm', terminal = true, limitMs = 20_000} = {},
) {
  const environment = readEnvironment({variables: {TERM: term}, home: '/', workingFolder: '/'});
  let written = '';
  const write = (sequence: string) => {
    written += sequence;
  };
  const said = await copyToClipboard(
    text,
    {...environment, host: {...environment.host, platform: 'linux', ...host}},
    terminal ? write : undefined,
    limitMs,
  );
  return {said, written};
}

const decoded = (sequence: string) =>
  Buffer.from(/52;c;([\w+/=]*)/.exec(sequence)?.[1] ?? '', 'base64').toString();

it('gives the text to the tool of the session and counts its characters', async () => {
  const folder = temporaryFolder();
  tool(folder, 'wl-copy', keep);
  tool(folder, 'xclip', 'exit 1');
  const text = `Grüße 👍 'quoted' $HOME\n${'x'.repeat(1200)}`;
  const {said, written} = await copy(text, {wayland: true, x11: true, path: [folder]});
  expect(said).toBe('Copied 1,223 characters with wl-copy');
  expect(written).toBe('');
  expect(readFileSync(join(folder, 'text'), 'utf8')).toBe(text);
  expect(readFileSync(join(folder, 'args'), 'utf8')).toBe('--type text/plain\n');
});

it('tries the next tool when one fails, and the terminal at last', async () => {
  const folder = temporaryFolder();
  tool(folder, 'wl-copy', 'exit 1');
  tool(folder, 'xclip', 'exit 1');
  tool(folder, 'xsel', keep);
  expect((await copy('a', {wayland: true, x11: true, path: [folder]})).said).toBe(
    'Copied 1 character with xsel',
  );
  tool(folder, 'xsel', 'exit 3');
  const {said, written} = await copy('hi é', {wayland: true, x11: true, path: [folder]});
  expect(said).toBe('Copied 4 characters through the terminal (OSC 52)');
  expect(written).toBe(`\x1b]52;c;${Buffer.from('hi é').toString('base64')}\x07`);
});

it('does not wait for a child that a tool leaves behind with its output', async () => {
  const folder = temporaryFolder();
  tool(folder, 'xclip', 'cat > /dev/null; sleep 20 & echo $! > "$here/pid"');
  const {said} = await copy('hi', {x11: true, path: [folder]});
  process.kill(Number(readFileSync(join(folder, 'pid'), 'utf8')));
  expect(said).toBe('Copied 2 characters with xclip');
});

it('ends a tool that hangs, and asks the terminal', async () => {
  const folder = temporaryFolder();
  tool(folder, 'xclip', 'echo $$ > "$here/pid"; exec sleep 60');
  const {said} = await copy('hi', {x11: true, path: [folder]}, {limitMs: 1500});
  expect(said).toContain('OSC 52');
  const pid = Number(readFileSync(join(folder, 'pid'), 'utf8'));
  expect(() => process.kill(pid, 0)).toThrow();
});

it('takes no tool over SSH, where it would fill the clipboard of the wrong machine', async () => {
  const folder = temporaryFolder();
  tool(folder, 'xclip', keep);
  expect((await copy('hi', {remote: true, x11: true, path: [folder]})).said).toContain('OSC 52');
});

it('gives Windows UTF-16 with a mark', async () => {
  const folder = temporaryFolder();
  tool(folder, 'clip.exe', keep);
  expect((await copy('é', {wsl: true, path: [folder]})).said).toBe('Copied 1 character with clip.exe');
  expect(readFileSync(join(folder, 'text'))).toEqual(Buffer.from([0xff, 0xfe, 0xe9, 0]));
});

it('gives macOS UTF-8 also where no locale is set', async () => {
  const folder = temporaryFolder();
  tool(folder, 'pbcopy', 'echo "$LC_CTYPE" > "$here/locale"; cat > "$here/text"');
  expect((await copy('é', {platform: 'darwin', path: [folder]})).said).toBe('Copied 1 character with pbcopy');
  expect(readFileSync(join(folder, 'text'), 'utf8')).toBe('é');
  expect(readFileSync(join(folder, 'locale'), 'utf8')).toBe('UTF-8\n');
});

it('goes both ways in tmux: through its own buffer and past it', async () => {
  const folder = temporaryFolder();
  tool(folder, 'tmux', keep);
  const {said, written} = await copy('hi', {remote: true, multiplexer: 'tmux', path: [folder]});
  expect(said).toBe('Copied 2 characters through tmux and the terminal (OSC 52)');
  expect(written).toBe('\x1bPtmux;\x1b\x1b]52;c;aGk=\x07\x1b\\');
  expect(readFileSync(join(folder, 'args'), 'utf8')).toBe('load-buffer -w -\n');
  expect(readFileSync(join(folder, 'text'), 'utf8')).toBe('hi');
});

it('cuts the sequence into pieces that GNU screen lets through', async () => {
  const text = 'long '.repeat(500);
  const {written} = await copy(text, {remote: true, multiplexer: 'screen', path: []});
  const pieces = written.match(/\x1bP[\s\S]*?\x1b\\/g) ?? [];
  expect(pieces.join('')).toBe(written);
  expect(Math.max(...pieces.map(piece => piece.length))).toBeLessThan(256);
  expect(decoded(pieces.map(piece => piece.slice(2, -2)).join(''))).toBe(text);
});

it('says that a text is too long for the terminal, and what to do', async () => {
  const most = 'x'.repeat(74_994);
  expect(decoded((await copy(most, {path: []})).written)).toBe(most);
  await expect(copy(`${most}x`, {path: []})).rejects.toMatchObject({
    kind: 'capability',
    message: expect.stringContaining('74,995 bytes, and it takes 74,994'),
    hint: expect.stringContaining('/export'),
  });
});

it('says so when there is no way at all', async () => {
  await expect(copy('hi', {path: []}, {terminal: false})).rejects.toMatchObject({
    kind: 'capability',
    hint: expect.stringContaining('Install'),
  });
  await expect(copy('hi', {path: []}, {term: 'dumb'})).rejects.toMatchObject({kind: 'capability'});
  const folder = temporaryFolder();
  tool(folder, 'xclip', 'exit 1');
  await expect(copy('hi', {x11: true, path: [folder]}, {terminal: false})).rejects.toMatchObject({
    message: 'No clipboard could be reached (tried xclip)',
  });
});
