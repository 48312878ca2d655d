import {closeSync, openSync, writeSync} from 'node:fs';

/** A source of whole numbers from 0 to `below` - 1, the same for the same seed (Mulberry32, public domain). */
export function seeded(seed: number): (below: number) => number {
  let state = seed;
  return below => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

const starters =
  'how do I|explain|why does|write a|fix this|what is|summarise|translate|compare|refactor|show me|can you|please|rewrite|debug|in'.split(
    '|',
  );
const common =
  'the a to of in for with and on is it this that from my not error file function test code server python rust query data list type class model using between when without'.split(
    ' ',
  );
const short = [
  'yes',
  'no',
  'continue',
  'go on',
  'explain more',
  'thanks',
  'try again',
  'shorter please',
  'why?',
  'ok',
];
const heads =
  'ab ac ad al an ar ba be bi bo bra ca ce chi co cra da de di do dra e el en ex fa fi flo fra ga ge gra ha he hi ho i in ja ke la le li lo ma me mi mo na ne no o op or pa pe pla po pre pro qua ra re ri ro sa se shi si so spa sta stri sub ta te ti tra tri u un va ve vi wa we wi'.split(
    ' ',
  );
const middles =
  'b c d l m n r s t v ber cal der fer gor lan len mar mer min nal nis pen por ral ren ric ser sis tal ten ter tin tor ver'.split(
    ' ',
  );
const tails =
  'able al ance ed en ence er est ic ify ine ing ion ism ist ity ive ize le ly ment ness or ous s ship t tion ty ure y'.split(
    ' ',
  );
const han =
  '的一是在不了有和人这中大为上个国我以要他时来用们生到作地于出就分对成会可主发年动同工也能下过子说产种面而方后多定行学法所民得经'.split(
    '',
  );

/** Words as a person has them: a few make up half of what is typed, thousands come up now and then. */
export function createWords(random: (below: number) => number): () => string {
  const made = new Set(common);
  const any = (list: readonly string[]): string => list[random(list.length)] ?? '';
  while (made.size < 12_000)
    made.add(
      any(heads) +
        (random(3) > 0 ? any(middles) : '') +
        (random(4) > 0 ? 'aeiou'[random(5)] : '') +
        any(tails),
    );
  const words = [...made];
  // Zipf's law, in a cumulated table.
  let sum = 0;
  const cumulated = words.map((_, rank) => {
    sum += 1 / (rank + 3);
    return sum;
  });
  return () => {
    const wanted = (random(1 << 30) / (1 << 30)) * sum;
    let low = 0;
    let high = cumulated.length - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((cumulated[middle] ?? 0) < wanted) low = middle + 1;
      else high = middle;
    }
    return words[low] ?? '';
  };
}

/** One slip of the hand somewhere in a word: a letter too many, too few, a wrong one, or two that changed places. */
export function misspell(word: string, random: (below: number) => number): string {
  for (;;) {
    const at = random(word.length - 1);
    const letter = String.fromCharCode(97 + random(26));
    const kind = random(4);
    const [before, after] = [word.slice(0, at), word.slice(at + 1)];
    const misspelt =
      kind === 0
        ? before + after
        : kind === 1
          ? before + letter + word.slice(at)
          : kind === 2
            ? before + letter + after
            : before + word[at + 1] + word[at] + word.slice(at + 2);
    if (misspelt !== word) return misspelt;
  }
}

/** One made prompt: mostly a line of some words; also code, Chinese, numbers, paths, slips of the hand. */
export function madePrompt(random: (below: number) => number, word: () => string): string {
  const kind = random(100);
  if (kind < 4) return short[random(short.length)] ?? '';
  if (kind < 7) return Array.from({length: 6 + random(24)}, () => han[random(han.length)]).join('');
  const typed = (): string => {
    const plain = word();
    if (random(100) === 0 && plain.length > 3) return misspell(plain, random);
    if (random(60) === 0) return `${plain}/${word()}.ts`;
    if (random(60) === 0) return String(random(100_000));
    return random(200) === 0 ? `${plain}-${random(1 << 30).toString(16)}` : plain;
  };
  const line = (count: number): string => Array.from({length: count}, typed).join(' ');
  const first = `${random(2) === 0 ? `${starters[random(starters.length)]} ` : ''}${line(3 + random(18))}`;
  if (kind >= 92) {
    const code = Array.from(
      {length: 2 + random(8)},
      () => `  ${word()} = ${word()}(${typed()}, ${random(100)});`,
    );
    return [`${first}:`, '```', ...code, '```'].join('\n');
  }
  return random(3) === 0 ? `${first}?` : first;
}

/** Writes a history file with so many made prompts, oldest first, and returns them. */
export function writeMadeHistory(path: string, count: number, seed: number): string[] {
  const random = seeded(seed);
  const word = createWords(random);
  const prompts: string[] = [];
  const file = openSync(path, 'w', 0o600);
  let block = '';
  for (let at = 0; at < count; at++) {
    const prompt = madePrompt(random, word);
    prompts.push(prompt);
    const date = new Date(1.4e12 + at * 300_000).toISOString().replace('T', ' ').replace('Z', '000');
    block += `\n# ${date}\n${prompt.replace(/^/gm, '+')}\n`;
    if (block.length > 1 << 20 || at === count - 1) {
      writeSync(file, block);
      block = '';
    }
  }
  closeSync(file);
  return prompts;
}
