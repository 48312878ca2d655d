import type {Attachment} from '../core/message.ts';
import type {Choice, Command, CommandResult} from './command.ts';

/** A prompt with everything that belongs to it: it waits, is asked about, is given back and is sent as a whole. */
export type Draft = {
  text: string;
  /** The part of it in which files are looked for. */
  typed: string;
  /** The prompt of which it is another wording. */
  editOf: string | null;
  /** What was attached to it by hand. */
  files: readonly Attachment[];
};

/** What waits its turn; `text` is how it is shown. */
export type Waiting =
  | {type: 'prompt'; text: string; draft: Draft}
  | {type: 'command'; text: string; command: Command; argument: string}
  | {type: 'choice'; text: string; choice: RunChoice};

/** What a question is about: it is carried out when the answer is to send it, and else given back. */
export type Held = {draft?: Draft; go(withoutFiles: boolean): Promise<void>};

/** A choice that is no line. */
export type RunChoice = Choice & {run(): CommandResult | Promise<CommandResult>};
