import {keyIdOf} from './keyIdOf.ts';
import {describeKeySource, keySources} from './keySources.ts';
import type {KeysAction} from './keysAction.ts';

export const keysRemove: KeysAction = {
  name: 'rm',
  usage: 'NAME',
  summary: 'forget the stored key of a backend',
  options: [],
  async run(run) {
    const {services, io} = run;
    const id = keyIdOf('rm', run);
    const removed = await services.keys.remove(id);
    for (const warning of removed ?? [`no key of ${id} is stored`]) io.stderr.write(`llm: ${warning}\n`);
    const [left] = keySources(id, services);
    if (left) io.stderr.write(`llm: ${id} still has a key: ${describeKeySource(left)}\n`);
    return removed ? 0 : 1;
  },
};
