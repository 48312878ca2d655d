import type {Chat} from '../commands/createChat.ts';
import {type KeyAction, keyTable} from '../commands/keyTable.ts';
import type {Session} from '../core/session.ts';
import type {Composer, Intent} from './composer/createComposer.ts';
import type {Hint} from './hint.ts';
import type {KeyEvent} from './keys/parseKeys.ts';

const actions: ReadonlyMap<string, KeyAction> = new Map(
  keyTable.flatMap(({action, keys}) => keys.map(key => [key, action] as const)),
);

/** How long the second Ctrl+C may take, in ms. */
const quitWindowMs = 2000;

export type KeyHandlerSettings = {
  session: Session;
  chat: Chat;
  composer: Composer;
  hint: Hint;
  quit(): void;
  suspend(): void;
  redraw(): void;
};

/** What the chat does with each key: the composer's part first, then stopping, quitting and the like. */
export function createKeyHandler(settings: KeyHandlerSettings): (event: KeyEvent) => void {
  const {session, chat, composer, hint, quit, suspend, redraw} = settings;
  let cancelledAt = Number.NEGATIVE_INFINITY;

  const stop = async (): Promise<void> => {
    const waiting = await chat.stop();
    // Read only now: typing went on while the answer was being stopped.
    const draft = composer.snapshot().buffer.text;
    if (waiting.length > 0) composer.setText([...waiting, draft].filter(Boolean).join('\n'));
  };

  const cancel = (): void => {
    const now = Date.now();
    if (now - cancelledAt < quitWindowMs) {
      quit();
      return;
    }
    cancelledAt = now;
    hint.show('Ctrl+C again quits');
  };

  const carryOut = (intent: Intent): void => {
    if (intent.type === 'submit') void chat.submit(intent.line);
    if (intent.type !== 'pass') return;
    switch (intent.action) {
      case 'stop':
        if (session.snapshot().live || chat.queue().length > 0) void stop();
        return;
      case 'cancel':
        cancel();
        return;
      case 'quit':
        quit();
        return;
      case 'suspend':
        suspend();
        return;
      case 'redraw':
        redraw();
        return;
      case 'help':
        void chat.submit('/help');
        return;
      default:
        return;
    }
  };

  return event => {
    if (event.type === 'paste') composer.paste(event.text);
    else if (event.type === 'text') carryOut(composer.type(event.text));
    if (event.type !== 'key') return;
    const action = actions.get(event.name);
    if (!action) return;
    if (action === 'cancel' && session.snapshot().live) {
      void stop();
      return;
    }
    carryOut(composer.press(action));
  };
}
