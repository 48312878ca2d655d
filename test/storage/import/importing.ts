import {writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {DatabaseSync} from 'node:sqlite';
import {onTestFinished} from 'vitest';
import {activePath, type Conversation} from '../../../src/core/conversation.ts';
import type {ImportReport} from '../../../src/storage/import/importSource.ts';
import {openImport} from '../../../src/storage/import/openImport.ts';
import {openStore, type Store} from '../../../src/storage/openStore.ts';
import {temporaryFolder} from '../temporaryFolder.ts';

export type Counts = {added: number; updated: number; unchanged: number; empty: number; messages: number};

/** A store in a folder of its own. */
export function freshStore(): Store {
  const store = openStore({path: join(temporaryFolder(), 'llm.db')});
  onTestFinished(() => store.close());
  return store;
}

/** A file with this content, in a folder of its own. */
export function fileOf(content: string | Uint8Array, name = 'file'): string {
  const path = join(temporaryFolder(), name);
  writeFileSync(path, content);
  return path;
}

/** An SQLite file made by these statements, as another program would have made it. */
export function databaseOf(sql: string, rows: readonly (readonly [string, ...unknown[]])[] = []): string {
  const path = join(temporaryFolder(), 'store.db');
  const database = new DatabaseSync(path, {enableForeignKeyConstraints: false});
  database.exec(`${sql}; BEGIN`);
  for (const [statement, ...values] of rows) database.prepare(statement).run(...(values as string[]));
  database.exec('COMMIT');
  database.close();
  return path;
}

/** Imports the conversations of a file. */
export async function importFile(store: Store, path: string): Promise<Counts & ImportReport> {
  const {source, close} = await openImport(path);
  try {
    if (source.kind !== 'conversations') throw new Error('these are prompts');
    const {conversations} = source;
    const counts = store.importConversations(take => {
      const sum: Counts = {added: 0, updated: 0, unchanged: 0, empty: 0, messages: 0};
      for (const conversation of conversations) {
        const {outcome, messages} = take(conversation);
        sum[outcome]++;
        sum.messages += messages;
      }
      return sum;
    });
    return {...counts, ...source.report};
  } finally {
    close();
  }
}

/** All conversations of a store, the first one first. */
export function storedIn(store: Store): Conversation[] {
  return store
    .list({limit: 1_000_000})
    .map(({id}) => store.load(id))
    .sort((a, b) => a.created - b.created || (a.id < b.id ? -1 : 1));
}

/** What is said along the active path: `user: hi`. */
export function spoken(conversation: Conversation | undefined): string[] {
  return conversation ? activePath(conversation).map(({role, text}) => `${role}: ${text}`) : [];
}

/** The smallest PNG: one transparent pixel. */
export const pixel = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==',
  'base64',
);
