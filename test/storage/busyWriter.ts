// A program that writes whole conversations as fast as it can. Arguments: the database, a name, how many.
import {openStore} from '../../src/storage/openStore.ts';
import {answer, emptyConversation, prompt, record} from './sampleConversation.ts';

const [path = '', name = '', count = '0'] = process.argv.slice(2);
const store = openStore({path});
for (let number = 0; number < Number(count); number++) {
  const id = `${name}-${number}`;
  const streaming = {...answer(`${id}-a`, `${id}-p`, ''), stop: 'streaming' as const};
  record(store, emptyConversation(id), prompt(`${id}-p`, null, `question ${id}`), streaming);
  store.appendChunk(streaming.id, {text: 'first ', reasoning: ''});
  store.appendChunk(streaming.id, {text: 'second', reasoning: ''});
  store.finishMessage(id, {...streaming, text: 'first second', stop: 'stop'});
}
store.close();
