import type {Pull} from '../../commands/createPulls.ts';
import type {KeyBindings} from '../../commands/keyBindings.ts';
import type {ModelShelf} from '../../commands/modelShelf.ts';
import type {Model} from '../../core/backend.ts';
import type {Buffer} from '../composer/buffer.ts';
import type {KeyEvent} from '../keys/parseKeys.ts';
import type {RowsSource} from '../RowsScreen.tsx';
import type {Styles} from '../styles.ts';

export type ManagerSettings = {
  shelf: ModelShelf;
  bindings: KeyBindings;
  styles(): Styles;
  /** The full name of the model that answers in the chat. */
  current(): string;
  size: {columns: number; rows: number};
  /** ms since 1970. */
  now(): number;
  /** Leaves; with a name, the chat goes on with that model. */
  close(chosen?: string): void;
  suspend(): void;
  redraw(): void;
};

/** The manager without a screen: what its rows are, and what keys do to them. */
export type Manager = RowsSource & {
  press(event: Exclude<KeyEvent, {type: 'reply'}>): void;
  resize(columns: number, rows: number): void;
  restyle(): void;
  /** Looks again at what is loaded, while that is what is shown, and at what other programs pull. */
  tick(): void;
  end(): void;
};

/** Which models are listed: all that are there, or those that are loaded. */
export type Section = 'installed' | 'running';

/** Something that can be selected. */
export type Item = {type: 'pull'; name: string; pull: Pull} | {type: 'model'; name: string; model: Model};

/** What is typed into a line: which model to pull, or a new name for one. */
export type Field = {
  type: 'pull' | 'copy' | 'alias';
  /** What is asked. */
  question: string;
  buffer: Buffer;
  submit(text: string): void;
};

/** What is said at the bottom until the next key. */
export type Remark = {tone: 'info' | 'error'; text: string};

/** What is known of one model, once it was asked for. */
export type Details = {name: string; label: string; model: Model; state: 'asking' | 'known'; error?: string};

/** What takes the keys. */
export type Mode =
  | {type: 'list'}
  | {type: 'filter'}
  | {type: 'field'; field: Field}
  | {type: 'confirm'; question: string; declined: string; confirmed(): void}
  | {type: 'details'; details: Details; first: number}
  | {type: 'help'; first: number};
