// A program that goes through what a chat writes, again and again, and says on stdout what was acknowledged, until it is
// killed. Arguments: the database, a name for its conversations.
import {writeSync} from 'node:fs';
import {openStore} from '../../src/storage/openStore.ts';
import {answer, emptyConversation, prompt, record} from './sampleConversation.ts';

const [path = '', name = ''] = process.argv.slice(2);
const store = openStore({path});
writeSync(1, 'open\n');
for (let turn = 0; ; turn++) {
  const id = `${name}-${turn}`;
  const conversation = record(store, emptyConversation(id), prompt(`${id}-p`, null, `question ${id}`));
  writeSync(1, `prompt ${id}\n`);
  const streaming = {...answer(`${id}-a`, `${id}-p`, ''), stop: 'streaming' as const};
  record(store, conversation, streaming);
  let text = '';
  for (let word = 0; word < 8; word++) {
    store.appendChunk(streaming.id, {text: `${word} `, reasoning: ''});
    text += `${word} `;
    writeSync(1, `words ${id} ${word}\n`);
  }
  store.finishMessage(id, {...streaming, text, stop: 'stop'});
  writeSync(1, `end ${id}\n`);
}
