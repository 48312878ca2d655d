import {endOf, parseMarker} from './exportBlocks.ts';
import {markdownFormat} from './exportMarkdown.ts';

/**
 * The conversations of a file that holds several markdown exports, one after the other, each as `readMarkdownExport`
 * reads it. What looks like the beginning of one inside a message is a part of that message.
 */
export function splitMarkdownExports(source: string): string[] {
  const lines = source.replaceAll('\r\n', '\n').split('\n');
  const starts: number[] = [];
  for (let at = 0; at < lines.length; at++) {
    if (lines[at] === '---' && lines[at + 1]?.startsWith(`format: ${markdownFormat}`)) starts.push(at);
    const marker = parseMarker(lines[at] ?? '');
    if (!marker || !['text', 'thinking', 'attachment'].includes(marker.name)) continue;
    const end = lines.indexOf(`<!-- llm:${endOf(marker)} -->`, at + 1);
    // The reader says where.
    if (end === -1) break;
    at = end;
  }
  // The reader says what is wrong with a file that holds none.
  if (starts.length < 2) return [source];
  return starts.map((start, index) => lines.slice(index === 0 ? 0 : start, starts[index + 1]).join('\n'));
}
