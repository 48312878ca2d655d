import type {Buffer} from './buffer.ts';
import type {Chips} from './chips.ts';
import type {Span} from './graphemes.ts';
import type {Menu} from './menu.ts';

/** What is to be seen of the composer. */
export type ComposerState = {
  /** What is typed; folded pastes stand in it as marks, see `chips`. */
  readonly buffer: Buffer;
  readonly chips: Chips;
  /** The completions that are offered. */
  readonly menu: Menu | null;
  /** The rest of an earlier prompt that begins with what is typed; empty when there is none. */
  readonly ghost: string;
  /** What sending will do, when it is not the usual; else empty. */
  readonly note: string;
  /** What typing does, where that differs; null where it always types. */
  readonly mode: EditingMode | null;
  /** The part of the text that is selected. */
  readonly selection: Span | null;
};

/** The modes of vi editing. But for `insert` the cursor stands on a character, and nothing is offered. */
export type EditingMode = 'insert' | 'normal' | 'visual';
