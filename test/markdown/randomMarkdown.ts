/** A source of numbers that a seed decides (mulberry32), so that a failing document can be made again. */
export type Random = {
  below(limit: number): number;
  pick<Item>(items: readonly Item[]): Item;
  chance(probability: number): boolean;
};

export function createRandom(seed: number): Random {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let value = state;
    value = Math.imul(value ^ (value >>> 15), value | 1);
    value ^= value + Math.imul(value ^ (value >>> 7), value | 61);
    return ((value ^ (value >>> 14)) >>> 0) / 4294967296;
  };
  const below = (limit: number) => Math.floor(next() * limit);
  return {
    below,
    pick: items => {
      const item = items[below(items.length)];
      if (item === undefined) throw new Error('nothing to pick from');
      return item;
    },
    chance: probability => next() < probability,
  };
}

const words =
  'the model answers a question with **strong** words *em* `code` ~~old~~ x_y_z a*b <b>bold</b> &amp; &copy; &lt; ' +
  '[link](https://example.org/a_b "t") <https://auto.example> www.example.com ![alt](i.png) 世界 你好，世界。 😀 👩‍👩‍👧 é ' +
  '\\* 1. - # > | 2) + `` a`b `` **half *open _end_ === --- ``` ~~~ [x] [undefined][ref] don’t "quoted" foo@bar.org';

const wordList = words.split(' ');

/**
 * A random document: all kinds of blocks, put together with and without blank lines. A link definition comes before
 * its use or at most two blocks after it. With `math`, there is TeX in it.
 */
