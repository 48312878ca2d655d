import type {Conversation, MessageNode} from '../../src/core/conversation.ts';
import {openStore} from '../../src/storage/openStore.ts';
import {createWords, madePrompt, seeded} from './madePrompts.ts';

/** What is in a made history, as far as queries need it. */
export type MadeHistory = {
  /** Words of most messages, of many, and of a few. */
  common: readonly string[];
  frequent: readonly string[];
  rare: readonly string[];
  /** Old messages, each with two words that hardly stand together elsewhere, and a word of its own. */
  planted: readonly {id: string; words: readonly string[]}[];
  /** Bytes of text. */
  bytes: number;
};

export type MadeHistorySettings = {conversations: number; messages: number; seed: number};

const syllables = 'bra cle dro fle gru kli mno pla quo sna tri vel wex yor zim'.split(' ');

/** Fills a new database with made conversations, the oldest first, as the program writes them. */
export function makeConversations(path: string, settings: MadeHistorySettings): MadeHistory {
  const {conversations, messages, seed} = settings;
  const random = seeded(seed);
  const word = createWords(random);
  const store = openStore({path});
  const planted: {id: string; words: string[]}[] = [];
  const counts = new Map<string, number>();
  let bytes = 0;
  const answer = (): string =>
    Array.from(
      {length: 1 + random(8)},
      () => `${madePrompt(random, word)} ${Array.from({length: random(40)}, word).join(' ')}`,
    ).join('\n\n');
  /** A word that one meets now and then. */
  const seldom = (): string => {
    for (;;) {
      const made = word();
      if (made.length >= 6 && (counts.get(made) ?? 0) < 20) return made;
    }
  };
  const plant = (text: string, id: string): string => {
    const own = Array.from({length: 4}, () => syllables[random(syllables.length)]).join('');
    const words = [seldom(), seldom(), own];
    planted.push({id, words});
    return `${text}\n${words.join(' and ')}.`;
  };
  try {
    for (let c = 0; c < conversations; c++) {
      const created = 1.4e12 + c * (3.5e11 / conversations);
      const nodes = new Map<string, MessageNode>();
      for (let m = 0; m < messages; m++) {
        const id = `m${c}-${m}`;
        const isAnswer = m % 2 === 1;
        const plain = isAnswer ? answer() : madePrompt(random, word);
        // One in the older half of the conversations, a hundred in all.
        const isPlanted =
          m === messages - 1 && c < conversations / 2 && c % Math.ceil(conversations / 200) === 0;
        const text = isPlanted ? plant(plain, id) : plain;
        bytes += Buffer.byteLength(text);
        if (c % 10 === 0)
          for (const each of new Set(text.match(/[a-z]+/g))) counts.set(each, (counts.get(each) ?? 0) + 1);
        nodes.set(id, {
          id,
          parent: m === 0 ? null : `m${c}-${m - 1}`,
          role: isAnswer ? 'assistant' : 'user',
          text,
          created: created + m * 60_000,
          ...(isAnswer && {model: 'ollama/made:1b', stop: 'stop' as const}),
        });
      }
      const conversation: Conversation = {
        id: `c${c}`,
        title: nodes.values().next().value?.text.split('\n')[0]?.slice(0, 80) ?? '',
        created,
        updated: created + messages * 60_000,
        model: 'ollama/made:1b',
        options: {},
        nodes,
        head: `m${c}-${messages - 1}`,
      };
      store.addConversation(conversation);
    }
  } finally {
    store.close();
  }
  const sampled = (conversations * messages) / 10;
  const byShare = (least: number, below: number): string[] =>
    [...counts]
      .filter(
        ([each, count]) =>
          each.length >= (least > 0.2 ? 1 : 6) && count / sampled >= least && count / sampled < below,
      )
      .map(([each]) => each);
  return {
    common: byShare(0.25, 1),
    frequent: byShare(0.003, 0.05),
    rare: byShare(0, 0.0005).filter(each => (counts.get(each) ?? 0) < 5),
    planted,
    bytes,
  };
}
