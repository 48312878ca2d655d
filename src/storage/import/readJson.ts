import type {Conversation} from '../../core/conversation.ts';
import {LlmError} from '../../core/errors.ts';
import {isRecord} from '../exportFields.ts';
import {jsonFormat, readJsonExport} from '../readJsonExport.ts';
import {importError} from './importError.ts';
import type {ImportReport} from './importSource.ts';
import {jsonValues} from './jsonValues.ts';
import {type LoadAsset, readChatGpt} from './readChatGpt.ts';
import {readClaude} from './readClaude.ts';

/**
 * The conversations in a file of JSON, whoever wrote it: each object says by its fields what it is. Throws `LlmError`
 * (kind `file`).
 *
 * @param where names the file in messages
 */
export function* readJson(
  chunks: Iterable<Uint8Array>,
  where: string,
  report: ImportReport,
  load: LoadAsset,
): Generator<Conversation> {
  let count = 0;
  try {
    for (const value of jsonValues(chunks)) {
      for (const each of conversationsIn(value)) {
        count++;
        yield readOne(each, count, report, load);
      }
    }
  } catch (error) {
    if (error instanceof LlmError || !(error instanceof Error)) throw error;
    throw importError(where, `it ${error.message}`, '', error);
  }
}

/** Some tools put the list into an object: `{"conversations": [...]}`. */
function conversationsIn(value: unknown): readonly unknown[] {
  return isRecord(value) && Array.isArray(value.conversations) ? value.conversations : [value];
}

function readOne(value: unknown, count: number, report: ImportReport, load: LoadAsset): Conversation {
  if (isRecord(value)) {
    if (value.format === jsonFormat) {
      report.format = 'llm JSON export';
      return readJsonExport(value);
    }
    if (isRecord(value.mapping)) {
      report.format = 'ChatGPT export';
      return readChatGpt(value, report, load);
    }
    if (Array.isArray(value.chat_messages)) {
      report.format = 'Claude export';
      return readClaude(value, report);
    }
    if (Array.isArray(value.messages))
      throw new Error('holds messages alone, as a JSONL export does: import the JSON export instead');
  }
  throw new Error(`is no export of ChatGPT, Claude or llm (conversation ${count} is none of theirs)`);
}
