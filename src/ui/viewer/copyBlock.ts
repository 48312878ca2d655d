import {describeError, toLlmError} from '../../core/errors.ts';
import {neutraliseLine} from '../../core/neutralise.ts';
import type {ViewBlock} from './part.ts';
import type {ViewerMessage} from './viewerMessage.ts';

const names: Record<ViewBlock['kind'], string> = {
  prompt: 'Prompt',
  thinking: 'Thinking',
  code: 'Code block',
  table: 'Table as markdown',
  text: 'Block',
  figures: 'Line',
  note: 'Line',
  error: 'Error',
};

/** Copies parts of the transcript and says what became of it. */
export type Copier = {block(block: ViewBlock): void; message(message: ViewerMessage): void};

/** `say` gets one line for the person. */
export function createCopier(copy: (text: string) => Promise<string>, say: (text: string) => void): Copier {
  const put = async (what: string, text: string): Promise<void> => {
    try {
      if (text === '') say('There is nothing to copy here.');
      else say(`${what} · ${neutraliseLine(await copy(text))}`);
    } catch (thrown) {
      say(neutraliseLine(describeError(toLlmError(thrown, 'usage'))));
    }
  };
  return {
    block: block => void put(names[block.kind], block.copy()),
    message: message => void put(message.role === 'user' ? 'Prompt' : 'Whole answer', message.text.trim()),
  };
}
