import {neutraliseLine} from '../../core/neutralise.ts';
import {terminalSafeJson} from '../../core/terminalSafeJson.ts';
import {describeKeySource, keyIds, keySources} from './keySources.ts';
import type {KeysAction} from './keysAction.ts';

export const keysList: KeysAction = {
  name: 'list',
  summary: 'list which backends have a key, and where it comes from',
  options: ['json'],
  run({options, services, io}) {
    const ids = [...new Set([...keyIds(services), ...services.keys.ids()])];
    const rows = ids
      .map(id => ({id, sources: keySources(id, services)}))
      .filter(({sources}) => sources.length > 0);
    if (options.json) {
      io.stdout.write(`${terminalSafeJson(rows, 2)}\n`);
      return 0;
    }
    if (rows.length === 0) io.stderr.write('llm: there is no key. Store one: llm keys set openai\n');
    const width = Math.max(0, ...rows.map(({id}) => id.length));
    for (const {id, sources} of rows) {
      const [used, ...others] = sources.map(describeKeySource);
      const rest = others.length > 0 ? `; not used: ${others.join(', ')}` : '';
      io.stdout.write(`${neutraliseLine(id).padEnd(width)}  ${used}${rest}\n`);
    }
    return 0;
  },
};
