import {describe, expect, it} from 'vitest';
import {contextUse, reserveOf, tokenRatio, truncationWarning} from '../../src/core/contextUse.ts';
import type {Conversation, MessageNode} from '../../src/core/conversation.ts';
import {withHead} from '../../src/core/conversation.ts';
import type {Usage} from '../../src/core/message.ts';
import {imageTokens} from '../../src/core/tokens.ts';
import {conversationOf, emptyConversation} from './sampleSession.ts';

const words = (count: number): string => 'word '.repeat(count);

/** A conversation with what the server counted for some of its answers. */
function counted(
  texts: readonly string[],
  counts: Record<string, Partial<Usage>>,
  change: Partial<Conversation> = {},
): Conversation {
  const conversation = conversationOf(texts, change);
  const nodes = new Map(conversation.nodes);
  for (const [id, usage] of Object.entries(counts)) {
    const node = nodes.get(id) as MessageNode;
    nodes.set(id, {...node, usage: {estimated: false, ...usage}});
  }
  return {...conversation, nodes};
}

const nodeOf = (conversation: Conversation, id: string): MessageNode =>
  conversation.nodes.get(id) as MessageNode;

describe('what fills the context', () => {
  it('is nothing but the reserve while nothing was said', () => {
    expect(contextUse(emptyConversation(), {window: 8_192})).toEqual({
      system: 0,
      files: 0,
      history: 0,
      draft: 0,
      reserve: 1_024,
      used: 0,
      needed: 1_024,
      window: 8_192,
      free: 7_168,
      estimated: false,
      guessedImages: 0,
    });
  });

  it('is estimated part by part while no server has counted', () => {
    const file = {kind: 'text', name: 'a.txt', text: words(300)} as const;
    const use = contextUse(conversationOf(['p1', words(200)], {system: words(100)}), {
      window: 4_000,
      draft: words(50),
      attachments: [file],
    });
    expect(use).toMatchObject({system: 108, history: 10 + 208, draft: 58, estimated: true, reserve: 1_000});
    expect(use.files).toBeGreaterThanOrEqual(312);
    expect(use.used).toBe(use.system + use.files + use.history + use.draft);
    expect(use.free).toBe(4_000 - use.used - use.reserve);
  });

  it('is what the server counted up to its last answer, whatever the estimate says', () => {
    const texts = [words(500), words(100)];
    const conversation = counted(texts, {n2: {input: 700, output: 130}}, {system: words(50)});
    const use = contextUse(conversation);
    expect(use.used).toBe(830);
    expect(use.system + use.history).toBe(830);
    expect(use.estimated).toBe(false);
  });

  it('corrects the estimate of the rest by what the server counted', () => {
    const conversation = counted([words(2_000), 'a'], {n2: {input: 4_000, output: 1}});
    expect(tokenRatio(conversation)).toBeGreaterThan(1.7);
    const use = contextUse(conversation, {draft: words(1_000)});
    expect(use.draft).toBeGreaterThan(1_700);
    expect(use.estimated).toBe(true);
    expect(contextUse(emptyConversation(), {draft: words(1_000), calibration: 2}).draft).toBe(2_016);
  });

  it('does not let the marks around a short prompt double a long one', () => {
    const conversation = counted(['hi', 'Hello!'], {n2: {input: 90, output: 9}});
    expect(contextUse(conversation).used).toBe(99);
    expect(contextUse(conversation, {draft: words(5_000)}).draft).toBeLessThan(7_000);
  });

  it('keeps the ratio within bounds, also a given one', () => {
    const most = counted([words(5_000), 'a'], {n2: {input: 90_000, output: 1}});
    expect(tokenRatio(most)).toBe(2.5);
    expect(contextUse(emptyConversation(), {draft: words(992), calibration: 0.1}).draft).toBe(500);
  });

  it('uses no count of another model, nor one far below the estimate: it leaves out what was cached', () => {
    const cached = counted([words(1_000), words(1_000), 'p2', 'a2'], {
      n2: {input: 1_100, output: 1_100},
      n4: {input: 20, output: 5},
    });
    // From the first count on it goes by the estimate.
    expect(contextUse(cached).used).toBeGreaterThan(2_200);
    expect(contextUse(cached).used).toBeLessThan(2_300);
    const other = contextUse({...cached, model: 'test/other'});
    expect(other.estimated).toBe(true);
    expect(other.used).toBeLessThan(2_100);
  });

  it('knows the figure after a stopped answer too', () => {
    const conversation = counted([words(500), words(100), 'p2', words(30)], {
      n2: {input: 600, output: 120},
      n4: {output: 31, estimated: true},
    });
    const {used} = contextUse(conversation);
    expect(used).toBeGreaterThan(720 + 30);
    expect(used).toBeLessThan(720 + 80);
  });

  it('counts of an answer its text only, for thinking is not sent back', () => {
    const conversation = counted(['p', 'a b c'], {n2: {input: 50, output: 400, reasoning: 390}});
    expect(contextUse(conversation).used).toBe(60);
    const nodes = new Map(conversation.nodes);
    nodes.set('n2', {
      ...nodeOf(conversation, 'n2'),
      reasoning: words(380),
      usage: {input: 50, output: 400, estimated: false},
    });
    expect(contextUse({...conversation, nodes}).used).toBeLessThan(60);
  });

  it('counts only what is sent of a shortened conversation, and forgets what was counted before', () => {
    const texts = [words(1_000), words(1_000), 'p2', 'a2'];
    const whole = counted(texts, {n2: {input: 1_500, output: 1_500}, n4: {input: 3_100, output: 3}});
    const short = {...whole, shortened: {from: 'n3', summary: words(20), until: 'n4'}};
    expect(contextUse(whole).used).toBe(3_103);
    expect(contextUse(short).used).toBeLessThan(80);
    expect(contextUse(short).system).toBeGreaterThan(25);
    // Taken back, the counts of the shortened time hold no more either.
    const later = counted([...texts, 'p3', 'a3'], {n6: {input: 1_100, output: 3}});
    const back = {...later, shortened: {from: 'n1', summary: '', until: 'n6'}};
    expect(contextUse(back).used).toBeGreaterThan(2_000);
  });

  it('marks images that nobody has counted', () => {
    const image = {kind: 'image', name: 'i.png', mediaType: 'image/png', data: new Uint8Array(9)} as const;
    expect(contextUse(emptyConversation(), {attachments: [image, image]})).toMatchObject({
      files: 2 * imageTokens,
      guessedImages: 2,
    });
    const before = counted(['look', 'a cat'], {n2: {input: 300, output: 4}});
    const nodes = new Map(before.nodes);
    nodes.set('n1', {...nodeOf(before, 'n1'), attachments: [image]});
    // 300 is less than half of the guess: then the guess stays.
    expect(contextUse({...before, nodes}).guessedImages).toBe(1);
    nodes.set('n2', {...nodeOf(before, 'n2'), usage: {input: 800, output: 4, estimated: false}});
    expect(contextUse({...before, nodes})).toMatchObject({guessedImages: 0, used: 804});
  });

  it.each([
    [undefined, undefined, 1_024],
    [undefined, 2_048, 512],
    [100, 8_192, 100],
    [9_000, 8_192, 4_096],
    [9_000, undefined, 9_000],
  ])('keeps room for an answer: limit %s in a window of %s gives %s', (max_tokens, window, reserve) => {
    const options = max_tokens === undefined ? {} : {max_tokens};
    expect(reserveOf(emptyConversation({options}), window)).toBe(reserve);
  });
});

