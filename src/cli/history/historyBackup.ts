import {statSync} from 'node:fs';
import path from 'node:path';
import {LlmError} from '../../core/errors.ts';
import {neutraliseLine} from '../../core/neutralise.ts';
import {terminalSafeJson} from '../../core/terminalSafeJson.ts';
import type {HistoryAction} from './historyAction.ts';

export const historyBackup: HistoryAction = {
  name: 'backup',
  usage: 'FILE',
  summary: 'copy all of them to a new file, also while llm runs',
  options: ['json'],
  run({store, words, options, io}) {
    const [name] = words;
    if (name === undefined || words.length > 1) {
      throw new LlmError({
        kind: 'usage',
        message: 'backup wants the name of one new file',
        hint: 'Type: llm history backup FILE',
      });
    }
    const file = path.resolve(name);
    store.copyTo(file);
    const {size} = statSync(file);
    if (options.json) io.stdout.write(`${terminalSafeJson({file, bytes: size}, 2)}\n`);
    else io.stderr.write(`llm: everything is in ${neutraliseLine(file)}, readable by you alone\n`);
    return 0;
  },
};
