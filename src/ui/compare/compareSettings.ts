import type {CompareEnd} from '../../commands/chatFace.ts';
import type {KeyBindings} from '../../commands/keyBindings.ts';
import type {Model} from '../../core/backend.ts';
import type {Comparison, ComparisonPane} from '../../core/compare/createComparison.ts';
import type {Verdict} from '../../core/compare/vote.ts';
import type {Attachment} from '../../core/message.ts';
import type {MarkdownStream} from '../../markdown/markdownStream.ts';
import type {Composer} from '../composer/createComposer.ts';
import type {Picker} from '../picker/createPicker.ts';
import type {Styles} from '../styles.ts';

/** What was judged: the answers in the order in which they were seen, and which of them. */
export type Judgement = {panes: readonly ComparisonPane[]; verdict: Verdict; blind: boolean};

/** What the panes need besides a screen. */
export type CompareSettings = {
  comparison: Comparison;
  styles(): Styles;
  /** A stream of markdown at a width in columns. */
  markdown(width: number): MarkdownStream;
  bindings: KeyBindings;
  composer: Composer;
  picker: Picker;
  listModels(): Promise<readonly Model[]>;
  /** The files that a prompt names. Throws `LlmError`. */
  gatherFiles(typed: string): Promise<readonly Attachment[]>;
  /** Adds a prompt to the prompt history. */
  remember(prompt: string): void;
  /** Keeps what was judged; given again for the same answers, it replaces what was. Throws `LlmError`. */
  judge(judgement: Judgement): Promise<void>;
  /** Puts a text on the clipboard; says which way it went. Throws `LlmError` when there is none. */
  copy(text: string): Promise<string>;
  /** There is a chat to go back to; else leaving ends the program. */
  hasChat: boolean;
  size: {columns: number; rows: number};
  close(end: CompareEnd): void;
  suspend(): void;
  redraw(): void;
  /** ms since 1970. */
  now(): number;
  /** From 0 to 1, for the order of hidden panes. */
  random(): number;
};
