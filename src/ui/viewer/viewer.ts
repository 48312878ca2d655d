import type {KeyBindings} from '../../commands/keyBindings.ts';
import type {Session} from '../../core/session.ts';
import type {MarkdownStream} from '../../markdown/markdownStream.ts';
import type {KeyEvent} from '../keys/parseKeys.ts';
import type {Styles} from '../styles.ts';
import type {ViewerFrame} from './drawViewer.ts';

/** What the viewer needs, and where it begins. */
export type ViewerSettings = {
  session: Session;
  styles(): Styles;
  /** A stream of markdown at a width in columns; `codeNumber`: the number of the fenced block in it. */
  markdown(width: number, codeNumber?: number): MarkdownStream;
  /** The number by which a code block is copied in the chat, where it has one. */
  codeNumber?(code: string): number | undefined;
  bindings: KeyBindings;
  /** Puts a text on the clipboard; says which way it went. Throws `LlmError` when there is none. */
  copy(text: string): Promise<string>;
  /** The raw material of a failed answer, as far as it is known. */
  detail?(id: string): string | undefined;
  /** Where to begin: at a message, and with a search; else at the end. */
  place: {at?: string; search?: string};
  size: {columns: number; rows: number};
  close(): void;
  suspend(): void;
  redraw(): void;
};

/** The transcript viewer without a screen: what its rows are, and what keys do to them. */
export type Viewer = {
  press(event: KeyEvent): void;
  resize(columns: number, rows: number): void;
  /** The theme or the like has changed: all is drawn anew. */
  restyle(): void;
  /** What is to be seen now; the same object until something changes. */
  frame(): ViewerFrame;
  subscribe(listener: () => void): () => void;
  /** Stops following the session. */
  end(): void;
};
