import {contextUse} from '../core/contextUse.ts';
import {activePath, keptPath, keptSystem} from '../core/conversation.ts';
import {LlmError, toLlmError} from '../core/errors.ts';
import type {Session} from '../core/session.ts';
import {shortTokens} from '../core/tokens.ts';
import {type Command, type CommandResult, say} from './command.ts';
import {type Compaction, summariseTurns} from './summariseTurns.ts';

/** Turns that stay as they are. */
const lastTurns = 2;

export const compact: Command = {
  name: 'compact',
  usage: '[what to keep in mind | all … | show | off]',
  summary: 'summarise the earlier turns to make room',
  async complete(argument) {
    return /\s/.test(argument) ? [] : ['all', 'show', 'off'];
  },
  async run(argument, context) {
    const [, word = '', rest = ''] = /^(\S*)\s*([\s\S]*)$/.exec(argument) ?? [];
    if (word === 'off' && rest === '') return sendEverything(context.session);
    if (word === 'show' && rest === '') return showSummary(context.session);
    const takesAll = word === 'all';
    const remember = takesAll ? rest : argument;
    try {
      const done = await summariseTurns(context, {
        keep: takesAll ? 0 : lastTurns,
        remember,
        signal: new AbortController().signal,
      });
      if (done) return say(describeCompaction(done), 'success');
      const isEmpty = activePath(context.session.snapshot().conversation).length === 0;
      return say(
        takesAll || isEmpty
          ? 'There is nothing to compact yet.'
          : 'There is nothing to compact but the last turns: /compact all',
      );
    } catch (thrown) {
      throw notCompacted(thrown);
    }
  },
};

/** What a compaction has done, in one line. */
export function describeCompaction({turns, before, after}: Compaction): string {
  const what = turns === 1 ? 'One turn was' : `${turns} turns were`;
  return `${what} summarised: about ${shortTokens(before)} → ${shortTokens(after)} tokens. /compact show shows the summary, /compact off sends the turns again.`;
}

/** The failure of a compaction, which says that nothing was changed. */
export function notCompacted(thrown: unknown): LlmError {
  const {kind, message, hint} = toLlmError(thrown);
  return new LlmError({kind, message: `Nothing was compacted: ${message}`, hint, cause: thrown});
}

function sendEverything(session: Session): CommandResult {
  const {conversation} = session.snapshot();
  const path = activePath(conversation);
  const [first] = path;
  const last = path.at(-1);
  if (!first || !last || keptPath(conversation).length === path.length)
    return say('Everything is sent already.');
  // From the first node on nothing is left out; what was counted until now was of less.
  session.configure({shortened: {from: first.id, summary: '', until: last.id}});
  const {used} = contextUse(session.snapshot().conversation);
  return say(`Everything is sent again: about ${shortTokens(used)} tokens.`, 'success');
}

function showSummary(session: Session): CommandResult {
  const {conversation} = session.snapshot();
  const {system = '', shortened} = conversation;
  if (!shortened?.summary || keptSystem(conversation) === system)
    return say('No turns of this conversation have been summarised.');
  return {type: 'notice', notice: {type: 'markdown', text: shortened.summary}};
}
