import {shorten} from './shorten.ts';

/** The longest title, in characters. */
const longest = 80;

/**
 * The title in what a model answered when it was asked for one: the first line that can be one, without the marks around
 * it, harmless for a terminal. Undefined when there is none.
 */
export function readTitle(answer: string): string | undefined {
  const lines = answer.split(/[\n\r\u2028\u2029]+/).map(clean);
  // "Here is a title:" announces the line that follows.
  const line = lines.find(each => /[\p{L}\p{N}]/u.test(each) && !each.endsWith(':'));
  return line === undefined ? undefined : shorten(line, longest);
}

/** Without the marks of headings, lists, quotes and emphasis, and without a full stop. */
function clean(line: string): string {
  return line
    .trim()
    .replace(/^(?:[#>*_`\-\s]+|\d+[.)]\s+)/, '')
    .replace(/^title\s*\**:\**\s*(?=\S)/i, '')
    .replace(/^[\s"'“”„«‘*_`]+|[\s"'“”»’*_`]+$/g, '')
    .replace(/(?<!\.)\.$/, '')
    .replace(/^["'“”„«‘]+|["'“”»’]+$/g, '');
}
