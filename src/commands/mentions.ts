import {stat} from 'node:fs/promises';
import {LlmError} from '../core/errors.ts';
import type {Attachment} from '../core/message.ts';
import type {CommandContext} from './command.ts';

/**
 * Attaches the files that a prompt names: `@path`, `@"path with a blank"`, `@./x`, `@/x`, `@~/x`. What names no file
 * (`@media`, `@types/node`, an e-mail address, anything inside code) stays plain text; a file that goes with the
 * prompt already is not attached again. Throws the `LlmError` of a file that cannot be read; nothing is attached then.
 */
export async function attachMentioned(text: string, {files, attachments}: CommandContext): Promise<void> {
  const named = mentionsIn(text);
  if (named.length === 0) return;
  const known = new Set(await files());
  const added: Attachment[] = [];
  const takeBack = (taken: readonly Attachment[]): void => {
    const kept = attachments.pending().filter(each => !taken.includes(each));
    attachments.clear();
    attachments.put(kept);
  };
  try {
    for (const path of new Set(await Promise.all(named.map(candidates => firstFile(candidates, known))))) {
      if (path === undefined) continue;
      const before = attachments.pending();
      const attachment = await attachments.add(path).catch(thrown => {
        if (path.startsWith('~/') && isMissing(thrown)) return undefined;
        throw thrown;
      });
      if (!attachment) continue;
      if (before.some(each => isSame(each, attachment))) takeBack([attachment]);
      else added.push(attachment);
    }
  } catch (thrown) {
    takeBack(added);
    throw thrown;
  }
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

/** The first of the paths that is a file's; undefined when none is. */
async function firstFile(
  candidates: readonly string[],
  known: ReadonlySet<string>,
): Promise<string | undefined> {
  for (const candidate of candidates) {
    const path = candidate.replace(/^(?:\.\/)+/, '');
    if (known.has(path)) return path;
    // Whose home that is, only the reader of the attachment knows.
    if (candidate.startsWith('~/')) return candidate;
    if (!/[./\\]/.test(candidate)) continue;
    const found = await stat(candidate).catch(() => undefined);
    if (found?.isFile()) return path;
  }
  return undefined;
}

function isMissing(thrown: unknown): boolean {
  const code = thrown instanceof LlmError ? (thrown.cause as {code?: unknown} | undefined)?.code : undefined;
  return code === 'ENOENT' || code === 'ENOTDIR';
}

function isSame(one: Attachment, other: Attachment): boolean {
  if (one.name !== other.name) return false;
  if (one.kind === 'text') return other.kind === 'text' && one.text === other.text;
  return other.kind === 'image' && Buffer.from(one.data).equals(other.data);
}
