import type {HistoryAction} from './historyAction.ts';
import {historyExport} from './historyExport.ts';
import {historyImport} from './historyImport.ts';
import {historyList} from './historyList.ts';
import {historySearch} from './historySearch.ts';
import {historyShow} from './historyShow.ts';

/** Everything that `llm history` does; without a word it does the first. */
export const historyActions: readonly HistoryAction[] = [
  historyList,
  historyShow,
  historySearch,
  historyExport,
  historyImport,
];
