import type {Attachment} from '../core/message.ts';
import type {CommandContext} from './command.ts';
import type {Draft} from './draft.ts';
import {isSameAttachment, mentionsName, readMentioned} from './mentions.ts';

/** Of which earlier prompt the next one is another wording, and which files go with it. */
export type Rewording = {
  /** Rewords a prompt. The files that were attached to it by hand are attached again, to be seen. */
  begin(promptId: string, text: string): void;
  /** The next prompt is a new one; those files are taken away again. */
  end(): void;
  /** The same as the prompt is sent: its files go with it. Returns the prompt that it rewords; null for a new one. */
  finish(): string | null;
  /** A prompt has come back that reworded this one, or null; if nothing else is being reworded, it is that again. */
  resume(promptId: string | null): void;
  isUnderWay(): boolean;
  /** All files that go with a draft: those attached, and those that it names. Throws `LlmError`. */
  filesOf(draft: Draft): Promise<readonly Attachment[]>;
};

/** Starts with a new prompt. */
export function createRewording(context: CommandContext): Rewording {
  const {session, attachments} = context;
  let current: string | null = null;
  /** What is attached because the prompt had it. */
  let own: readonly Attachment[] = [];

  const attachedTo = (promptId: string | null): readonly Attachment[] =>
    session.snapshot().conversation.nodes.get(promptId ?? '')?.attachments ?? [];
  const end = (): void => {
    attachments.remove(own);
    own = [];
    current = null;
  };

  return {
    begin(promptId, text) {
      end();
      current = promptId;
      own = attachedTo(promptId).filter(({name}) => !mentionsName(text, name));
      attachments.put(own);
    },
    end,
    finish() {
      const promptId = current;
      own = [];
      current = null;
      return promptId;
    },
    resume(promptId) {
      current = promptId ?? current;
    },
    isUnderWay: () => current !== null,
    async filesOf({files, typed, editOf}) {
      const named = await readMentioned(typed, context);
      // A file that is gone since goes with the new wording as it was, where that still names it.
      const gone = attachedTo(editOf).filter(
        ({name}) => mentionsName(typed, name) && !named.some(each => each.name === name),
      );
      const all = [...files, ...named, ...gone];
      return all.filter((each, index) => all.findIndex(other => isSameAttachment(other, each)) === index);
    },
  };
}
