// A program that deletes a conversation, says so on stdout, and stays. Arguments: the database, the conversation's id.
import {writeSync} from 'node:fs';
import {openStore} from '../../src/storage/openStore.ts';

const [path = '', id = ''] = process.argv.slice(2);
openStore({path}).delete(id);
writeSync(1, 'deleted\n');
setInterval(() => {}, 1000);
