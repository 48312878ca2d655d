// A program that opens the store, says what it was told and how many conversations there are, and ends. Argument: the
// database.
import {openStore} from '../../../src/storage/openStore.ts';

const [path = ''] = process.argv.slice(2);
process.stdout.write('opening\n');
const store = openStore({path});
process.stdout.write(`${JSON.stringify([store.warnings.length, store.list({limit: 10_000}).length])}\n`);
store.close();
