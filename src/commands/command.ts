import type {ModelFacts} from '../core/abilities.ts';
import type {Model} from '../core/backend.ts';
import type {Contestant} from '../core/compare/contestant.ts';
import type {TurnGate} from '../core/compare/createTurnGate.ts';
import type {Vote} from '../core/compare/vote.ts';
import type {Conversation} from '../core/conversation.ts';
import type {ModelWindow} from '../core/modelWindow.ts';
import type {PriceAnswer} from '../core/pricing.ts';
import type {Session} from '../core/session.ts';
import type {CountedAnswer} from '../storage/listAnswers.ts';
import type {Correction} from '../storage/searchTypos.ts';
import type {CodeBlocks} from './createCodeBlocks.ts';
import type {FirstSteps} from './createFirstSteps.ts';
import type {PendingAttachments} from './createPendingAttachments.ts';
import type {KeyBindings} from './keyBindings.ts';
import type {KeyAction} from './keyTable.ts';
import type {ModelShelf} from './modelShelf.ts';

/** A line or a block that a face shows to the person; it is not part of the conversation. */
export type Notice =
  | {
      type: 'text';
      tone: 'info' | 'success' | 'warning' | 'error';
      text: string;
      /** The same without signs that only the eye can read. */
      spoken?: string;
    }
  | {type: 'markdown'; text: string};

/** A fact about a choice that stands in a column of its own. */
export type Cell = {
  text: string;
  /** Where there is no room for all columns, those with the highest rank go first. */
  rank: number;
  /** Its text stands at the right edge of the column, as numbers do. */
  right?: boolean;
};

/** One of the things to choose from. Choosing it submits `line` as if it were typed, or does what has no command. */
export type Choice = {
  label: string;
  /** The label in words, where signs in it mean something. */
  spoken?: string;
  /** The parts of the label that stand out, `[start, end)` in UTF-16 units. */
  ranges?: readonly (readonly [number, number])[];
  detail?: string;
  /** On a screen, in place of the detail: as many of them for each choice, in the same order. */
  cells?: readonly Cell[];
  /** So much of the label's beginning names a group, and is not repeated on a screen, in UTF-16 units. */
  group?: number;
  /** Plain text shown beside the list while this one is selected. */
  preview?: string;
  /** Lines in place of the preview that are drawn already, for so many columns. */
  drawn?(columns: number): readonly string[];
  current?: boolean;
  /** What the actions of the list are done with: an id. */
  subject?: string;
} & ({line: string} | {run(): CommandResult | Promise<CommandResult>; immediate?: boolean});

/** What can be chosen now, and what is to be said about it: a few words. */
export type LiveChoices = {choices: readonly Choice[]; note: string};

/** A list to choose from. */
export type ChoiceRequest = {
  title: string;
  /** The title in words, where signs in it mean something. */
  spoken?: string;
  choices: readonly Choice[];
  /** What takes the place of the choices as soon as it is known; those before are what is known at once. */
  arriving?: Promise<readonly Choice[]>;
  /** What is known at any time, also before that; `follow` is told when it changes, and returns the unsubscriber. */
  live?: {now(): LiveChoices; follow(changed: () => void): () => void};
  /** Sees what is selected, as the selection moves; null when the list was closed without choosing. */
  highlight?(choice: Choice | null): void;
  /** A prompt that was not sent; it goes back to where it was typed when nothing is chosen. */
  draft?: string;
  /** What else can be done with a choice. */
  actions?: readonly ChoiceAction[];
  /** What has just happened, said before the list is shown. */
  notice?: Notice;
  /** It is the list that an action was taken from, as that left it: the filter and the place in it are kept. */
  comesBack?: boolean;
};

/** Something that can be done with a choice of a list, other than choosing it. */
export type ChoiceAction = {
  /** The key that does it on the screen. */
  key: KeyAction;
  /** What is typed before the number of a choice where there are no keys, and what hints call it: `delete`. */
  word: string;
  /** False leaves it out of the hints. */
  isHinted?: boolean;
} & (
  | {
      run(choice: Choice): CommandResult | Promise<CommandResult>;
      /** It does not wait for the end of an answer. */
      immediate?: boolean;
      /** False where it is about none of them, and is done while none is selected too. */
      needsChoice?: boolean;
    }
  /** It wants a text too: the command line for it, to be finished by the person when no text is given yet. */
  | {line(choice: Choice, text?: string): string}
);

