import {terminalSafeJson} from '../../core/terminalSafeJson.ts';
import {findNamed} from './describeStored.ts';
import type {HistoryAction} from './historyAction.ts';

export const historyArchive = actionFor('archive', true, 'put some away from the list; search finds them');
export const historyUnarchive = actionFor('unarchive', false, 'put some back into the list');

function actionFor(name: string, away: boolean, summary: string): HistoryAction {
  return {
    name,
    usage: 'ID…',
    summary,
    options: ['json'],
    run({store, words, options, io}) {
      const found = findNamed(store, words, name);
      for (const {id} of found) store.archive(id, away);
      const ids = found.map(({id}) => id);
      if (options.json) io.stdout.write(`${terminalSafeJson({[`${name}d`]: ids}, 2)}\n`);
      else for (const each of found) io.stderr.write(`llm: ${each.name} is ${name}d\n`);
      return 0;
    },
  };
}
