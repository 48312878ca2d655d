import {importError} from './importError.ts';
import {openImportFile} from './importFile.ts';
import {importFormats} from './importFormats.ts';
import type {ImportSource} from './importSource.ts';

/** What can be imported, for people. */
export const importable =
  'exports of ChatGPT, Claude and llm (JSON or markdown), databases of simonw/llm, oterm and elia, aichat sessions, prompt histories';

/**
 * Opens a file that another program, or this one, wrote, and finds out what it is. `close` may be called between two
 * readings, and has to be at the end. Throws `LlmError` (kind `file`) that names the file and the reason; reading the
 * conversations may throw the same.
 */
export async function openImport(path: string): Promise<{source: ImportSource; close(): void}> {
  const file = openImportFile(path);
  try {
    if (file.size === 0) throw importError(path, 'it is empty');
    const format = importFormats.find(({fits}) => fits(file.head));
    if (!format) throw importError(path, 'it is none of the files that are known', `Known: ${importable}`);
    const source = await format.open(file);
    return {source, close: file.release};
  } finally {
    file.release();
  }
}
