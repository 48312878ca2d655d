// A program that streams an answer into the store and says on stdout what was acknowledged, until it is killed.
// Arguments: the database, the conversation's id.
import {writeSync} from 'node:fs';
import {openStore} from '../../src/storage/openStore.ts';
import {answer, emptyConversation, prompt, record} from './sampleConversation.ts';

const [path = '', id = ''] = process.argv.slice(2);
const store = openStore({path});
const conversation = record(store, emptyConversation(id), prompt(`${id}-p`, null, 'count for me'));
const streaming = {...answer(`${id}-a`, `${id}-p`, ''), stop: 'streaming' as const};
record(store, conversation, streaming);
for (let number = 0; ; number++) {
  store.appendChunk(streaming.id, {text: `${number} `, reasoning: number === 0 ? 'hm' : ''});
  writeSync(1, `${number}\n`);
}
