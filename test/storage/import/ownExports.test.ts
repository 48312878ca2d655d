import {readdirSync} from 'node:fs';
import {describe, expect, it} from 'vitest';
import {activePath, type Conversation, type MessageNode} from '../../../src/core/conversation.ts';
import {exportJson} from '../../../src/storage/exportJson.ts';
import {exportMarkdown} from '../../../src/storage/exportMarkdown.ts';
import {openImport} from '../../../src/storage/import/openImport.ts';
import {readJsonExport} from '../../../src/storage/readJsonExport.ts';
import {splitMarkdownExports} from '../../../src/storage/splitMarkdownExports.ts';
import {pick, type Random, randoms} from '../../core/randoms.ts';
import {conversationOf} from '../../core/sampleSession.ts';
import {randomConversation, randomText} from '../randomConversation.ts';
import {answer, prompt} from '../sampleConversation.ts';
import {fileOf, freshStore, importFile, spoken, storedIn} from './importing.ts';

/** The same with branches hung onto it, and one of its ends as the place where the talk goes on. */
function branched(conversation: Conversation, random: Random): Conversation {
  const nodes = [...conversation.nodes.values()];
  for (let index = 0; index < random(6); index++) {
    const parent = random(5) === 0 ? null : pick(random, nodes).id;
    const node: MessageNode =
      parent === null || random(2) === 0
        ? prompt(`b${index}`, parent, randomText(random))
        : {...answer(`b${index}`, parent, randomText(random)), stop: pick(random, ['length', 'aborted'])};
    nodes.push(node);
  }
  return {
    ...conversation,
    nodes: new Map(nodes.map(node => [node.id, node])),
    head: pick(random, nodes).id,
  };
}

/** As a store gives it back: what a database cannot hold is not there to be exported. */
function stored(conversation: Conversation): Conversation {
  const store = freshStore();
  store.importConversations(take => take(conversation));
  return store.load(conversation.id);
}

const rounds = 25;

describe('a JSON export that is imported', () => {
  it('is exported as the same bytes again: texts, branches, attachments, errors, figures', async () => {
    const random = randoms(21);
    for (let round = 0; round < rounds; round++) {
      const text = exportJson(stored(branched(randomConversation(random), random)));
      const store = freshStore();
      const path = fileOf(text);
      expect(await importFile(store, path)).toMatchObject({added: 1, format: 'llm JSON export'});
      expect(exportJson(store.load('c1'))).toBe(text);
      expect(await importFile(store, path)).toMatchObject({unchanged: 1, messages: 0});
    }
  });

  it('may hold many conversations', async () => {
    const given = ['c1', 'c2', 'c3'].map((id, at) =>
      conversationOf([`q of ${id}`, `a of ${id}`], {
        id,
        created: at,
        nodes: new Map([[`m${id}`, prompt(`m${id}`, null, `q of ${id}`)]]),
        head: `m${id}`,
      }),
    );
    const store = freshStore();
    const list = fileOf(`[\n${given.map(each => exportJson(each).trimEnd()).join(',\n')}\n]\n`);
    expect(await importFile(store, list)).toMatchObject({added: 3});
    expect(storedIn(store)).toEqual(given);
  });

  it.each([
    ['version', 2, 'newer llm'],
    ['id', '', 'without an id'],
    ['messages', {}, 'without messages'],
    ['messages', [{role: 'user'}], 'message 1 without a role or an id'],
    ['messages', [7], 'message 1 without a role or an id'],
    [
      'messages',
      [
        {id: 'a', role: 'user', parent: 'b', text: ''},
        {id: 'b', role: 'user', parent: 'a', text: ''},
      ],
      'message 1 that comes before the one that it follows',
    ],
    [
      'messages',
      [
        {id: 'a', role: 'user', text: ''},
        {id: 'a', role: 'user', text: ''},
      ],
      'the id of message 2',
    ],
  ])('is refused when its %s is %j', (field, value, reason) => {
    const good = JSON.parse(exportJson(conversationOf(['q', 'a'])));
    expect(() => readJsonExport({...good, [field]: value})).toThrow(reason);
  });

  it('keeps a message that follows one which is nowhere', () => {
    const good = JSON.parse(exportJson(conversationOf(['q', 'a'])));
    good.messages[0].parent = 'gone';
    expect(readJsonExport(good).nodes.get('n1')?.parent).toBe('gone');
  });

  it('does without the fields that make no sense', () => {
    const good = JSON.parse(exportJson(conversationOf(['q', 'a'])));
    const odd = {
      ...good,
      ...{title: 7, created: 'x', updated: null, model: {}, system: [], options: [], think: 'hard'},
      ...{shortened: {from: 'nowhere'}, head: 'nowhere'},
    };
    odd.messages[0] = {
      ...odd.messages[0],
      ...{
        text: null,
        reasoning: 1,
        created: 'x',
        stop: 'odd',
        usage: 'x',
        error: {kind: 1},
        attachments: [{}, 7],
      },
    };
    const read = readJsonExport(odd);
    expect(read).toMatchObject({title: '', created: 0, model: '', options: {}, head: null});
    expect(read.nodes.get('n1')).toEqual({
      ...{id: 'n1', parent: null, role: 'user', text: '', created: 0},
      error: {kind: 'protocol', message: 'unknown error'},
    });
  });
});

