// Opens a store in a program of its own, as a start does, and prints how long it took until the latest conversation was
// known, and how much of a processor, both in ms. Argument: the database.
import {openStore} from '../../src/storage/openStore.ts';

const [path = ''] = process.argv.slice(2);
const used = process.cpuUsage();
const began = performance.now();
const store = openStore({path});
const latest = store.latest();
const took = performance.now() - began;
const {user, system} = process.cpuUsage(used);
if (latest === undefined) throw new Error('the store is empty');
console.log(`${took} ${(user + system) / 1000}`);
store.close();
