// A chat without a screen or a model: it holds a session over the store as the real one does, says as much as it can as
// fast as it can, and prints why something was not stored, if anything was not. Arguments: the database, a name, turns.
import {createSession} from '../../src/core/createSession.ts';
import {holdStore} from '../../src/storage/holdStore.ts';
import {createScriptedBackend, finish, text} from '../core/scriptedBackend.ts';
import {emptyConversation} from './sampleConversation.ts';

const [path = '', name = '', turns = '0'] = process.argv.slice(2);
const store = holdStore({path});
await store.open();
store.hold();
const backend = createScriptedBackend();
let ids = 0;
const session = createSession({
  conversation: emptyConversation(name),
  resolve: async () => ({backend, model: 'model'}),
  newId: () => `${name}-${ids++}`,
  journal: store,
  flushMs: 1,
});
for (let turn = 0; turn < Number(turns); turn++) {
  const pause = (): Promise<void> => new Promise(resolve => setTimeout(resolve, 3));
  backend.enqueue(text('first '), pause(), text('second'), finish());
  await session.send(`question ${turn}`);
  const {storageError} = session.snapshot();
  if (storageError) console.log(storageError.message);
}
await session.stop();
store.close();
