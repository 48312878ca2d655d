import type {Comparison, ComparisonPane} from '../core/compare/createComparison.ts';
import type {Conversation} from '../core/conversation.ts';
import type {LlmError} from '../core/errors.ts';
import type {Attachment} from '../core/message.ts';
import type {ChoiceRequest, Notice} from './command.ts';

/** What a face (the screen, the line mode) does when the chat asks for it. */
export type ChatFace = {
  show(notice: Notice): void;
  /** Something went wrong with what was submitted; `replyId` is the answer that failed, if one did. */
  failed(error: LlmError, replyId?: string): void;
  /** Offers a list; what is chosen comes back through `Chat.pick`, and closing it without through `Chat.dismiss`. */
  choose(request: ChoiceRequest): void | Promise<void>;
  /** There is another conversation now; with `from`, the turns from that message on are to be shown. */
  opened(
    conversation: Conversation,
    how: {clearScreen: boolean; text: string; replay: boolean; from?: string},
  ): void;
  /** The active path has changed; the turns from the node `from` on are to be shown. */
  moved(conversation: Conversation, how: {text: string; from: string | null}): void;
  /** Puts a text where prompts are typed; `note` says what sending it will do. */
  edit(text: string, note: string): void;
  /** Puts text back that was not sent, before what has been typed since; `note` as for `edit`, empty for the usual. */
  giveBack(text: string, note: string): void;
  /** Shows the whole conversation, from a message on, or searched for a text. */
  view(place: {at?: string; search?: string}): void;
  /** Shows several answers side by side, and has them given, until the person has seen enough. */
  compare(comparison: Comparison): Promise<CompareEnd>;
  /** Shows the models and has them managed; resolves with the full name of the one that the chat goes on with, if any. */
  manage(): Promise<string | undefined>;
  quit(): void;
};

/** How a comparison was left: which pane was looked at last, and whether the conversation goes on with it. */
export type CompareEnd = {pane: ComparisonPane | undefined; promoted: boolean};

/** What is known once the chat can begin. */
export type Readiness = {
  /** The lines of the welcome. */
  welcome: readonly string[];
  /** What goes with the first prompt. */
  attachments: readonly Attachment[];
};
