import type {Conversation} from '../../core/conversation.ts';
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
  /** Gets ready to read what the file holds. Throws `LlmError` (kind `file`), as the reading may. */
  open(file: ImportFile): Promise<ImportSource>;
};

const archive: ImportFormat = {
  fits: head => /^PK(?:\x03\x04|\x05\x06)/.test(head.toString('latin1', 0, 4)),
  async open(file) {
    const [{readArchive}, {Inflate}] = await Promise.all([import('./readArchive.ts'), import('fflate')]);
    const report = newReport('archive');
    return {kind: 'conversations', conversations: readArchive(file, report, Inflate), report};
  },
};

const database: ImportFormat = {
  fits: head => head.toString('latin1', 0, 16) === 'SQLite format 3\0',
  async open(file) {
    const {readDatabase} = await import('./readDatabase.ts');
    const report = newReport('database');
    return {kind: 'conversations', conversations: readDatabase(file, report), report};
  },
};

const json: ImportFormat = {
  fits: head => /^[[{]/.test(startOf(head)),
  async open(file) {
    const {readJson} = await import('./readJson.ts');
    const report = newReport('JSON');
    // Beside a JSON file nothing is looked for: images are taken from an archive.
    const conversations = readJson(file.chunks(), file.path, report, () => undefined);
    return {kind: 'conversations', conversations, report};
  },
};

const markdown: ImportFormat = {
  fits: head => new RegExp(`^---\\n(?:.*\\n){0,40}?format: "?${markdownFormat}`).test(startOf(head)),
  async open(file) {
    const report = newReport('llm markdown export');
    return {kind: 'conversations', conversations: readMarkdown(file), report};
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
    const entries = parsePromptHistory(file.text());
    return {kind: 'prompts', entries, written: file.modified, report: newReport('prompt history')};
  },
};

const aichat: ImportFormat = {
  fits: head => /^model:/m.test(startOf(head)) && /^(?:compressed_)?messages:/m.test(startOf(head)),
  async open(file) {
    const [{parse}, {readAichat}] = await Promise.all([import('yaml'), import('./readAichat.ts')]);
    const report = newReport('aichat session');
    return {kind: 'conversations', conversations: readSession(parse, readAichat, file, report), report};
  },
};

/** Every kind of file that can be imported, in the order in which they are tried. */
export const importFormats: readonly ImportFormat[] = [archive, database, json, markdown, prompts, aichat];

function* readMarkdown(file: ImportFile): Generator<Conversation> {
  for (const each of splitMarkdownExports(file.text())) yield readMarkdownExport(each, file.path);
}

function* readSession(
  parse: typeof import('yaml').parse,
  read: typeof import('./readAichat.ts').readAichat,
  file: ImportFile,
  report: ImportReport,
): Generator<Conversation> {
  const session = parseYaml(parse, file);
  if (!isRecord(session) || !Array.isArray(session.messages))
    throw importError(file.path, 'it is no aichat session: it holds no list of messages');
  yield read(session, file, report);
}

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
