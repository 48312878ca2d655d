import type {ChatFace} from '../commands/chatFace.ts';
import type {Choice} from '../commands/command.ts';
import type {KeyAction} from '../commands/keyTable.ts';
import {asSentence, describeError} from '../core/errors.ts';
import {neutraliseLine} from '../core/neutralise.ts';
import type {Composer} from './composer/createComposer.ts';
import {choicePicker} from './picker/choicePicker.ts';
import type {Picker} from './picker/createPicker.ts';
import type {Styles} from './styles.ts';
import type {Transcript} from './transcript.ts';

export type ChatFaceSettings = {
  transcript: Transcript;
  composer: Composer;
  picker: Picker;
  /** Does what was chosen. Resolves when that is done. */
  pick(choice: Choice): Promise<void>;
  /** Nothing was chosen. */
  dismiss(): void;
  /** The key of an action as people write it; undefined when it has none. */
  keyOf(action: KeyAction): string | undefined;
  styles(): Styles;
  /** Moves what is on the screen up into the scrollback. */
  scrollAway(): void;
  /** How many turns of an opened conversation are shown. */
  replayTurns: number;
  view: ChatFace['view'];
  compare: ChatFace['compare'];
  manage: ChatFace['manage'];
  quit(): void;
};

/** What the chat asks of its face, done on the screen. */
export function createChatFace(settings: ChatFaceSettings): ChatFace & {
  /** The raw material of an answer that failed here. */
  detail(messageId: string): string | undefined;
} {
  const {transcript, composer, picker, pick, styles} = settings;
  const details = new Map<string, string>();

  return {
    show: transcript.show,
    failed(error, replyId) {
      transcript.show({type: 'text', tone: 'error', text: neutraliseLine(asSentence(describeError(error)))});
      const raw = error.detail ?? error.stack;
      if (replyId !== undefined && raw !== undefined) details.set(replyId, raw);
    },
    choose: request =>
      picker.open(choicePicker(request, pick, settings.dismiss, composer.setText, settings.keyOf)),
    opened(conversation, {clearScreen, text, replay, from}) {
      composer.setNote('');
      transcript.startOver(conversation);
      if (clearScreen) settings.scrollAway();
      transcript.line(styles().dim(`── ${neutraliseLine(text)} ──`));
      transcript.line('');
      if (replay) transcript.replay(conversation, settings.replayTurns, from);
    },
    moved(conversation, {text, from}) {
      composer.setNote('');
      transcript.moved(conversation, from, text);
    },
    edit: (text, note) => composer.edit(text, note),
    giveBack(text, note) {
      const whole = [text, composer.text()].filter(Boolean).join('\n');
      if (note === '') composer.setText(whole);
      else composer.edit(whole, note);
    },
    view: settings.view,
    compare: settings.compare,
    manage: settings.manage,
    quit: settings.quit,
    detail: id => details.get(id),
  };
}
