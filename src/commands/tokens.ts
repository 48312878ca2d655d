import {type ContextUse, contextUse} from '../core/contextUse.ts';
import {activePath, keptPath, keptTurns} from '../core/conversation.ts';
import {type UsedWindow, usedWindow} from '../core/modelWindow.ts';
import {shownModel} from '../core/shownModel.ts';
import {shortTokens} from '../core/tokens.ts';
import type {Command} from './command.ts';
import {refuseArgument} from './refuse.ts';
import {turnsTooMany} from './turnsTooMany.ts';

/** Width of the longest bar, in columns: a row then fits 40. */
const barWidth = 14;

export const tokens: Command = {
  name: 'tokens',
  summary: 'show what fills the context window',
  immediate: true,
  async run(argument, context) {
    refuseArgument('tokens', argument);
    const {conversation} = context.session.snapshot();
    const attachments = context.attachments.pending();
    const found = await context.contextWindow(conversation.model).catch(() => undefined);
    const window = usedWindow(found, conversation.options);
    const use = contextUse(conversation, {
      attachments,
      ...(window.tokens !== undefined && {window: window.tokens}),
    });
    const left = activePath(conversation).length - keptPath(conversation).length;
    const over = turnsTooMany(conversation, {
      attachments,
      ...(window.limit !== undefined && {limit: window.limit}),
    });
    const all = keptTurns(conversation).length;
    const lines = [
      `${shownModel(conversation.model)}: ${describeUse(use)}`,
      '',
      ...table(use),
      '',
      describeWindow(window, found?.growable === true),
      left > 0 && `${left} earlier messages are not sent: /compact off sends them again.`,
      use.guessedImages > 0 && 'What images take is a guess.',
      over !== undefined &&
        over > 0 &&
        `It is too long by ${over === all ? 'all' : `the oldest ${over}`} of ${all} turns: /compact summarises them.`,
    ];
    const text = lines.filter(line => typeof line === 'string').join('\n');
    const spoken = text.replace(/ *[█▏▎▍▌▋▊▉]+$/gm, '');
    return {type: 'notice', notice: {type: 'text', tone: 'info', text, spoken}};
  },
};

function describeUse({used, window, estimated}: ContextUse): string {
  const count = `${estimated ? 'about ' : ''}${shortTokens(used)}`;
  if (window === undefined) return `${count} tokens`;
  return `${count} of ${shortTokens(window)} tokens (${Math.round((100 * used) / window)} %)`;
}

/** One row for each part: the words and figures first, so that nothing depends on the bar. */
function table(use: ContextUse): string[] {
  const parts: [string, number][] = [
    ['system', use.system],
    ['files', use.files],
    ['history', use.history],
    ['answer', use.reserve],
    ...(use.free === undefined ? [] : ([['free', use.free]] as [string, number][])),
  ];
  const whole = use.window ?? use.needed;
  return parts.map(([name, count]) => {
    const share = whole === 0 ? 0 : count / whole;
    const percent = `${Math.round(100 * share)} %`;
    const row = `${name.padEnd(8)}${count.toLocaleString('en-US').padStart(9)}${percent.padStart(7)}  ${bar(share)}`;
    return row.trimEnd();
  });
}

/** A bar of eighths of a column. */
function bar(share: number): string {
  const eighths = Math.round(Math.min(1, share) * barWidth * 8);
  return '█'.repeat(Math.floor(eighths / 8)) + ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'][eighths % 8];
}

function describeWindow({tokens: size, limit, source}: UsedWindow, growable: boolean): string {
  if (size === undefined) return 'The size of the window is not known: the server does not tell.';
  const count = size.toLocaleString('en-US');
  switch (source) {
    case 'set':
      return `The window of ${count} tokens is what num_ctx is set to.`;
    case 'allocated':
      if (limit === size && growable)
        return `The window of ${count} tokens is the most that the model allows.`;
      if (!growable) return `The window of ${count} tokens is what the server has allocated.`;
      return `The window of ${count} tokens is what is allocated; it grows${limit === undefined ? '' : ` to ${limit.toLocaleString('en-US')}`} when it is needed.`;
    default:
      return `The window of ${count} tokens is the most that the model allows; what the server gives it shows after the first answer.`;
  }
}
