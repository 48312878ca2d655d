import type {NamedConversation, StoredConversations} from '../commands/command.ts';
import type {Store} from '../storage/openStore.ts';
import type {Services} from './createServices.ts';

/** The conversations on disk, for the slash commands. */
export function createStoredConversations(services: Services): StoredConversations {
  /** What was deleted and not brought back, the latest last. */
  const deleted: NamedConversation[] = [];
  const find = async (idPrefix: string): Promise<{store: Store; named: NamedConversation}> => {
    const store = await services.store();
    const id = store.find(idPrefix);
    return {store, named: {id, title: store.load(id).title}};
  };
  return {
    async list(limit, {archived = false, search} = {}) {
      const store = await services.store();
      return store.list({limit, archived, ...(search !== undefined && {query: search})});
    },
    async search(text, limit) {
      const store = await services.store();
      const {hits, corrected} = store.search(text, {limit});
      const found = hits.map(({conversationId, title, message, snippet, updated, archived}) => ({
        conversationId,
        title,
        snippet: snippet.map(part => part.text).join(''),
        ranges: rangesOf(snippet),
        created: message?.created ?? updated,
        ...(message && {messageId: message.id}),
        ...(archived !== undefined && {archived: true}),
      }));
      return {found, corrected};
    },
    async load(idPrefix) {
      const store = await services.store();
      return store.load(store.find(idPrefix));
    },
    async rename(idPrefix, title) {
      const {store, named} = await find(idPrefix);
      store.rename(named.id, title);
      return named;
    },
    async archive(idPrefix, away) {
      const {store, named} = await find(idPrefix);
      store.archive(named.id, away);
      return named;
    },
    async delete(idPrefix) {
      const {store, named} = await find(idPrefix);
      store.delete(named.id);
      deleted.push(named);
      return named;
    },
    async restore() {
      const store = await services.store();
      for (let last = deleted.pop(); last; last = deleted.pop()) if (store.restore(last.id)) return last;
      return undefined;
    },
  };
}

/** Where the hits stand in the joined text. */
function rangesOf(parts: readonly {text: string; hit: boolean}[]): (readonly [number, number])[] {
  const ranges: (readonly [number, number])[] = [];
  let at = 0;
  for (const {text, hit} of parts) {
    if (hit) ranges.push([at, at + text.length]);
    at += text.length;
  }
  return ranges;
}
