import type {Attachment} from '../core/message.ts';
import type {CommandContext} from './command.ts';

/**
 * Reads the files that a prompt names: `@path`, `@"path with a blank"`, `@./x`, `@/x`, `@~/x`. What names no file
 * (`@media`, `@types/node`, an e-mail address, anything inside code) stays plain text. Throws the `LlmError` of a file
 * that cannot be read.
 */
export async function readMentioned(
  text: string,
  {files, isFile, attachments}: Pick<CommandContext, 'files' | 'isFile' | 'attachments'>,
): Promise<readonly Attachment[]> {
  const named = mentionsIn(text);
  if (named.length === 0) return [];
  const known = new Set(await files());
  const found = await Promise.all(
    named.map(async candidates => {
      for (const candidate of candidates) {
        const path = candidate.replace(/^(?:\.\/)+/, '');
        // A word without any sign of a path is a file's name only where there is such a file below.
        const mayBePath = known.has(path) || /[./\\]/.test(candidate);
        if (mayBePath && (await isFile(path))) return path;
      }
      return undefined;
    }),
  );
  const paths = [...new Set(found)].filter(path => path !== undefined);
  return Promise.all(paths.map(attachments.read));
}

/** Whether a text names a file by this name; a file of that name need not be there any more. */
export function mentionsName(text: string, name: string): boolean {
  return mentionsIn(text)
    .flat()
    .some(path => path.split(/[/\\]/).at(-1) === name);
}

/** Whether two attachments are the same file with the same content. */
export function isSameAttachment(one: Attachment, other: Attachment): boolean {
  if (one.name !== other.name) return false;
  if (one.kind === 'text') return other.kind === 'text' && one.text === other.text;
  return other.kind === 'image' && Buffer.from(one.data).equals(other.data);
}

/** For each `@` that may name a file, the paths that it may mean, the likeliest first. */
export function mentionsIn(text: string): readonly (readonly string[])[] {
  if (!text.includes('@')) return [];
  const found = withoutCode(text).matchAll(/(?:^|[\s([{<"'])@(?:"([^"\n]+)"|([^\s"]+))/g);
  return [...found].map(([, quoted, bare = '']) => {
    if (quoted !== undefined) return [quoted];
    // What ends a sentence or closes a bracket after a name is seldom a part of it.
    const shorter = bare.replace(/[.,;:!?)\]}>'…]+$/, '');
    return shorter === bare || shorter === '' ? [bare] : [bare, shorter];
  });
}

/** The text without what stands between fences or backticks. */
function withoutCode(text: string): string {
  const lines: string[] = [];
  let fence: string | null = null;
  for (const line of text.split('\n')) {
    const mark = /^ {0,3}(`{3,}|~{3,})(.*)$/.exec(line);
    const [, run = '', rest = ''] = mark ?? [];
    if (fence === null && run !== '' && !(run.startsWith('`') && rest.includes('`'))) fence = run;
    else if (fence === null) lines.push(line.replace(/(`+)[^`\n]+\1/g, ' '));
    else if (run.startsWith(fence) && rest.trim() === '') fence = null;
  }
  return lines.join('\n');
}
