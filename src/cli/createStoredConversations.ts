import type {StoredConversations} from '../commands/command.ts';
import type {Services} from './createServices.ts';

/** The conversations on disk, for the slash commands. */
export function createStoredConversations(services: Services): StoredConversations {
  return {
    async list(limit) {
      const store = await services.store();
      return store.list({limit});
    },
    async search(text, limit) {
      const store = await services.store();
      return store.search(text, limit).map(({conversationId, title, message, snippet, updated}) => ({
        conversationId,
        title,
        snippet: snippet.map(part => part.text).join(''),
        ranges: rangesOf(snippet),
        created: message?.created ?? updated,
        ...(message && {messageId: message.id}),
      }));
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
