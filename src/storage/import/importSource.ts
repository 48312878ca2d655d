import type {Conversation} from '../../core/conversation.ts';
import type {HistoryEntry} from '../promptHistory.ts';

/** What is found out about a file while it is read. */
export type ImportReport = {
  /** Whose file it is, as a person would say it: `ChatGPT export`. */
  format: string;
  /** How many images and files the messages speak of whose bytes are not in the file. */
  missing: number;
};

/** What a file holds. Conversations come one by one, as they are read, so that a large archive needs little memory. */
export type ImportSource =
  | {kind: 'conversations'; conversations: Iterable<Conversation>; report: ImportReport}
  | {
      kind: 'prompts';
      entries: readonly HistoryEntry[];
      /** When the file was written last, in ms since 1970: for entries without a time. */
      written: number;
      report: ImportReport;
    };
