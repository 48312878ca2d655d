import {Text} from 'ink';
import stringWidth from 'string-width';
import type {KeyAction} from '../commands/keyTable.ts';
import type {Conversation} from '../core/conversation.ts';
import {formatCost} from '../core/pricing.ts';
import {shownModel} from '../core/shownModel.ts';
import type {CostSum} from '../core/sumCosts.ts';
import {shortTokens} from '../core/tokens.ts';
import type {EditingMode} from './composer/composerState.ts';
import type {WindowUse} from './createContextGauge.ts';
import type {Styles} from './styles.ts';

export type StatusFacts = {
  conversation: Conversation;
  /** How full the context window is; undefined where that is not measured. */
  window: WindowUse | undefined;
  /** What is under way beside the chat, in a few words: the models that are being pulled. */
  background?: string;
  /** What the conversation has cost so far. */
  cost: CostSum;
  /** Columns that the line may take. */
  columns: number;
  isStreaming: boolean;
  /** While a list is open: what other keys than Enter and Esc do with the selected item. */
  choosing: readonly string[] | null;
  hint: string;
  /** A key of an action as people write it; empty when it has none. */
  labelOf(action: KeyAction): string;
  /** What typing does; null where it always types. */
  mode?: EditingMode | null;
};

/** From these shares of what can be sent on, the context is shown as a warning, and as an error. */
const warningShare = 0.8;
const errorShare = 0.95;
/** A model's name is not shortened to less, in columns. */
const shortestName = 8;

/** The parts of the status line: what typing does, which model answers next, how full its context is, what to press. */
export function statusText(status: StatusFacts): {
  mode: string;
  model: string;
  context: string;
  keys: string;
} {
  const {conversation, window, cost, isStreaming, choosing, hint, labelOf, background = ''} = status;
  // In a list one always types. A narrow line keeps the mode: nothing else tells what the next key does.
  const mode = status.mode && !choosing ? `-- ${status.mode.toUpperCase()} -- ` : '';
  const columns = status.columns - stringWidth(mode);
  const name = shownModel(conversation.model) || 'looking for a model';
  const send = labelOf('send');
  const stop = labelOf('stop');
  const pairs: readonly (readonly [key: string, what: string])[] = choosing
    ? [
        [send, 'chooses'],
        [stop, 'closes'],
      ]
    : isStreaming
      ? [
          [stop, 'stops'],
          [send, 'queues'],
        ]
      : [
          ['/help', ''],
          [labelOf('quit'), 'quits'],
        ];
  const [first = '', second = ''] = pairs.filter(([key]) => key !== '').map(pair => pair.join(' ').trim());
  const keys = hint || [first, second].filter(part => part !== '').join(' · ');
  const {long, short} = describeContext(window);
  // What can be pressed is worth most: the name is shortened before it, then the figures; a key goes last.
  const spent = describeCost(cost);
  const withCost = (context: string): string =>
    [background, context, spent].filter(part => part !== '').join(' · ');
  const withPulls = (context: string): string =>
    [background, context].filter(part => part !== '').join(' · ');
  const others = hint || !choosing || choosing.length === 0 ? '' : choosing.join(' · ');
  const wishes = [
    ...(others === ''
      ? []
      : [
          {context: long, keys: `${first} · ${others} · ${second}`, least: 16},
          // Without the name there is no tail before them.
          {context: '', keys: `${first} · ${others} · ${second}`, least: -3},
        ]),
    {context: withCost(long), keys, least: 16},
    {context: withCost(short), keys, least: shortestName},
    {context: withPulls(short), keys, least: shortestName},
    ...(background === '' ? [] : [{context: background, keys: hint || first, least: 3}]),
    {context: short, keys, least: shortestName},
    {context: '', keys, least: shortestName},
    {context: '', keys: hint || first, least: 3},
  ];
  for (const {context, keys, least} of wishes) {
    const tail = context ? ` · ${context} · ` : ' · ';
    const room = columns - stringWidth(tail) - stringWidth(keys);
    if (room >= Math.min(least, stringWidth(name))) {
      // A letter or two of it tell nothing, and what is listed has the names.
      if (choosing && room < Math.min(shortestName, stringWidth(name)))
        return {mode, model: '', context: '', keys};
      return {mode, model: shortenMiddle(name, room), context: tail, keys};
    }
  }
  return {mode, model: '', context: '', keys};
}

/** The last line of the screen. */
export function StatusLine({status, styles}: {status: StatusFacts; styles: Styles}) {
  const {mode, model, context, keys} = statusText(status);
  return (
    <Text wrap="truncate">
      {styles.dim(mode)}
      {styles.status(model)}
      {styles[contextStyle(status.window)](context)}
      {status.hint ? styles.warning(keys) : styles.status(keys)}
    </Text>
  );
}

/** Red where the next prompt may well not fit, yellow some way before. */
export function contextStyle(window: WindowUse | undefined): 'status' | 'warning' | 'error' {
  if (window?.limit === undefined) return 'status';
  const share = window.used / window.limit;
  return share >= errorShare ? 'error' : share >= warningShare ? 'warning' : 'status';
}

/** How much of the window is used, in full and in few columns; empty while nothing is known. */
function describeContext(window: WindowUse | undefined): {long: string; short: string} {
  if (!window || (window.used === 0 && window.window === undefined)) return {long: '', short: ''};
  const {used, window: size, estimated} = window;
  if (used === 0 && size !== undefined) return {long: `${shortTokens(size)} context`, short: ''};
  const count = `${estimated ? '~' : ''}${shortTokens(used)}`;
  if (size === undefined) return {long: `${count} tokens`, short: count};
  const percent = `${Math.round((100 * used) / size)} %`;
  return {long: `${count} of ${shortTokens(size)} tokens (${percent})`, short: percent};
}

/** Nothing where all was free of charge, or no price is known. */
function describeCost({dollars, estimated, unpriced}: CostSum): string {
  if (dollars === 0) return '';
  return `${estimated ? '~' : ''}${formatCost(dollars)}${unpriced > 0 ? '+' : ''}`;
}

/** A name without its middle, so that it takes so many columns at most: `ollama/qw…coder:3b`. */
function shortenMiddle(name: string, columns: number): string {
  if (stringWidth(name) <= columns) return name;
  const characters = [...new Intl.Segmenter().segment(name)].map(({segment}) => segment);
  let left = '';
  let right = '';
  let room = columns - 1;
  for (let first = 0, last = characters.length - 1; first <= last; ) {
    const fromLeft = stringWidth(left) <= stringWidth(right);
    const next = characters[fromLeft ? first++ : last--] ?? '';
    room -= stringWidth(next);
    if (room < 0) break;
    if (fromLeft) left += next;
    else right = next + right;
  }
  return `${left}…${right}`;
}
