import type {Model} from '../core/backend.ts';
import type {Conversation} from '../core/conversation.ts';
import type {Session} from '../core/session.ts';

/** A line or a block that a face shows to the person; it is not part of the conversation. */
export type Notice =
  | {type: 'text'; tone: 'info' | 'success' | 'warning' | 'error'; text: string}
  | {type: 'markdown'; text: string};

/** One of the things to choose from; choosing it submits `line`. */
export type Choice = {label: string; detail?: string; line: string; current?: boolean};

/** What a command asks its face to do. Commands themselves draw nothing. */
export type CommandResult =
  | {type: 'none'}
  | {type: 'notice'; notice: Notice}
  | {type: 'choose'; title: string; choices: readonly Choice[]}
  /** The session has another conversation now. */
  | {type: 'opened'; clearScreen: boolean; text: string}
  /** The last prompt is to be answered again. */
  | {type: 'retry'}
  | {type: 'quit'};

/** What commands may touch: the session and a few ports, never a screen. */
export type CommandContext = {
  readonly session: Session;
  readonly commands: readonly Command[];
  /** The models of every backend that can be asked without cost, with backend ids. */
  listModels(): Promise<readonly Model[]>;
  /** The full name behind whatever a person typed. Throws `LlmError` when unknown or ambiguous. */
  resolveModel(name: string): Promise<string>;
  /** The context window of a model (full name) in tokens: what is allocated, else what it allows; undefined if unknown. */
  contextWindow(model: string): Promise<number | undefined>;
  /** A fresh conversation, with the settings of `like`, or with the configured ones. */
  newConversation(like?: Conversation): Conversation;
  /**
   * Writes the conversation to a file and returns its path. Without a name one is made from the title.
   * Throws `LlmError` when the file exists and may not be overwritten.
   */
  exportConversation(file: string, overwrite: boolean): Promise<string>;
};

/** A slash command. */
export type Command = {
  readonly name: string;
  readonly aliases?: readonly string[];
  /** What follows the name, as shown in help: `[name]`, `KEY VALUE`. */
  readonly usage?: string;
  readonly summary: string;
  /** May run while an answer streams; otherwise it waits for the answer's end. */
  readonly immediate?: boolean;
  /** Must be typed in full: quitting, undoing and deleting never happen by a prefix. */
  readonly exact?: boolean;
  /** Completions of what follows the name. */
  complete?(argument: string, context: CommandContext): Promise<readonly string[]>;
  run(argument: string, context: CommandContext): CommandResult | Promise<CommandResult>;
};

/** A result that says one plain line. */
export function say(text: string, tone: 'info' | 'success' | 'warning' | 'error' = 'info'): CommandResult {
  return {type: 'notice', notice: {type: 'text', tone, text}};
}
