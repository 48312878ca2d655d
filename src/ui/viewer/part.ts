import type {MarkdownStream} from '../../markdown/markdownStream.ts';
import type {Styles} from '../styles.ts';

/** What can be selected, folded and copied as one. */
export type ViewBlock = {
  /** Tells it from all others, as long as the text before it stays. */
  readonly key: string;
  readonly kind: 'prompt' | 'thinking' | 'code' | 'table' | 'text' | 'figures' | 'note' | 'error';
  /** Whether its fold is open; undefined when it has none. */
  readonly isOpen?: boolean;
  /** Its text for the clipboard. */
  copy(): string;
};

/** A piece of a block that is drawn at once, and which text of the message it draws, `[start, end)`. */
export type Part = {
  readonly block: ViewBlock;
  readonly field: 'text' | 'reasoning' | null;
  readonly start: number;
  readonly end: number;
  /** A blank line comes first. */
  readonly gap: boolean;
  /** Its lines without the gap, styled; lines of code are as long as they are. Drawn at the first call. */
  lines(): readonly string[];
};

/** How all of it is drawn. */
export type Look = {
  /** `codeNumber`: the number of the fenced block in it. */
  markdown(width: number, codeNumber?: number): MarkdownStream;
  /** The number by which a code block is copied in the chat, where it has one. */
  codeNumber(code: string): number | undefined;
  styles: Styles;
  /** Columns. */
  width: number;
  /** Answers are shown as their markdown source. */
  isRaw: boolean;
  /** The line of figures below an answer is left out. */
  hidesFigures?: boolean;
  /** Puts the hint of a failure in the words of where it is seen; its details cannot be unfolded there. */
  wordHint?(hint: string): string;
};
