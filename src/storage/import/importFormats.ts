import {isRecord} from '../exportFields.ts';
import {markdownFormat} from '../exportMarkdown.ts';
import {parsePromptHistory} from '../promptHistory.ts';
import {readMarkdownExport} from '../readMarkdownExport.ts';
import {splitMarkdownExports} from '../splitMarkdownExports.ts';
import {importError} from './importError.ts';
import type {ImportFile} from './importFile.ts';
import type {ImportReport, ImportSource} from './importSource.ts';

/** A kind of file, known by what it holds and never by its name. */
export type ImportFormat = {
  fits(head: Buffer): boolean;
  /** What the file holds, and `close` for what was opened beside it. Throws `LlmError` (kind `file`). */
  open(file: ImportFile): Promise<{source: ImportSource; close?(): void}>;
};

const archive: ImportFormat = {
  fits: head => /^PK(?:\x03\x04|\x05\x06)/.test(head.toString('latin1', 0, 4)),
  async open(file) {
    const [{readArchive}, {Inflate}] = await Promise.all([import('./readArchive.ts'), import('fflate')]);
    const report = newReport('archive');
    return {source: {kind: 'conversations', conversations: readArchive(file, report, Inflate), report}};
  },
};

const database: ImportFormat = {
  fits: head => head.toString('latin1', 0, 16) === 'SQLite format 3\0',
  async open(file) {
    const [{openForeignDatabase}, {databaseFormats, fitsDatabase}] = await Promise.all([
      import('./foreignDatabase.ts'),
      import('./databaseFormats.ts'),
    ]);
    const opened = openForeignDatabase(file.path);
    const found = databaseFormats.find(format => fitsDatabase(opened, format));
    if (!found) {
      opened.close();
      const ours = opened.tables.has('conversations') && opened.tables.has('message_words_data');
      const known = databaseFormats.map(({format}) => format).join(', ');
      throw ours
        ? importError(file.path, 'it is a database of llm itself', 'To use it, put it in the place of llm.db')
        : importError(file.path, `it is the database of a program that is not known (known: ${known})`);
    }
    const report = newReport(found.format);
    const conversations = found.read(opened, file, report);
    return {source: {kind: 'conversations', conversations, report}, close: opened.close};
  },
};

const json: ImportFormat = {
  fits: head => /^[[{]/.test(startOf(head)),
  async open(file) {
    const {readJson} = await import('./readJson.ts');
    const report = newReport('JSON');
    // Beside a JSON file nothing is looked for: images are taken from an archive.
    const conversations = readJson(file.chunks(), file.path, report, () => undefined);
    return {source: {kind: 'conversations', conversations, report}};
  },
};

const markdown: ImportFormat = {
  fits: head => new RegExp(`^---\\n(?:.*\\n){0,40}?format: "?${markdownFormat}`).test(startOf(head)),
  async open(file) {
    const conversations = splitMarkdownExports(file.text()).map(each => readMarkdownExport(each, file.path));
    return {source: {kind: 'conversations', conversations, report: newReport('llm markdown export')}};
  },
};

/** prompt_toolkit's: nothing but comments and `+` lines, and either a moment in a comment or no comment at all. */
const prompts: ImportFormat = {
  fits(head) {
    const lines = startOf(head).split('\n').slice(0, -1);
    const first = lines.find(line => line !== '') ?? '';
    return lines.every(line => /^(?:$|#|\+)/.test(line)) && /^(?:\+|# ?\d{4}-\d\d-\d\d )/.test(first);
  },
  async open(file) {
    return {
      source: {
        kind: 'prompts',
        entries: parsePromptHistory(file.text()),
        written: file.modified,
        report: newReport('prompt history'),
      },
    };
  },
};

const aichat: ImportFormat = {
  fits: head => /^model:/m.test(startOf(head)) && /^(?:compressed_)?messages:/m.test(startOf(head)),
  async open(file) {
    const [{parse}, {readAichat}] = await Promise.all([import('yaml'), import('./readAichat.ts')]);
    const report = newReport('aichat session');
    const session = parseYaml(parse, file);
    if (!isRecord(session) || !Array.isArray(session.messages))
      throw importError(file.path, 'it is no aichat session: it holds no list of messages');
    return {source: {kind: 'conversations', conversations: [readAichat(session, file, report)], report}};
  },
};

/** Every kind of file that can be imported, in the order in which they are tried. */
export const importFormats: readonly ImportFormat[] = [archive, database, json, markdown, prompts, aichat];

function parseYaml(parse: typeof import('yaml').parse, file: ImportFile): unknown {
  try {
    // Warnings would go to the terminal.
    return parse(file.text(), {logLevel: 'error'});
  } catch (error) {
    const reason = error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error);
    throw importError(file.path, `it is not YAML: ${reason}`, '', error);
  }
}

function startOf(head: Buffer): string {
  return head
    .toString('utf8')
    .replace(/^\ufeff/, '')
    .replaceAll('\r\n', '\n')
    .trimStart();
}

function newReport(format: string): ImportReport {
  return {format, missing: 0};
}
