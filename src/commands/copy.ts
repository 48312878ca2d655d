import {activePath, type Conversation} from '../core/conversation.ts';
import {LlmError} from '../core/errors.ts';
import {neutraliseLine} from '../core/neutralise.ts';
import {type Command, type CommandContext, say} from './command.ts';
import {shorten} from './shorten.ts';

export const copy: Command = {
  name: 'copy',
  usage: '[code [N] | prompt | all]',
  summary: 'copy the last answer, a code block, a prompt or all',
  immediate: true,
  async complete(argument, {codeBlocks}) {
    const [first, ...more] = argument.split(/\s+/);
    if (more.length === 0) return ['code', 'prompt', 'all'];
    if (first !== 'code') return [];
    return Array.from({length: codeBlocks.count()}, (_, index) => {
      const number = codeBlocks.count() - index;
      return {text: `code ${number}`, detail: shorten(firstLine(codeBlocks.get(number) ?? ''), 80)};
    });
  },
  async run(argument, context) {
    const text = await textOf(argument, context);
    return say(await context.copy(text), 'success');
  },
};

function firstLine(code: string): string {
  return code.trim().split('\n', 1)[0] ?? '';
}

/** What the argument stands for. Throws `LlmError` (`usage`). */
async function textOf(argument: string, context: CommandContext): Promise<string> {
  const [what = '', number, ...more] = argument.split(/\s+/).filter(word => word !== '');
  if (more.length > 0 || (number !== undefined && what !== 'code')) throw unknown(argument);
  switch (what) {
    case '':
      return lastAnswer(context);
    case 'code':
      return codeBlock(number, context);
    case 'prompt':
      return lastOf('user', context.session.snapshot().conversation);
    case 'all': {
      const {conversation} = context.session.snapshot();
      if (conversation.head === null) throw nothingYet();
      const {exportMarkdown} = await import('../storage/exportMarkdown.ts');
      return exportMarkdown(conversation, {readBack: false});
    }
    default:
      throw unknown(argument);
  }
}

/** An answer that streams is the last one, as far as it has come. */
function lastAnswer({session}: CommandContext): string {
  const {live, conversation} = session.snapshot();
  return live?.text || lastOf('assistant', conversation);
}

function lastOf(role: 'user' | 'assistant', conversation: Conversation): string {
  const node = activePath(conversation).findLast(each => each.role === role && each.text.trim() !== '');
  if (node) return node.text;
  throw new LlmError({
    kind: 'usage',
    message: `There is no ${role === 'user' ? 'prompt' : 'answer'} to copy yet`,
  });
}

function codeBlock(number: string | undefined, {codeBlocks}: CommandContext): string {
  const count = codeBlocks.count();
  if (count === 0) throw new LlmError({kind: 'usage', message: 'No code block was shown yet'});
  const wanted = number === undefined ? count : /^\d{1,9}$/.test(number) ? Number(number) : Number.NaN;
  const text = codeBlocks.get(wanted);
  if (text !== undefined) return text;
  throw new LlmError({
    kind: 'usage',
    message: `There is no code block ${neutraliseLine(number ?? '')}`,
    hint: count === 1 ? 'There is one: /copy code' : `They go from 1 to ${count}`,
  });
}

function nothingYet(): LlmError {
  return new LlmError({kind: 'usage', message: 'Nothing has been said yet'});
}

function unknown(argument: string): LlmError {
  return new LlmError({
    kind: 'usage',
    message: `/copy does not know "${neutraliseLine(argument)}"`,
    hint: 'It takes nothing (the last answer), code, code N, prompt or all',
  });
}
