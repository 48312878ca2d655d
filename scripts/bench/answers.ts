export type AnswerKind = 'mixed' | 'prose' | 'fence' | 'list' | 'table';

/** How many tokens lie between two markers. */
export const markerEvery = 20;
/** What a model would never say: the last token of each answer. */
export const lastWord = 'zzend';

/**
 * An answer of the given length as a model would stream it: about four characters a token, one token a chunk.
 * Every `markerEvery` tokens a marker (`mk00001`, `mk00002` …) stands in it, for finding it on a screen.
 */
export function answer(kind: AnswerKind, tokens: number): string[] {
  const chunks: string[] = [];
  const next = wordsOf(kind);
  while (chunks.length < tokens - 1) {
    const marker = chunks.length % markerEvery === markerEvery - 1;
    chunks.push(marker ? ` ${markerText((chunks.length + 1) / markerEvery)}` : next());
  }
  chunks.push(`${kind === 'fence' ? '\n```\n\n' : '\n\n'}${lastWord}\n`);
  return chunks;
}

export function markerText(index: number): string {
  return `mk${String(index).padStart(5, '0')}`;
}

const words =
  'the way that a model says it is to put one more word and then on it goes with less or more of'.split(' ');
const codeWords = [
  'const ',
  'value',
  ' = ',
  'find(',
  'list',
  ', ',
  "'key'",
  ');',
  '\n',
  '  if (',
  'done',
  ') ',
];

/** A generator of tokens that never ends; the same at every call. */
function wordsOf(kind: AnswerKind): () => string {
  let index = -1;
  const word = () => ` ${words[index % words.length]}`;
  return () => {
    index += 1;
    switch (kind) {
      case 'prose':
        return index % 90 === 89 ? '.\n\nSo' : word();
      case 'fence':
        return index === 0 ? '```ts\n' : (codeWords[index % codeWords.length] ?? '');
      case 'list':
        return index % 14 === 0 ? `${index === 0 ? '' : '\n'}- **item**` : word();
      case 'table':
        return tableWord(index) ?? word();
      case 'mixed':
        return mixedWord(index) ?? word();
    }
  };
}

function tableWord(index: number): string | undefined {
  if (index === 0) return '| name | what | how |\n| --- | --- | --- |\n|';
  if (index % 15 === 14) return ' |\n|';
  return index % 5 === 4 ? ' |' : undefined;
}

/** Paragraphs with emphasis, a list and a piece of code in turn, as most answers have. */
function mixedWord(index: number): string | undefined {
  const at = index % 300;
  if (at === 0) return '\n\n## Next';
  if (at === 1) return '\n\nWell,';
  if (at === 60) return ' **bold words** and `code`';
  if (at === 120 || at === 135 || at === 150) return '\n- an item';
  if (at === 170) return '\n\n```ts\n';
  if (at === 240) return '\n```\n\nThen';
  if (at > 170 && at < 240) return codeWords[at % codeWords.length];
  return undefined;
}
