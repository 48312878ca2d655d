import type {StoredConversations} from '../commands/command.ts';
import type {Services} from './createServices.ts';

/** The conversations on disk, for the slash commands. */
export function createStoredConversations(services: Services): StoredConversations {
  return {
    async list(limit, search) {
      const store = await services.store();
      return store.list({limit, ...(search !== undefined && {query: search})});
    },
    async search(text, limit) {
      const store = await services.store();
      const {hits, corrected} = store.search(text, {limit});
      const found = hits.map(({conversationId, title, message, snippet, updated}) => ({
        conversationId,
        title,
        snippet: snippet.map(part => part.text).join(''),
        ranges: rangesOf(snippet),
        created: message?.created ?? updated,
        ...(message && {messageId: message.id}),
      }));
      return {found, corrected};
    },
    async load(idPrefix) {
      const store = await services.store();
      return store.load(store.find(idPrefix));
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
