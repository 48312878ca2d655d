import type {HistoryAction} from './historyAction.ts';
import {historyArchive, historyUnarchive} from './historyArchive.ts';
import {historyBackup} from './historyBackup.ts';
import {historyExport} from './historyExport.ts';
import {historyForget} from './historyForget.ts';
import {historyImport} from './historyImport.ts';
import {historyList} from './historyList.ts';
import {historyPath} from './historyPath.ts';
import {historyRemove} from './historyRemove.ts';
import {historyRename} from './historyRename.ts';
import {historySearch} from './historySearch.ts';
import {historyShow} from './historyShow.ts';

/** Everything that `llm history` does; without a word it does the first. */
export const historyActions: readonly HistoryAction[] = [
  historyList,
  historyShow,
  historySearch,
  historyExport,
  historyImport,
  historyRename,
  historyArchive,
  historyUnarchive,
  historyRemove,
  historyForget,
  historyPath,
  historyBackup,
];
