import {mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {describe, expect, it, onTestFinished} from 'vitest';
import {LlmError} from '../../src/core/errors.ts';
import {editInEditor} from '../../src/ui/editInEditor.ts';

/** An editor that is a script; `$1` is the file. */
function stage(script: string) {
  const folder = mkdtempSync(path.join(tmpdir(), 'llm-editor-'));
  onTestFinished(() => rmSync(folder, {recursive: true, force: true}));
  writeFileSync(path.join(folder, 'editor.sh'), script);
  const inside = path.join(folder, 'tmp dir');
  const own = mkdtempSync(`${inside}-`);
  const lent: string[] = [];
  const edit = (text: string, editor = `sh "${path.join(folder, 'editor.sh')}"`): Promise<string> =>
    editInEditor({
      text,
      editor,
      folder: own,
      async withTerminal(run) {
        lent.push('taken');
        await run();
        lent.push('back');
      },
    });
  return {edit, lent, folder, left: () => readdirSync(own)};
}

describe('writing a prompt in an editor', () => {
  it('gives the text and takes what was written, without the last newline', async () => {
    const {edit, lent, left} = stage('printf " world\\n\\n" >> "$1"');
    expect(await edit('hello 世界')).toBe('hello 世界 world\n');
    expect(lent).toEqual(['taken', 'back']);
    expect(left()).toEqual([]);
  });

  it('keeps the file from everyone else, and calls it prompt.md', async () => {
    const {edit, folder} = stage('stat -c "%a %n" "$1" "$(dirname "$1")" > "$(dirname "$0")/seen"');
    await edit('secret');
    const [file = '', own = ''] = readFileSync(path.join(folder, 'seen'), 'utf8').split('\n');
    expect(file).toMatch(/^600 .*\/prompt\.md$/);
    expect(own).toMatch(/^700 /);
  });

  it('lets the editor be a command line', async () => {
    const {edit, folder} = stage('printf %s "$1" > "$2"');
    expect(await edit('a', `sh '${folder}/editor.sh' --wait`)).toBe('--wait');
  });

  it.each([
    ['fails', 'exit 3', /ended with status 3/],
    ['is killed', 'kill -KILL $$', /ended with (SIGKILL|status 137)/],
    ['removes the file', 'rm "$1"', /ENOENT/],
  ])('says so when the editor %s, and leaves no file', async (_how, script, message) => {
    const {edit, lent, left} = stage(script);
    const failure = await edit('draft').catch(thrown => thrown);
    expect(failure).toBeInstanceOf(LlmError);
    expect(failure.message).toMatch(message);
    expect(lent).toEqual(['taken', 'back']);
    expect(left()).toEqual([]);
  });

  it('says so when there is no such editor', async () => {
    const {edit, left} = stage('');
    await expect(edit('draft', 'no-such-editor -w')).rejects.toThrow(
      'the editor no-such-editor cannot be run',
    );
    expect(left()).toEqual([]);
  });
});
