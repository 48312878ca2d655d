import type {Model} from '../core/backend.ts';
import type {Contestant} from '../core/compare/contestant.ts';
import type {TurnGate} from '../core/compare/createTurnGate.ts';
import type {Vote} from '../core/compare/vote.ts';
import type {Conversation} from '../core/conversation.ts';
import type {ModelWindow} from '../core/modelWindow.ts';
import type {Session} from '../core/session.ts';
import type {CodeBlocks} from './createCodeBlocks.ts';
import type {PendingAttachments} from './createPendingAttachments.ts';
import type {KeyBindings} from './keyBindings.ts';

/** A line or a block that a face shows to the person; it is not part of the conversation. */
export type Notice =
  | {type: 'text'; tone: 'info' | 'success' | 'warning' | 'error'; text: string}
  | {type: 'markdown'; text: string};

/** One of the things to choose from. Choosing it submits `line` as if it were typed, or does what has no command. */
export type Choice = {
  label: string;
  /** The parts of the label that stand out, `[start, end)` in UTF-16 units. */
  ranges?: readonly (readonly [number, number])[];
  detail?: string;
  /** Plain text shown beside the list while this one is selected. */
  preview?: string;
  current?: boolean;
} & ({line: string} | {run(): CommandResult | Promise<CommandResult>});

/** A list to choose from. */
export type ChoiceRequest = {
  title: string;
  choices: readonly Choice[];
  /** Sees what is selected, as the selection moves; null when the list was closed without choosing. */
  highlight?(choice: Choice | null): void;
  /** A prompt that was not sent; it goes back to where it was typed when nothing is chosen. */
  draft?: string;
};

/** What a command asks its face to do. Commands themselves draw nothing. */
export type CommandResult =
  | {type: 'none'}
  | {type: 'notice'; notice: Notice}
  | ({type: 'choose'} & ChoiceRequest)
  /** The session has another conversation now. With `replay`, its last turns are shown. */
  | {type: 'opened'; clearScreen: boolean; text: string; replay?: boolean}
  /**
   * The active path of the conversation has changed: `text` says how, and the turns from the node `from` on are shown;
   * none when it is null.
   */
  | {type: 'moved'; text: string; from: string | null}
  /** A prompt is to be reworded: its text goes to where prompts are typed, and what is sent then is its sibling. */
  | {type: 'edit'; promptId: string; text: string}
  /** A prompt is to be sent, past every question that was asked about it. */
  | {type: 'send'; withoutFiles?: boolean}
  /** The last prompt is to be answered again: by this model (its full name), else by the conversation's. */
  | {type: 'retry'; model?: string}
  /** Several are to answer a prompt side by side; null: one that is still to be typed. */
  | {type: 'compare'; contestants: readonly Contestant[]; at: string | null}
  /** The last answer, which was cut, is to be gone on with. */
  | {type: 'continue'}
  /** The whole conversation is to be shown: from a message on, and with a search in it. */
  | {type: 'view'; at?: string; search?: string}
  | {type: 'quit'};

/** One conversation in a list. Times in ms since 1970. */
export type StoredConversation = {
  id: string;
  title: string;
  model: string;
  updated: number;
  /** Prompts and answers. */
  messages: number;
  /** The beginning of the newest text, on one line. */
  snippet?: string;
};

/** A message that a search found. */
export type FoundMessage = {
  conversationId: string;
  /** Absent when the title is what was found. */
  messageId?: string;
  title: string;
  /** What stands around the hit; `ranges` are the hits in it, `[start, end)` in UTF-16 units. */
  snippet: string;
  ranges: readonly (readonly [number, number])[];
  created: number;
};

/** The conversations on disk. Everything throws `LlmError` (`usage`, `storage`). */
export type StoredConversations = {
  list(limit: number): Promise<readonly StoredConversation[]>;
  search(text: string, limit: number): Promise<readonly FoundMessage[]>;
  /** The conversation whose id begins so. */
  load(idPrefix: string): Promise<Conversation>;
};

/** How the chat looks. */
export type Looks = {
  /** The names of all themes that can be used. */
  themes(): readonly string[];
  /** What a theme is, in a few words: the background it is made for, and whose it is. */
  describe(name: string): string;
  /** Theme files that cannot be used: one line each, with the file and what is wrong in it. */
  faults(): readonly string[];
  /** The theme that is drawn with: for one that was asked for and is made for another background, its counterpart. */
  current(): string;
  /** Draws with another theme from now on. Throws `LlmError` (`usage`) for one that is unknown or broken. */
  use(name: string): void;
  /** Writes the theme into the settings. */
  keep(name: string): Promise<void>;
};

/** The settings file. */
export type SettingsPort = {
  /** Every setting that is set, as `llm config list` shows it. */
  list(): readonly {key: string; value: unknown}[];
  /** All names that can be set; those with a part that the person chooses have it in capitals. */
  names(): readonly string[];
  /** Checks and writes one. Throws `LlmError` (`usage`). Returns what was written. */
  set(key: string, words: readonly string[]): Promise<unknown>;
  unset(key: string): Promise<void>;
};

/** What `doctor` found about one thing. */
export type Finding = {
  /** What it is about: `terminal`, `backends`, `keys`, `database` … */
  area: string;
  state: 'ok' | 'warning' | 'problem';
  text: string;
  /** What to do about it. */
  remedy?: string;
};

/** What commands may touch: the session and a few ports, never a screen. */
export type CommandContext = {
  readonly session: Session;
  readonly commands: readonly Command[];
  readonly keys: KeyBindings;
  /** The fenced blocks that were shown, by their numbers. */
  readonly codeBlocks: CodeBlocks;
  /** What goes with the next prompt. */
  readonly attachments: PendingAttachments;
  readonly stored: StoredConversations;
  readonly looks: Looks;
  readonly settings: SettingsPort;
  /** Lets so many at a time work with a backend as the settings say. */
  readonly gate: TurnGate;
  /** Keeps a judgement of answers. Throws `LlmError` (`storage`). */
  saveVote(vote: Vote): Promise<void>;
  /** The models of every backend that can be asked without cost, with backend ids. */
  listModels(): Promise<readonly Model[]>;
  /** The full name behind whatever a person typed. Throws `LlmError` when unknown or ambiguous. */
  resolveModel(name: string): Promise<string>;
  /** What is known of the context window of a model (full name); undefined when nothing is. */
  contextWindow(model: string): Promise<ModelWindow | undefined>;
  /** Whether a model (full name) runs on this machine or the person's own server: free of charge. */
  isLocal(model: string): boolean;
  /** A fresh conversation, with the settings of `like`, or with the configured ones. */
  newConversation(like?: Conversation): Conversation;
  /**
   * Writes the conversation to a file and returns its path. Without a name one is made from the title.
   * Throws `LlmError` when the file exists and may not be overwritten.
   */
  exportConversation(file: string, overwrite: boolean): Promise<string>;
  /** Puts a text on the clipboard; says which way it went. Throws `LlmError` when there is none. */
  copy(text: string): Promise<string>;
  /** Looks for what is wrong, and for the remedy. */
  diagnose(): Promise<readonly Finding[]>;
  /** The paths of files below the working folder, relative to it. */
  files(): Promise<readonly string[]>;
  /** Whether a path, relative to the working folder or not, is that of a file. */
  isFile(path: string): Promise<boolean>;
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
