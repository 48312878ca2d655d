import path from 'node:path';
import type {Conversation} from '../core/conversation.ts';
import type {Background} from '../theme/background.ts';
import type {Theme} from '../theme/theme.ts';

/** What a conversation can be written as; also the ending of the file's name. */
export const exportFormats = ['md', 'json', 'jsonl', 'html'] as const;
export type ExportFormat = (typeof exportFormats)[number];

/** Other endings that mean one of them. */
const endings: Readonly<Record<string, ExportFormat>> = {
  markdown: 'md',
  txt: 'md',
  htm: 'html',
  ndjson: 'jsonl',
};

/** Conversations as the text of one file, piece by piece, so that many need no more memory than one. */
export type Exporter = (
  conversations: Iterable<Conversation>,
  options: {isList: boolean},
) => Iterable<string>;

/** The format that a file name's ending stands for; undefined for any other. */
export function formatOf(file: string): ExportFormat | undefined {
  const ending = path.extname(file).slice(1).toLowerCase();
  return exportFormats.find(format => format === ending) ?? endings[ending];
}

/**
 * Loads what writes a format. With `isList`, JSON is an array and HTML has a title for all.
 *
 * @param themeOn how an HTML page looks: the theme as it is on a background
 */
export async function loadExporter(
  format: ExportFormat,
  themeOn: (background: Background) => Theme,
): Promise<Exporter> {
  switch (format) {
    case 'md': {
      const {exportMarkdown} = await import('../storage/exportMarkdown.ts');
      return conversations => separated(conversations, conversation => exportMarkdown(conversation), '\n');
    }
    case 'json': {
      const {exportJson} = await import('../storage/exportJson.ts');
      return (conversations, {isList}) =>
        isList ? jsonList(conversations, exportJson) : separated(conversations, exportJson, '');
    }
    case 'jsonl': {
      const {exportJsonl} = await import('../storage/exportJsonl.ts');
      return conversations => separated(conversations, exportJsonl, '');
    }
    case 'html': {
      const [{exportHtmlPage}, {createHtmlLook}] = await Promise.all([
        import('../storage/exportHtml.ts'),
        import('./createHtmlLook.ts'),
      ]);
      const look = await createHtmlLook(themeOn);
      return (conversations, {isList}) =>
        exportHtmlPage(conversations, look, isList ? 'Conversations' : undefined);
    }
  }
}

function* separated(
  conversations: Iterable<Conversation>,
  textOf: (conversation: Conversation) => string,
  separator: string,
): Generator<string> {
  let isFirst = true;
  for (const conversation of conversations) {
    yield isFirst ? textOf(conversation) : separator + textOf(conversation);
    isFirst = false;
  }
}

function* jsonList(
  conversations: Iterable<Conversation>,
  textOf: (conversation: Conversation) => string,
): Generator<string> {
  let before = '[\n';
  for (const conversation of conversations) {
    yield before + textOf(conversation).trimEnd();
    before = ',\n';
  }
  yield before === '[\n' ? '[]\n' : '\n]\n';
}
