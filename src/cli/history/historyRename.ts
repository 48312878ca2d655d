import {LlmError} from '../../core/errors.ts';
import {neutraliseLine} from '../../core/neutralise.ts';
import {terminalSafeJson} from '../../core/terminalSafeJson.ts';
import {findNamed} from './describeStored.ts';
import type {HistoryAction} from './historyAction.ts';

export const historyRename: HistoryAction = {
  name: 'rename',
  usage: 'ID TITLE',
  summary: 'give one another title',
  options: ['json'],
  run({store, words: [prefix = '', ...rest], options, io}) {
    const [found] = findNamed(store, [prefix], 'rename');
    const title = neutraliseLine(rest.join(' ')).trim();
    if (title === '' || !found) {
      throw new LlmError({
        kind: 'usage',
        message: 'rename wants an id and a title',
        hint: 'Type: llm history rename ID TITLE',
      });
    }
    store.rename(found.id, title);
    if (options.json) io.stdout.write(`${terminalSafeJson({id: found.id, title}, 2)}\n`);
    else io.stderr.write(`llm: ${found.name} is “${title}” now\n`);
    return 0;
  },
};
