import {join} from 'node:path';
import {createMarkdownStream} from '../../src/markdown/markdownStream.ts';
import type {Piece} from '../../src/markdown/piece.ts';
import {loadRenderer} from '../../src/markdown/render.ts';
import {loadTheme} from '../../src/theme/loadTheme.ts';
import {type AnswerKind, answer} from './answers.ts';
import {median, times} from './statistics.ts';
import type {Row} from './table.ts';

const kinds: readonly AnswerKind[] = ['prose', 'fence', 'list', 'table'];
/** As many tokens as come between two frames at 200 tok/s. */
const perFrame = 16;

/** What one token of an answer costs in markdown, from short answers to long ones, whatever they are made of. */
export async function measureMarkdownGrowth({quick}: {quick: boolean}): Promise<Row[]> {
  const createRenderer = await loadRenderer();
  const theme = loadTheme('default', [join(import.meta.dirname, '..', '..', 'themes')]);
  const render = createRenderer({theme, colorLevel: 3});
  const draw: Draw = piece => render(piece, 100);
  const sizes = quick ? [1_000, 4_000, 16_000] : [1_000, 4_000, 16_000, 64_000];
  return kinds.map(kind => {
    // The first texts warm the compiler up, or the smallest size would pay for it.
    for (let warm = 0; warm < 3; warm++) costOf(kind, 4_000, draw);
    const costs = sizes.map(size => {
      const repeats = Math.max(1, Math.floor((quick ? 8_000 : 32_000) / size));
      return median(Array.from({length: repeats}, () => costOf(kind, size, draw)));
    });
    const [first = Number.NaN] = costs;
    const last = costs.at(-1) ?? Number.NaN;
    return {
      what: `markdown, ${kind === 'prose' ? kind : `one ${kind}`}: CPU a token at ${sizes.map(thousands).join(', ')}`,
      measured: costs.map(cost => `${Math.round(cost * 1000)} µs`).join(', '),
      baseline: `${thousands(sizes[0] ?? 0)} tokens: ${Math.round(first * 1000)} µs`,
      ratio: times(last / first),
      goal: 'constant (≤ 1.5 ×)',
      met: last / first <= 1.5,
    };
  });
}

type Draw = (piece: Piece) => string;

/** CPU time in ms for each token: split and rendered, with the open end rendered anew at every frame. */
function costOf(kind: AnswerKind, tokens: number, draw: Draw): number {
  const chunks = answer(kind, tokens);
  const before = process.cpuUsage();
  const stream = createMarkdownStream(draw);
  for (let at = 0; at < chunks.length; at += perFrame) {
    stream.push(chunks.slice(at, at + perFrame).join(''));
    stream.open();
  }
  stream.end();
  const {user, system} = process.cpuUsage(before);
  return (user + system) / 1000 / tokens;
}

function thousands(tokens: number): string {
  return `${tokens / 1000} k`;
}
