import type {CommandContext} from './command.ts';

/** Attaches the files that a prompt names with `@path`, where there are such files. */
export async function attachMentioned(text: string, {files, attachments}: CommandContext): Promise<void> {
  if (!/(?:^|\s)@\S/.test(text)) return;
  const known = new Set(await files());
  const named = [...text.matchAll(/(?:^|\s)@(\S+)/g)].map(match => match[1] ?? '').filter(name => known.has(name));
  for (const name of new Set(named)) await attachments.add(name);
}
