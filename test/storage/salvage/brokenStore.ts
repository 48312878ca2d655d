import {readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import type {MessageNode} from '../../../src/core/conversation.ts';
import {openDatabase} from '../../../src/storage/openDatabase.ts';
import {openStore, type Store} from '../../../src/storage/openStore.ts';
import {answer, emptyConversation, prompt, record} from '../sampleConversation.ts';
import {temporaryFolder} from '../temporaryFolder.ts';

/** Bytes of a page of a new database. */
export const pageSize = 4096;

/** Fills a store with conversations `c0`, `c1` … of so many turns, some with long texts and attachments. */
export function fill(store: Store, conversations: number, turns: number): void {
  for (let c = 0; c < conversations; c++) {
    const nodes: MessageNode[] = [];
    for (let turn = 0; turn < turns; turn++) {
      const asked = prompt(
        `c${c}-p${turn}`,
        turn === 0 ? null : `c${c}-a${turn - 1}`,
        textOf(`p${c}-${turn}`),
      );
      const image = {kind: 'image', name: 'a.png', mediaType: 'image/png'} as const;
      nodes.push(
        turn === 1 ? {...asked, attachments: [{...image, data: new Uint8Array(9000).fill(c)}]} : asked,
        answer(`c${c}-a${turn}`, asked.id, textOf(`a${c}-${turn}`).repeat(turn % 5 === 4 ? 200 : 1)),
      );
    }
    record(store, {...emptyConversation(`c${c}`), title: `title ${c}`}, ...nodes);
  }
}

/** A text that tells where it belongs. */
export function textOf(name: string): string {
  return `${name} is said here, with some words more, so that a page is filled by a few of them. `;
}

/** A closed database of that many conversations and turns, in a folder of its own. */
export function storedDatabase(conversations: number, turns: number): string {
  const path = join(temporaryFolder(), 'llm.db');
  const store = openStore({path});
  fill(store, conversations, turns);
  store.close();
  return path;
}

/** Changes the bytes of a file. */
export function damage(path: string, change: (bytes: Buffer) => Buffer | undefined): void {
  const bytes = readFileSync(path);
  writeFileSync(path, change(bytes) ?? bytes);
}

/** Overwrites the page at which the tree of a table or an index begins. */
export function breakTree(path: string, name: string): void {
  const database = openDatabase(path);
  const root = database.get<{rootpage: number}>(
    'SELECT rootpage FROM sqlite_schema WHERE name = ?',
    name,
  )?.rootpage;
  database.close();
  const bytes = readFileSync(path);
  const at = ((root ?? 0) - 1) * pageSize;
  writeFileSync(path, bytes.fill(0xa5, at, at + pageSize));
}
