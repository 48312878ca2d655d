/** Prints the engine's process id, then one answer. Arguments: a model, a prompt, the folder of models. */
import {createLocal} from '../../../src/backends/local/createLocal.ts';
import {ask, enginePath, guidePath} from './support.ts';

const [model = '', prompt = '', modelsFolder = ''] = process.argv.slice(2);
const local = createLocal({guidePath, modelsFolder, enginePath});
const {pid} = await local.engine(model, new AbortController().signal);
process.stdout.write(`${pid}\n`);
const {text} = await ask(local, model, prompt, {options: {temperature: 0}});
process.stdout.write(text);
