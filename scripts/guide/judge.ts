/**
 * Asks the guide all held-out questions through the embedded engine, as the program does, and prints how many it
 * answers with the right text, whole. A conversation's later turns follow the guide's own answers.
 *
 *     node scripts/guide/judge.ts [file.gguf]
 */
import type {Message} from '../../src/core/message.ts';
import {askGuide, openGuide} from './askGuide.ts';
import {readCorpus, readJudged} from './readCorpus.ts';

const answers = new Map(readCorpus().map(({slug, answer}) => [slug, answer]));
const slugOf = new Map([...answers].map(([slug, answer]) => [answer, slug]));
const guide = openGuide(process.argv[2]);
const tally = {single: {right: 0, of: 0}, 'of several turns': {right: 0, of: 0}, outside: {right: 0, of: 0}};

for (const turns of readJudged()) {
  const messages: Message[] = [];
  for (const {question, slugs} of turns) {
    messages.push({role: 'user', text: question});
    const answer = await askGuide(guide, messages);
    messages.push({role: 'assistant', text: answer});
    const right = slugs.some(slug => answers.get(slug) === answer.trim());
    const kind = turns.length > 1 ? 'of several turns' : slugs.includes('outside') ? 'outside' : 'single';
    tally[kind].of++;
    if (right) tally[kind].right++;
    else {
      const said = slugOf.get(answer.trim()) ?? `(no topic) ${answer.slice(0, 40).replaceAll('\n', ' ')}`;
      console.log(`${question}\n    wanted ${slugs.join(' or ')}, got ${said}`);
    }
  }
}
await guide.close?.();
for (const [kind, {right, of}] of Object.entries(tally)) {
  console.log(`${kind}: ${right} of ${of} (${((100 * right) / of).toFixed(1)} %)`);
}
const known = {
  right: tally.single.right + tally['of several turns'].right,
  of: tally.single.of + tally['of several turns'].of,
};
console.log(
  `its own world: ${known.right} of ${known.of} (${((100 * known.right) / known.of).toFixed(1)} %)`,
);
