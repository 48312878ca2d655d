import {describeCorrections} from '../../commands/describeFound.ts';
import {LlmError} from '../../core/errors.ts';
import {neutralise, neutraliseLine} from '../../core/neutralise.ts';
import {terminalSafeJson} from '../../core/terminalSafeJson.ts';
import type {HistoryAction} from './historyAction.ts';
import {minuteOf} from './minuteOf.ts';
import {readLimit} from './readLimit.ts';

export const historySearch: HistoryAction = {
  name: 'search',
  usage: 'WORDS',
  summary: 'find words in prompts, answers and titles',
  options: ['json', 'limit'],
  run({store, words, options, io}) {
    const typed = words.join(' ');
    if (typed.trim() === '')
      throw new LlmError({
        kind: 'usage',
        message: 'search wants words',
        hint: 'Type: llm history search WORDS',
      });
    const {hits, corrected} = store.search(typed, {limit: readLimit(options.limit)});
    if (options.json) {
      io.stdout.write(`${terminalSafeJson(hits, 2)}\n`);
      return 0;
    }
    if (hits.length === 0) io.stderr.write(`llm: nothing was found for "${neutraliseLine(typed)}"\n`);
    if (corrected.length > 0) io.stderr.write(`llm: found ${describeCorrections(corrected)}\n`);
    const mark = io.stdout.isTTY ? (text: string) => `\u001b[1m${text}\u001b[22m` : (text: string) => text;
    for (const {conversationId, updated, title, snippet, archived} of hits) {
      const marked = snippet.map(({hit, text}) => (hit ? mark(neutralise(text)) : neutralise(text))).join('');
      const head = `${conversationId.slice(0, 10)}  ${minuteOf(updated)}  ${neutraliseLine(title)}${archived === undefined ? '' : '  (archived)'}`;
      io.stdout.write(`${head}\n    ${marked}\n`);
    }
    return 0;
  },
};
