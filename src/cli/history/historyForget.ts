import {LlmError} from '../../core/errors.ts';
import {neutralise, neutraliseLine} from '../../core/neutralise.ts';
import {terminalSafeJson} from '../../core/terminalSafeJson.ts';
import {askYes} from '../askYes.ts';
import type {HistoryAction} from './historyAction.ts';

/** How many of the prompts are shown before the question. */
const shown = 10;
/** How much of each, in characters. */
const shownLength = 100;

export const historyForget: HistoryAction = {
  name: 'forget',
  usage: 'WORDS',
  summary: 'remove the prompts with these words from the prompt history',
  options: ['json', 'yes'],
  async runClosed({words, options, services, io}) {
    const wanted = words.flatMap(word => word.toLowerCase().split(/\s+/)).filter(word => word !== '');
    if (wanted.length === 0) {
      throw new LlmError({
        kind: 'usage',
        message: 'forget wants words that stand in the prompts',
        hint: 'Type: llm history forget WORDS',
      });
    }
    const hasAll = (prompt: string): boolean => {
      const text = prompt.toLowerCase();
      return wanted.every(word => text.includes(word));
    };
    const {promptHistory} = services.environment.paths;
    const {forgetPrompts} = await import('../../storage/forgetPrompts.ts');
    const found: string[] = [];
    // Asked without a yes, it only looks.
    forgetPrompts(promptHistory, prompt => {
      if (hasAll(prompt)) found.push(prompt);
      return false;
    });
    if (found.length === 0) {
      io.stderr.write(`llm: no prompt in ${promptHistory} has all of these words\n`);
      if (options.json) io.stdout.write(`${terminalSafeJson({forgottenPrompts: 0}, 2)}\n`);
      return 0;
    }
    if (!options.yes) {
      for (const prompt of found.slice(-shown))
        io.stderr.write(`  ${neutraliseLine(prompt).slice(0, shownLength)}\n`);
      if (found.length > shown) io.stderr.write(`  and ${found.length - shown} earlier ones\n`);
    }
    const count = found.length === 1 ? 'this prompt' : `these ${found.length} prompts`;
    if (!(await askYes(io, `Remove ${count} from ${promptHistory}?`, options.yes))) {
      io.stderr.write('llm: nothing was removed\n');
      return 0;
    }
    const forgotten = forgetPrompts(promptHistory, hasAll);
    if (options.json) io.stdout.write(`${terminalSafeJson({forgottenPrompts: forgotten}, 2)}\n`);
    else io.stderr.write(neutralise(`llm: removed ${forgotten} from ${promptHistory}\n`));
    return 0;
  },
};
