import {activePath} from '../../core/conversation.ts';
import {LlmError} from '../../core/errors.ts';
import {describeFigures} from '../../core/figures.ts';
import {neutralise} from '../../core/neutralise.ts';
import type {HistoryAction} from './historyAction.ts';
import {refuseWords} from './refuseWords.ts';

export const historyShow: HistoryAction = {
  name: 'show',
  usage: '[ID]',
  summary: 'print one, the latest unless an id is given',
  options: ['json'],
  async run({store, words: [prefix, ...rest], options, io}) {
    refuseWords('show', rest, 'It shows one conversation: llm history show ID');
    const id = prefix === undefined ? store.latest() : store.find(prefix);
    if (id === undefined)
      throw new LlmError({
        kind: 'usage',
        message: 'no conversation has been held yet',
        hint: 'Begin one: llm chat',
      });
    const conversation = store.load(id);
    if (options.json) {
      const {exportJson} = await import('../../storage/exportJson.ts');
      io.stdout.write(`${exportJson(conversation).trimEnd()}\n`);
      return 0;
    }
    const print = io.stdout.isTTY ? neutralise : (text: string) => text;
    for (const node of activePath(conversation)) {
      io.stdout.write(
        print(node.role === 'user' ? `> ${node.text}\n\n` : `${node.text}\n(${describeFigures(node)})\n\n`),
      );
    }
    return 0;
  },
};
