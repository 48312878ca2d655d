import type {Chat} from '../commands/createChat.ts';
import type {FirstSteps} from '../commands/createFirstSteps.ts';
import type {PendingAttachments} from '../commands/createPendingAttachments.ts';
import type {KeyBindings} from '../commands/keyBindings.ts';
import type {KeyAction} from '../commands/keyTable.ts';
import type {Session} from '../core/session.ts';
import type {Composer, Intent} from './composer/createComposer.ts';
import type {Invitation} from './createInvitation.ts';
import type {Hint} from './hint.ts';
import type {KeyEvent} from './keys/parseKeys.ts';
import type {Picker} from './picker/createPicker.ts';

/** How long the second Ctrl+C may take, in ms. */
const quitWindowMs = 2000;

/** While this is shown, another Esc does what it says. */
const escapeHint = 'Esc again edits an earlier prompt';

/** So long after an answer was stopped, another Esc is taken for impatience, in ms. */
const restMs = 500;

/** What keys ask for that is neither editing nor talking. */
export type ScreenActions = {
  quit(): void;
  suspend(): void;
  redraw(): void;
  searchPrompts(): void;
  editInEditor(): void;
  view(): void;
  toggleThinking(): void;
  toggleMarkdown(): void;
  /** An answer of the terminal to a question, or word that its window got or lost the focus. */
  reply(sequence: string): void;
};

export type KeyHandlerSettings = {
  session: Session;
  chat: Chat;
  composer: Composer;
  picker: Picker;
  bindings: KeyBindings;
  hint: Hint;
  firstSteps: Pick<FirstSteps, 'work' | 'stop'>;
  /** What `send` does where nothing is typed. */
  invitation: Pick<Invitation, 'snapshot' | 'stir'>;
  attachments: Pick<PendingAttachments, 'pending'>;
  actions: ScreenActions;
};

/** What the chat does with each key: an open list's part first, then the composer's, then stopping and the like. */
export function createKeyHandler(settings: KeyHandlerSettings): (event: KeyEvent) => void {
  const {session, chat, composer, picker, bindings, hint, firstSteps, invitation, attachments, actions} =
    settings;
  let cancelledAt = Number.NEGATIVE_INFINITY;
  let stoppedAt = Number.NEGATIVE_INFINITY;

  const isBusy = (): boolean => session.snapshot().live !== null || session.snapshot().aside !== null;
  const isEmpty = (): boolean => composer.snapshot().buffer.text === '';

  const stop = async (): Promise<void> => {
    stoppedAt = Date.now();
    await chat.stop();
    stoppedAt = Date.now();
  };

  const cancel = (): void => {
    const now = Date.now();
    if (now - cancelledAt < quitWindowMs) {
      actions.quit();
      return;
    }
    cancelledAt = now;
    hint.show('Ctrl+C again quits');
  };

  const goBack = (): void => {
    if (isBusy() || chat.queue().length > 0) return void stop();
    if (firstSteps.work()) return void firstSteps.stop();
    const hasPrompt = session.snapshot().conversation.head !== null;
    if (!hasPrompt || !isEmpty() || Date.now() - stoppedAt < restMs) return;
    if (hint.snapshot() === escapeHint) {
      hint.drop(escapeHint);
      void chat.submit('/edit');
      return;
    }
    hint.show(escapeHint);
  };

  /** What remains to be done about an action when neither a list nor the composer wanted it. */
  const act = (action: KeyAction): void => {
    switch (action) {
      case 'stop':
        goBack();
        return;
      case 'cancel':
        cancel();
        return;
      case 'quit':
        actions.quit();
        return;
      case 'suspend':
        actions.suspend();
        return;
      case 'redraw':
        actions.redraw();
        return;
      case 'search-prompts':
        actions.searchPrompts();
        return;
      case 'editor':
        actions.editInEditor();
        return;
      case 'view':
        actions.view();
        return;
      case 'thinking':
        actions.toggleThinking();
        return;
      case 'markdown':
        actions.toggleMarkdown();
        return;
      case 'help':
        return void chat.submit('/help');
      // The composer passes them on when it is empty.
      case 'word-left':
        return void chat.submit('/sibling previous');
      case 'word-right':
        return void chat.submit('/sibling next');
      default:
        return;
    }
  };

  const carryOut = (intent: Intent): void => {
    if (intent.type === 'submit') {
      invitation.stir();
      void chat.submit(intent.line, intent.typed);
    } else if (intent.type === 'leave-edit') chat.cancelEdit();
    else if (intent.type === 'pass') act(intent.action);
    else if (intent.type === 'key') {
      press(intent.action);
      if (intent.rest !== '') carryOut(composer.type(intent.rest));
    }
  };

  const press = (action: KeyAction): void => {
    // What waits can be taken back, the last of it first.
    if ((action === 'up' || action === 'earlier') && isEmpty() && chat.queue().length > 0) chat.takeBack();
    else if (action === 'send' && mayTakeStep()) void chat.submit('/setup');
    else carryOut(composer.press(action));
  };

  /** While nothing is typed and nothing goes on, the place where one types says what Enter does. */
  const mayTakeStep = (): boolean =>
    isEmpty() &&
    composer.snapshot().note === '' &&
    !isBusy() &&
    chat.queue().length === 0 &&
    attachments.pending().length === 0 &&
    invitation.snapshot() !== null;

  const onKey = (key: string): void => {
    const action = bindings.actionOf(key);
    if (picker.isOpen()) {
      if (picker.press(action, key) || (action !== 'suspend' && action !== 'redraw')) return;
    }
    if (!action) return;
    if (action !== 'cancel') cancelledAt = Number.NEGATIVE_INFINITY;
    if (action === 'cancel' && isBusy()) return void stop();
    if (action === 'cancel' && firstSteps.work() && isEmpty()) return void firstSteps.stop();
    press(action);
  };

  return event => {
    switch (event.type) {
      case 'paste':
        if (picker.isOpen()) picker.paste(event.text);
        else composer.paste(event.text);
        return;
      case 'text':
        if (picker.isOpen()) picker.type(event.text);
        else carryOut(composer.type(event.text));
        cancelledAt = Number.NEGATIVE_INFINITY;
        return;
      case 'reply':
        actions.reply(event.sequence);
        return;
      case 'key':
        onKey(event.name);
    }
  };
}