export function randomMarkdown(random: Random, math = false): string {
  const {below, pick, chance} = random;
  let label = 0;

  const text = (most: number) => Array.from({length: 1 + below(most)}, () => pick(wordList)).join(' ');
  const paragraph = () =>
    Array.from({length: 1 + below(4)}, () => text(8)).join(pick(['\n', '\n', '  \n', '\\\n']));
  const fence = (most = 14) => {
    const marker = pick(['```', '````', '~~~', '~~~~~', '`````']);
    const lines = Array.from({length: below(most)}, () =>
      pick([
        'const a = 1;',
        '',
        '  indented',
        '\ttab',
        '```',
        '~~~',
        '    ',
        '# no heading',
        '- no item',
        text(4),
      ]),
    );
    const closed = chance(0.93);
    return `${pick(['', '', ' ', '  '])}${marker}${pick(['', 'js', 'python x=1', ' c++', 'nope'])}\n${lines
      .map(line => `${line}\n`)
      .join('')}${closed ? marker + pick(['', '', marker.slice(0, 1), '  ']) : ''}`;
  };
  const indent = (block: string, columns: number) =>
    block
      .split('\n')
      .map(line => (line === '' ? '' : ' '.repeat(columns) + line))
      .join('\n');
  const list = (depth: number): string => {
    const ordered = chance(0.4);
    const bullet = pick(['-', '*', '+']);
    const delimiter = pick(['.', ')']);
    const first = pick([0, 1, 1, 1, 5, 98]);
    const loose = chance(0.3);
    const count = 1 + below(chance(0.15) ? 20 : 5);
    return Array.from({length: count}, (_, index) => {
      const marker = ordered ? `${first + index}${delimiter} ` : `${bullet} `;
      const task = !ordered && chance(0.2) ? pick(['[ ] ', '[x] ', '[X] ']) : '';
      const inner: string[] = [task + (chance(0.05) ? '' : text(5))];
      if (depth < 3 && chance(0.2)) inner.push(list(depth + 1));
      if (chance(0.1)) inner.push(fence(5));
      if (chance(0.08)) inner.push(`\n${paragraph()}`);
      if (chance(0.04)) inner.push(`> ${text(4)}`);
      const body = indent(inner.join('\n'), marker.length).slice(marker.length);
      return marker + body + (loose || chance(0.05) ? '\n' : '');
    }).join('\n');
  };
  const table = () => {
    const columns = 1 + below(4);
    const row = () => `| ${Array.from({length: columns}, () => text(3).replaceAll('|', '')).join(' | ')} |`;
    const align = Array.from({length: columns}, () => pick(['---', ':--', '--:', ':-:'])).join('|');
    const rows = Array.from({length: below(chance(0.15) ? 45 : 5)}, row);
    return [row(), `|${align}|`, ...rows].join('\n');
  };
  const quote = () =>
    [paragraph(), ...(chance(0.3) ? [list(2)] : []), ...(chance(0.2) ? [fence(4)] : [])]
      .join(pick(['\n', '\n\n']))
      .split('\n')
      .map((line, index) => (index > 0 && chance(0.15) ? line : `> ${line}`))
      .join('\n');
  const block = (): string => {
    switch (below(math ? 16 : 15)) {
      case 15:
        return pick([
          '\\[\n\\frac{a_1}{b_2} * c\n= d\n\\]',
          '$$\nx_1 + x_2\n- y\n\n# z\n$$',
          'so \\(a_1 * b_2\\) and\n\\[ c*d*e \\] here',
          'price $$5 and *em*\n$$\nE = mc^2\n$$',
          'text\n\\[\nopen *em*',
        ]);
      case 0:
        return `${'#'.repeat(1 + below(6))} ${text(5)}${pick(['', ' #', ' ##'])}`;
      case 1:
        return `${text(4)}\n${pick(['===', '---', '='])}`;
      case 2:
      case 3:
        return list(0);
      case 4:
      case 5:
        return fence(chance(0.2) ? 60 : 14);
      case 6:
        return table();
      case 7:
        return quote();
      case 8:
        return pick(['---', '***', '_ _ _', '- - -']);
      case 9:
        return pick([
          `<div>\n${text(4)}\n</div>`,
          `<details>\n<summary>${text(2)}</summary>\n\n${text(3)}\n\n</details>`,
          `<!-- ${text(2)}\n\n${text(2)} -->`,
          '<br>',
          `<x-y>\n${text(2)}`,
        ]);
      case 10:
        return indent(Array.from({length: 1 + below(4)}, () => text(3)).join(pick(['\n', '\n\n'])), 4);
      case 11: {
        const name = `label${label++}`;
        const use = `see [${text(2).replace(/[[\]`<]/g, '')}][${name}] and [${name}]`;
        const definition = `[${name}]: <https://example.org/${name}>${pick(['', ' "title"'])}`;
        // Another block may stand between the two, as long as no part of it is handed out early.
        const between = pick(['', `${text(3)}\n\n`]);
        return chance(0.4) ? `${definition}\n\n${use}` : `${use}\n\n${between}${definition}\n`;
      }
      default:
        return paragraph();
    }
  };

  const blocks = Array.from({length: 1 + below(5)}, block);
  const document = blocks.map(one => one + pick(['\n\n', '\n\n', '\n\n', '\n\n\n', '\n', '\n \n'])).join('');
  const ended = chance(0.3) ? document.trimEnd() : document;
  return chance(0.1) ? ended.replaceAll('\n', '\r\n') : ended;
}

/** Lines of nothing but the characters that mean something in markdown. */
export function randomNoise({below, pick}: Random): string {
  const signs = [
    ...'-*+>#=`~| \t_1.)xy<!\\&;',
    '\n',
    '\n',
    '\n\n',
    '    ',
    '```',
    '- ',
    '1. ',
    '> ',
    '| a | b |\n|---|---|\n',
  ];
  return Array.from({length: 5 + below(80)}, () => pick(signs)).join('');
}

/** The text cut at random places, now and then in single characters. */
export function randomChunks(text: string, {below, pick}: Random): string[] {
  const most = pick([1, 3, 7, 20, 60, 400]);
  const chunks: string[] = [];
  for (let from = 0; from < text.length; ) {
    const size = 1 + below(most);
    chunks.push(text.slice(from, from + size));
    from += size;
  }
  return chunks;
}
