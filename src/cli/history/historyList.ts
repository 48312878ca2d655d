import {neutraliseLine} from '../../core/neutralise.ts';
import {terminalSafeJson} from '../../core/terminalSafeJson.ts';
import type {HistoryAction} from './historyAction.ts';
import {minuteOf} from './minuteOf.ts';
import {readLimit} from './readLimit.ts';
import {refuseWords} from './refuseWords.ts';

export const historyList: HistoryAction = {
  name: 'list',
  summary: 'list the conversations, the latest first',
  options: ['json', 'limit', 'archived'],
  run({store, words, options, io}) {
    const quoted = words.map(word => (/^[\w.-]+$/.test(word) ? word : `'${neutraliseLine(word)}'`));
    refuseWords('list', words, `To find words: llm history search ${quoted.join(' ')}`);
    const {archived = false} = options;
    const rows = store.list({limit: readLimit(options.limit), archived});
    if (options.json) {
      io.stdout.write(`${terminalSafeJson(rows, 2)}\n`);
      return 0;
    }
    if (rows.length === 0) {
      const none = archived
        ? 'no conversation is archived'
        : 'no conversation has been held yet. Begin one: llm chat';
      io.stderr.write(`llm: ${none}\n`);
    }
    for (const {shortId, updated, messages, model, title} of rows) {
      const line = `${shortId.padEnd(9)} ${minuteOf(updated)}  ${String(messages).padStart(3)} messages  ${title}${model && `  (${model})`}`;
      io.stdout.write(`${neutraliseLine(line)}\n`);
    }
    return 0;
  },
};
