import {readdirSync} from 'node:fs';
import path from 'node:path';
import {neutraliseLine} from '../../core/neutralise.ts';
import type {Paths} from '../environment.ts';
import {shellWord} from '../shellWord.ts';

/** Beside the database, these are its own and were cleaned with it. */
const companions = ['', '-wal', '-shm'];

/** What else may hold the text of a deleted conversation, and the commands that clean it: a line each. */
export function otherCopies({database, promptHistory}: Paths, promptsRemain: boolean): string[] {
  const name = path.basename(database);
  const own = companions.map(suffix => `${name}${suffix}`);
  const copies = filesIn(path.dirname(database))
    .filter(file => file.startsWith(name) && !own.includes(file))
    .map(file => neutraliseLine(path.join(path.dirname(database), file)));
  return [
    ...(promptsRemain
      ? [`its prompts may still be in ${promptHistory}; this removes them: llm history forget WORDS`]
      : []),
    ...(copies.length > 0
      ? [`older copies may hold it; this removes them: rm ${copies.map(shellWord).join(' ')}`]
      : []),
    'what you exported or backed up elsewhere is as it was',
  ];
}

function filesIn(folder: string): string[] {
  try {
    return readdirSync(folder).sort();
  } catch {
    return [];
  }
}
