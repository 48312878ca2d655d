import {marked} from 'marked';
import {expect, test} from 'vitest';
import {neutralise} from '../../src/core/neutralise.ts';
import {createBlocks} from '../../src/markdown/blocks.ts';
import type {FinishedPiece, Piece} from '../../src/markdown/piece.ts';
import {loadRenderer} from '../../src/markdown/render.ts';
import {loadTheme} from '../../src/theme/loadTheme.ts';
import {htmlOfPieces, withoutEmptyBlocks, withoutLooseness} from './canonical.ts';
import {createRandom, type Random, randomChunks, randomMarkdown, randomNoise} from './randomMarkdown.ts';

const few = {firstLines: 2, groupLines: 3, groupLength: 400, items: 2, itemsLength: 400, rows: 2};
const eager = {usual: few, patient: few};

/** The pieces of a document that comes in random chunks; joined, their sources are the document. */
function split(document: string, random: Random): FinishedPiece[] {
  const blocks = createBlocks(random.chance(0.6) ? eager : undefined);
  const pieces: FinishedPiece[] = [];
  for (const chunk of randomChunks(document, random)) {
    pieces.push(...blocks.push(chunk));
    if (random.chance(0.05)) blocks.open();
  }
  pieces.push(...blocks.end());
  const sources = pieces.map(piece => piece.source).join('') + blocks.rest();
  expect(sources.replace(/\n$/, '')).toBe(neutralise(document).replace(/\n$/, ''));
  return pieces;
}

function checkHtml(document: string, pieces: Piece[]): 'whole' | 'parts' {
  const whole = withoutEmptyBlocks(marked.parse(neutralise(document), {async: false}));
  const {html, partialList} = htmlOfPieces(pieces);
  const ours = withoutEmptyBlocks(html);
  // The parts of a list that was handed out early do not know whether a later item makes all of it loose.
  if (partialList) expect(withoutLooseness(ours), document).toBe(withoutLooseness(whole));
  else expect(ours, document).toBe(whole);
  return partialList ? 'parts' : 'whole';
}

test('2,000 random documents in random chunks give what marked gives for the whole', () => {
  const seen = {whole: 0, parts: 0};
  for (let seed = 1; seed <= 2000; seed++) {
    const random = createRandom(seed);
    const document = randomMarkdown(random);
    seen[checkHtml(document, split(document, random))]++;
  }
  // Both ways of comparing were used, often.
  expect(seen.whole).toBeGreaterThan(500);
  expect(seen.parts).toBeGreaterThan(100);
});

test('2,000 texts of random markdown signs in random chunks give what marked gives for the whole', () => {
  for (let seed = 1; seed <= 2000; seed++) {
    const random = createRandom(seed * 7919);
    const document = randomNoise(random);
    checkHtml(document, split(document, random));
  }
});

test('300 random documents with TeX look the same in any chunks, line for line', async () => {
  const create = await loadRenderer();
  const themes = [new URL('../../themes', import.meta.url).pathname];
  const draw = create({theme: loadTheme('default', themes), colorLevel: 0});
  const drawAll = (pieces: Piece[]) => pieces.map(piece => draw(piece, 60)).join('');
  let parts = 0;
  for (let seed = 1; seed <= 300; seed++) {
    const random = createRandom(seed * 104_729);
    const document = randomMarkdown(random, true);
    const blocks = createBlocks();
    const whole = [...blocks.push(document), ...blocks.end()];
    const pieces = split(document, random);
    if (pieces.length !== whole.length) parts++;
    expect(drawAll(pieces), document).toBe(drawAll(whole));
  }
  expect(parts).toBeGreaterThan(30);
});