describe('a server that reads less than it was sent', () => {
  const long = [words(2_000), words(1_000), words(1_500), 'a2'];

  it('is told of, with both figures', () => {
    const conversation = counted(long, {n4: {input: 2_048, output: 3}});
    expect(truncationWarning(conversation, nodeOf(conversation, 'n4'))).toMatch(
      /^The server read about 2,048 of 4,5\d\d tokens: the beginning was dropped\. .*\/compact/,
    );
  });

  it('is told of after a first prompt, and after a next one that alone is too long', () => {
    const first = counted([words(5_000), 'a'], {n2: {input: 2_048}});
    expect(truncationWarning(first, nodeOf(first, 'n2'))).toContain('2,048 of 5,008');
    const next = counted(['p', 'a', words(5_000), 'a2'], {n2: {input: 12, output: 1}, n4: {input: 2_000}});
    expect(truncationWarning(next, nodeOf(next, 'n4'))).toContain('2,000 of 5,0');
  });

  it.each([
    ['nothing was counted', {}],
    ['all was read', {input: 4_500}],
    ['the model counts fewer tokens for the same text', {input: 3_200}],
    ['what it had cached is not in the count', {input: 2_550}],
    ['what it had cached is named beside the count', {input: 100, cached: 4_300}],
  ])('is not suspected where %s', (_why, usage) => {
    const conversation = counted(long, {n2: {input: 2_010, output: 1_000}, n4: usage});
    expect(truncationWarning(conversation, nodeOf(conversation, 'n4'))).toBeUndefined();
  });

  it('is not suspected over a short conversation', () => {
    const conversation = counted([words(150), 'a'], {n2: {input: 5}});
    expect(truncationWarning(conversation, nodeOf(conversation, 'n2'))).toBeUndefined();
  });

  it('is judged by the model that answered, on the branch where it did', () => {
    const conversation = counted(long, {n2: {input: 2_010, output: 1_000}, n4: {input: 2_048}});
    const reply = nodeOf(conversation, 'n4');
    const elsewhere = {...withHead(conversation, 'n2'), model: 'test/other'};
    expect(truncationWarning(elsewhere, reply)).toBe(truncationWarning(conversation, reply));
  });
});
