import {terminalSafeJson} from '../../core/terminalSafeJson.ts';
import {askYes} from '../askYes.ts';
import {findNamed} from './describeStored.ts';
import type {HistoryAction} from './historyAction.ts';
import {otherCopies} from './otherCopies.ts';

export const historyRemove: HistoryAction = {
  name: 'rm',
  usage: 'ID…',
  summary: 'delete some for good; --prompts: their prompts in the prompt history too',
  options: ['json', 'yes', 'prompts'],
  async run({store, words, options, services, io}) {
    const {paths} = services.environment;
    const found = findNamed(store, words, 'rm');
    const names = found.map(({name}) => name).join(', ');
    if (!(await askYes(io, `Delete ${names} for good?`, options.yes))) {
      io.stderr.write('llm: nothing was deleted\n');
      return 0;
    }
    const prompts = new Set(
      found.flatMap(({id}) =>
        [...store.load(id).nodes.values()].flatMap(node => (node.role === 'user' ? [node.text] : [])),
      ),
    );
    store.discard(found.map(({id}) => id));
    const isWiped = store.wipe();
    let forgotten = 0;
    if (options.prompts) {
      const {forgetPrompts} = await import('../../storage/forgetPrompts.ts');
      const lines = new Set([...prompts].map(prompt => prompt.replace(/\r\n?/g, '\n')));
      forgotten = forgetPrompts(paths.promptHistory, prompt => lines.has(prompt));
    }
    if (options.json) {
      const deleted = found.map(({id}) => id);
      io.stdout.write(`${terminalSafeJson({deleted, forgottenPrompts: forgotten, wiped: isWiped}, 2)}\n`);
    } else {
      const also = options.prompts ? `, and ${forgotten} of its prompts in the prompt history` : '';
      io.stderr.write(`llm: deleted ${names}${also}\n`);
    }
    if (!isWiped) {
      io.stderr.write('llm: bytes of it stay in the database until the other llm that uses it has ended\n');
    }
    for (const line of otherCopies(paths, !options.prompts)) io.stderr.write(`llm: ${line}\n`);
    return 0;
  },
};
