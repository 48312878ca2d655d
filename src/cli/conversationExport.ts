import path from 'node:path';
import type {Conversation} from '../core/conversation.ts';
import {LlmError} from '../core/errors.ts';
import {neutraliseLine} from '../core/neutralise.ts';
import type {Background} from '../theme/background.ts';
import type {Theme} from '../theme/theme.ts';
import {formatOf, loadExporter} from './loadExporter.ts';

/** Where and how a conversation is to be written. */
export type ConversationExport = {
  /** A path, also one that begins with `~/`; empty: a name made of the title, in the folder. */
  file: string;
  /** An existing file is replaced. */
  overwrite: boolean;
  /** Where relative paths begin. */
  folder: string;
  home: string;
  /** How an HTML page looks: the theme as it is on a background. */
  themeOn(background: Background): Theme;
  /** ms since 1970, for the name. */
  now: number;
};

/**
 * Writes a conversation to a file, in the format that the name's ending says, and returns the path. Throws `LlmError`:
 * `usage` for an ending that stands for nothing, `file` when the file exists or cannot be written.
 */
export async function exportConversation(
  conversation: Conversation,
  {file, overwrite, folder, home, themeOn, now}: ConversationExport,
): Promise<string> {
  const {exportFileName, writeExport} = await import('../storage/exportFile.ts');
  const named = file === '' ? exportFileName(conversation.title, now) : file.replace(/^~(?=[/\\])/, home);
  const target = path.resolve(folder, named);
  const format = formatOf(target);
  if (!format)
    throw new LlmError({
      kind: 'usage',
      message: `cannot export to ${neutraliseLine(path.basename(target))}`,
      hint: 'The name must end with .md, .html, .json or .jsonl.',
    });
  const write = await loadExporter(format, themeOn);
  writeExport(target, write([conversation], {isList: false}), {overwrite});
  return target;
}