it('holds no file open between opening and reading, so that thousands may come at once', async () => {
  const handles = () => readdirSync('/dev/fd').length;
  const path = fileOf(exportJson(conversationOf(['q', 'a'])));
  const before = handles();
  const opened = await Promise.all(Array.from({length: 40}, () => openImport(path)));
  expect(handles()).toBeLessThan(before + 20);
  const store = freshStore();
  const outcomes = opened.flatMap(({source, close}) =>
    source.kind === 'conversations'
      ? store.importConversations(take => {
          const all = [...source.conversations].map(take);
          close();
          return all;
        })
      : [],
  );
  expect(outcomes.map(({outcome}) => outcome)).toEqual(['added', ...Array(39).fill('unchanged')]);
});

describe('a markdown export that is imported', () => {
  it('is exported as the same bytes again, whatever its texts', async () => {
    const random = randoms(22);
    for (let round = 0; round < rounds; round++) {
      const text = exportMarkdown(stored(branched(randomConversation(random), random)));
      const store = freshStore();
      const path = fileOf(text);
      expect(await importFile(store, path)).toMatchObject({added: 1, format: 'llm markdown export'});
      expect(exportMarkdown(store.load('c1'))).toBe(text);
      expect(await importFile(store, path)).toMatchObject({unchanged: 1, messages: 0});
    }
  });

  it('may hold many conversations, whatever their texts pretend', async () => {
    const random = randoms(23);
    for (let round = 0; round < rounds; round++) {
      const given = Array.from({length: 2 + random(3)}, (_, at) => {
        const one = randomConversation(random);
        // A message belongs to one conversation alone.
        const named = (id: string) => `${id}-${at}`;
        const nodes = activePath(one).map(node => ({
          ...node,
          id: named(node.id),
          parent: node.parent === null ? null : named(node.parent),
          text: random(3) === 0 ? `---\nformat: llm-conversation 1\nid: "x"\n---\n${node.text}` : node.text,
        }));
        const {shortened: _shortened, ...rest} = one;
        return stored({
          ...rest,
          id: named('c'),
          created: at,
          nodes: new Map(nodes.map(node => [node.id, node])),
          head: nodes.at(-1)?.id ?? null,
        });
      });
      const texts = given.map(each => exportMarkdown(each));
      const store = freshStore();
      expect(await importFile(store, fileOf(texts.join('\n')))).toMatchObject({added: given.length});
      expect(storedIn(store).map(each => exportMarkdown(each))).toEqual(texts);
    }
  });

  it('adds to a conversation that is there as a branch what a person changed in the file', async () => {
    const store = freshStore();
    const given = conversationOf(['Why?', 'Because.']);
    store.importConversations(take => take(given));
    const changed = exportMarkdown(given).replace('\nBecause.\n', '\nBecause it is so.\n');
    expect(await importFile(store, fileOf(changed))).toMatchObject({updated: 1, messages: 1});
    expect(spoken(store.load('c1'))).toEqual(['user: Why?', 'assistant: Because it is so.']);
    expect(store.load('c1').nodes.get('n2')?.text).toBe('Because.');
  });

  it('of one conversation is not split, nor is a text that is none', () => {
    const one = exportMarkdown(conversationOf(['q', '---\nformat: llm-conversation 1\n---']));
    expect(splitMarkdownExports(one)).toEqual([one]);
    expect(splitMarkdownExports('# Title')).toEqual(['# Title']);
  });
});