/** What a command asks its face to do. Commands themselves draw nothing. */
export type CommandResult =
  | {type: 'none'}
  | {type: 'notice'; notice: Notice}
  | ({type: 'choose'} & ChoiceRequest)
  /**
   * The session has another conversation now. With `replay`, its last turns are shown; those from the message `from` on,
   * if there is one that was looked for.
   */
  | {type: 'opened'; clearScreen: boolean; text: string; replay?: boolean; from?: string}
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
  /** The models are to be managed. */
  | {type: 'manage'}
  | {type: 'quit'};

/** One conversation in a list. Times in ms since 1970. */
export type StoredConversation = {
  id: string;
  title: string;
  model: string;
  updated: number;
  /** Prompts and answers. */
  messages: number;
  /** The beginning of the newest text, or the text around what was found, on one line. */
  snippet?: string;
};

/** A conversation that was deleted or changed. */
export type NamedConversation = {id: string; title: string};

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
  /** The conversation was put away from the list. */
  archived?: boolean;
};

/** What a search found, best first, and the words that it looked for instead of misspelt ones. */
export type FoundMessages = {found: readonly FoundMessage[]; corrected: readonly Correction[]};

/** The conversations on disk. Everything throws `LlmError` (`usage`, `storage`). */
export type StoredConversations = {
  /** The last changed first, or those that were put away; with a search (see `parseSearch`), what it finds, the best first. */
  list(limit: number, which?: {archived?: boolean; search?: string}): Promise<readonly StoredConversation[]>;
  search(text: string, limit: number): Promise<FoundMessages>;
  /** The conversation whose id begins so. */
  load(idPrefix: string): Promise<Conversation>;
  /** Gives it another title. */
  rename(idPrefix: string, title: string): Promise<NamedConversation>;
  /** Puts it away from the list, or back. */
  archive(idPrefix: string, away: boolean): Promise<NamedConversation>;
  /** Deletes it; until the program ends, `restore` brings it back. */
  delete(idPrefix: string): Promise<NamedConversation>;
  /** Brings back what was deleted last; undefined when there is nothing to bring back. */
  restore(): Promise<NamedConversation | undefined>;
};

/** How the chat looks. */
export type Looks = {
  /** The names of all themes that can be used. */
  themes(): readonly string[];
  /** What a theme is, in a few words: the background it is made for, and whose it is. */
  describe(name: string): string;
  /** How answers look with the theme that is drawn with: styled lines for so many columns; none without a screen. */
  sample(columns: number): readonly string[];
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
  /** The way to a first model for real work. */
  readonly firstSteps: FirstSteps;
  /** The models of all backends, and what can be done with them. */
  readonly shelf: ModelShelf;
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
  /** What is known of a model (full name) and of its backend. Throws `LlmError`. */
  modelFacts(model: string): Promise<ModelFacts>;
  /** What an answer cost. */
  priceOf: PriceAnswer;
  /** The answers of today in all conversations that are kept. Throws `LlmError` (`storage`). */
  answersToday(): Promise<readonly CountedAnswer[]>;
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

/** What may follow the name of a command: `text` as it is typed, and what a list shows of it, if that is more. */
export type Completion = string | {text: string; label?: string; detail: string};

/** A slash command. */
export type Command = {
  readonly name: string;
  readonly aliases?: readonly string[];
  /** What follows the name, as shown in help: `[name]`, `KEY VALUE`. */
  readonly usage?: string;
  readonly summary: string;
  /** What there is to know beside that, as markdown, for the help about it alone. */
  details?(context: CommandContext): string;
  /** May run while an answer streams; otherwise it waits for the answer's end. */
  readonly immediate?: boolean;
  /** Must be typed in full: quitting, undoing and deleting never happen by a prefix. */
  readonly exact?: boolean;
  /** First words after the name with which it must be typed in full too. */
  readonly exactBefore?: readonly string[];
  /** Completions of what follows the name. */
  complete?(argument: string, context: CommandContext): Promise<readonly Completion[]>;
  run(argument: string, context: CommandContext): CommandResult | Promise<CommandResult>;
};

/** A result that says one plain line. */
export function say(text: string, tone: 'info' | 'success' | 'warning' | 'error' = 'info'): CommandResult {
  return {type: 'notice', notice: {type: 'text', tone, text}};
}
