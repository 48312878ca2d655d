import {neutraliseLine} from '../../core/neutralise.ts';
import {terminalSafeJson} from '../../core/terminalSafeJson.ts';
import type {HistoryAction} from './historyAction.ts';
import {minuteOf} from './minuteOf.ts';
import {readLimit} from './readLimit.ts';

export const historyList: HistoryAction = {
  name: 'list',
  summary: 'list the conversations, the latest first',
  options: ['json', 'limit'],
  run({store, options, io}) {
    const rows = store.list({limit: readLimit(options.limit)});
    if (options.json) {
      io.stdout.write(`${terminalSafeJson(rows, 2)}\n`);
      return 0;
    }
    if (rows.length === 0) io.stderr.write('llm: no conversation has been held yet. Begin one: llm chat\n');
    for (const {shortId, updated, messages, model, title} of rows) {
      const line = `${shortId.padEnd(9)} ${minuteOf(updated)}  ${String(messages).padStart(3)} messages  ${title}${model && `  (${model})`}`;
      io.stdout.write(`${neutraliseLine(line)}\n`);
    }
    return 0;
  },
};
