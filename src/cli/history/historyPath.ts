import {terminalSafeJson} from '../../core/terminalSafeJson.ts';
import type {HistoryAction} from './historyAction.ts';
import {refuseWords} from './refuseWords.ts';

export const historyPath: HistoryAction = {
  name: 'path',
  summary: 'print where the conversations are',
  options: ['json'],
  runClosed({words, options, services, io}) {
    refuseWords('path', words);
    const {database, promptHistory} = services.environment.paths;
    io.stdout.write(options.json ? `${terminalSafeJson({database, promptHistory}, 2)}\n` : `${database}\n`);
    return 0;
  },
};
