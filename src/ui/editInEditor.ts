import {readFileSync, rmSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import {LlmError} from '../core/errors.ts';
import {makeEditFolder} from './abandonedEdits.ts';

export type EditorSettings = {
  /** What stands in the file at first. */
  text: string;
  /** The person's editor, a command line. */
  editor: string;
  /** The folder in which a private one is made for the file, and removed again. */
  folder: string;
  /** Lends the terminal for as long as `run` takes. */
  withTerminal(run: () => Promise<void>): Promise<void>;
};

/**
 * Lets the person write a text in their own editor, in a file `prompt.md` that nobody else can read. Resolves with
 * the text as they left it, without the newline that editors put at the end. Should the program be killed meanwhile,
 * `removeAbandonedEdits` removes the file. Throws `LlmError` (`usage`) when the
 * editor cannot be run or fails: the text is to be kept then as it was.
 */
export async function editInEditor({text, editor, folder, withTerminal}: EditorSettings): Promise<string> {
  const own = makeEditFolder(folder);
  const file = path.join(own, 'prompt.md');
  const remove = (): void => rmSync(own, {recursive: true, force: true});
  process.once('exit', remove);
  try {
    writeFileSync(file, text, {mode: 0o600, flag: 'wx'});
    let status: number | string = 0;
    await withTerminal(async () => {
      status = await run(editor, file);
    });
    if (status !== 0) throw editorFailed(editor, status);
    return readFileSync(file, 'utf8')
      .replace(/^\ufeff/, '')
      .replace(/\r\n?/g, '\n')
      .replace(/\n$/, '');
  } catch (thrown) {
    if (thrown instanceof LlmError) throw thrown;
    throw editorFailed(editor, thrown instanceof Error ? thrown.message : String(thrown), thrown);
  } finally {
    process.off('exit', remove);
    remove();
  }
}

/** An editor is named by a command line (`code -w`), so a shell takes it apart. Resolves with its exit status or signal. */
async function run(editor: string, file: string): Promise<number | string> {
  const {spawn} = await import('node:child_process');
  const child =
    process.platform === 'win32'
      ? spawn(`${editor} "${file}"`, {stdio: 'inherit', shell: true})
      : spawn('/bin/sh', ['-c', `${editor} "$1"`, 'sh', file], {stdio: 'inherit'});
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => resolve(code ?? signal ?? 1));
  });
}

function editorFailed(editor: string, how: number | string, cause?: unknown): LlmError {
  const command = editor.trim().split(/\s+/)[0] ?? '';
  return new LlmError({
    kind: 'usage',
    message:
      how === 127 || how === 126
        ? `the editor ${command} cannot be run`
        : `the editor ${command} ended with ${typeof how === 'number' ? `status ${how}` : how}`,
    hint: 'What was typed is as it was. VISUAL or EDITOR names another editor.',
    cause,
  });
}
