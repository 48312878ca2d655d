import type {HistoryAction} from './historyAction.ts';
import {historyList} from './historyList.ts';
import {historySearch} from './historySearch.ts';
import {historyShow} from './historyShow.ts';

/** Everything that `llm history` does; without a word it does the first. */
export const historyActions: readonly HistoryAction[] = [historyList, historyShow, historySearch];
