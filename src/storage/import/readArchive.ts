import type {Inflate} from 'fflate';
import type {Conversation} from '../../core/conversation.ts';
import {LlmError} from '../../core/errors.ts';
import type {Attachment} from '../../core/message.ts';
import type {Asset} from './chatGptPiece.ts';
import {attachmentOf, largestAttachment} from './foreignFields.ts';
import {importError} from './importError.ts';
import type {ImportFile} from './importFile.ts';
import type {ImportReport} from './importSource.ts';
import {readJson} from './readJson.ts';
import {openZip, type ZipArchive, type ZipEntry} from './zipArchive.ts';

/** Large accounts get several: `conversations-000.json`, `conversations-001.json` … */
const listName = /(?:^|\/)conversations(?:-\d+)?\.json$/;

/**
 * The conversations in the archive that ChatGPT or Claude sends, with the images and texts that lie in it beside them.
 * Throws `LlmError` (kind `file`).
 *
 * @param inflate fflate's `Inflate`
 */
export function* readArchive(
  file: ImportFile,
  report: ImportReport,
  inflate: typeof Inflate,
): Generator<Conversation> {
  try {
    const archive = openZip(file, inflate);
    const lists = archive.entries.filter(({name}) => listName.test(name) && !name.startsWith('__MACOSX/'));
    if (lists.length === 0) throw new Error('is an archive without a conversations.json');
    const load = assetLoader(archive);
    for (const entry of lists.sort((a, b) => (a.name < b.name ? -1 : 1))) {
      yield* readJson(archive.chunks(entry), `${file.path} (${entry.name})`, report, load);
    }
  } catch (error) {
    if (error instanceof LlmError || !(error instanceof Error)) throw error;
    throw importError(file.path, `it ${error.message}`, '', error);
  }
}

/** Files lie in an archive under the id by which messages name them, with something after it. */
function assetLoader(archive: ZipArchive): (asset: Asset) => Attachment | undefined {
  let byId: Map<string, ZipEntry> | undefined;
  return ({id, name}) => {
    byId ??= new Map(archive.entries.flatMap(entry => assetIds(entry).map(key => [key, entry] as const)));
    const entry = byId.get(id);
    if (!entry || entry.size > largestAttachment) return undefined;
    const data = Buffer.concat([...archive.chunks(entry)]);
    return attachmentOf(name, data);
  };
}

function assetIds({name}: ZipEntry): string[] {
  const base = name.split('/').at(-1) ?? '';
  const id = /^file[-_][A-Za-z0-9]+/.exec(base)?.[0];
  return id === undefined ? [] : [id];
}
