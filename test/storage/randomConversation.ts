import {type Conversation, type MessageNode, withNode} from '../../src/core/conversation.ts';
import {pick, type Random} from '../core/randoms.ts';
import {createRandom, randomMarkdown} from '../markdown/randomMarkdown.ts';
import {answer, emptyConversation, prompt} from './sampleConversation.ts';

/** Lines that look like the export's own, or that do not stand in a file as they are. */
const hostileLines = [
  ...[
    '<!-- llm:end -->',
    '<!-- llm:endx -->',
    '<!-- llm:text -->',
    '<!-- llm:message {"role":"user","id":"x"} -->',
  ],
  ...[
    '---',
    '## You',
    '## Assistant',
    '</details>',
    '<details>',
    '<summary>',
    '-->',
    '<!--',
    '<pre>',
    '```',
    '~~~~',
  ],
  ...[
    'title: x',
    '',
    ' ',
    '   ',
    '\t',
    'a\r',
    '\r',
    '\x1b[31mred',
    '\u202e',
    '\u2028',
    '\ud800',
    '\0',
    '\ufeff',
    '&lt;details',
  ],
];

export function randomText(random: Random): string {
  const parts = Array.from({length: 1 + random(4)}, () =>
    random(2) === 0 ? randomMarkdown(createRandom(random(1e9))) : pick(random, hostileLines),
  );
  const text = parts.join(pick(random, ['\n', '\n\n', '\r\n', '']));
  return random(6) === 0 ? text.replaceAll(/\r?\n/g, '\r\n') : text;
}

/** A conversation without branches whose texts try to break out of an export. */
export function randomConversation(random: Random): Conversation {
  const text = () => randomText(random);
  const nodes: MessageNode[] = [];
  for (let index = 0; index < 1 + random(5); index++) {
    const parent = nodes.at(-1)?.id ?? null;
    const id = `m${index}`;
    nodes.push(
      parent === null || random(2) === 0
        ? {
            ...prompt(id, parent, text()),
            ...(random(2) === 0 && {
              attachments: [
                {kind: 'text', name: text(), text: text()},
                {
                  kind: 'image',
                  name: 'i]().png',
                  mediaType: 'image/png',
                  data: new Uint8Array([0, 255, random(256)]),
                },
              ],
            }),
          }
        : {
            ...answer(id, parent, random(8) === 0 ? '' : text()),
            ...(random(2) === 0 && {reasoning: text()}),
            ...(random(3) === 0 && {
              stop: 'error',
              error: {kind: 'overloaded', message: text(), hint: 'x --> y'},
            }),
            ...(random(2) === 0 && {
              usage: {input: random(99), output: random(99), estimated: random(2) === 0},
              timing: {firstTokenMs: random(99), tokensPerSecond: random(999) / 7, totalMs: random(9999)},
            }),
          },
    );
  }
  return {
    ...nodes.reduce(withNode, emptyConversation('c1', 1_790_000_000_123)),
    title: text(),
    model: 'ollama/"tiny": 1b',
    ...(random(2) === 0 && {system: text()}),
    ...(random(2) === 0 && {options: {temperature: 0.7, stop: ['-->', '\n']}, think: 'high'}),
    ...(random(2) === 0 && {shortened: {from: 'm0', summary: text(), ...(random(2) === 0 && {until: 'm0'})}}),
  };
}
