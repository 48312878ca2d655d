import {answerParts, growingPart} from './answerParts.ts';
import {createGrowingBlock, type GrowingBlock} from './growingBlock.ts';
import type {Look, Part, ViewBlock} from './part.ts';
import {lineGroups, once, wrapLine} from './partLines.ts';
import {type SplitText, splitBlocks} from './splitBlocks.ts';
import type {ViewerMessage} from './viewerMessage.ts';

/** A message cut into parts that can be drawn one by one. */
export type MessageLayout = {
  readonly parts: readonly Part[];
  readonly split: SplitText;
  readonly growing?: GrowingBlock;
};

export type MessagePlace = {
  /** `<2/3> ` where there are other wordings or answers, else empty. */
  sibling: string;
  /** Nothing stands above it. */
  isFirst: boolean;
  isOpen(key: string, byDefault: boolean): boolean;
};

/** A prompt longer than this is folded, in lines and UTF-16 units; so much of it stays in sight. */
const longPrompt = {lines: 14, length: 3000, shownRows: 8, shownLength: 1200};

/** Cuts a message into parts; with the layout of what it began with, only its end is drawn anew. */
export function layoutMessage(
  message: ViewerMessage,
  place: MessagePlace,
  look: Look,
  before?: MessageLayout,
): MessageLayout {
  const top = (parts: Part[]): Part[] =>
    parts.map((part, index) => (index === 0 && place.isFirst ? {...part, gap: false} : part));
  if (message.role === 'user') return {parts: top(promptParts(message, place, look)), split: splitBlocks('')};
  const split = splitBlocks(message.text, before?.split);
  const opening = [...noteParts(message, place, look), ...thinkingParts(message, place, look)];
  const closing = [...errorParts(message, place, look), ...figureParts(message, look)];
  const answer: Part[] = [];
  const settled = settledParts(before);
  let growing: GrowingBlock | undefined;
  for (const [index, source] of split.blocks.entries()) {
    const isLast = index === split.blocks.length - 1;
    const same = settled.get(`${message.id}/${source.start}`) ?? [];
    if (message.isLive && isLast && !look.isRaw) {
      const continued = before?.growing?.start === source.start ? before.growing : undefined;
      growing = continued ?? createGrowingBlock(source.start, look.markdown(look.width));
      answer.push(growingPart(message, source, growing));
    } else if (same.at(-1)?.end === source.end) answer.push(...same);
    else answer.push(...answerParts(message, source, split, look));
  }
  return {parts: top([...opening, ...answer, ...closing]), split, ...(growing && {growing})};
}

/** The parts of the blocks that no more text can change, by the keys of the blocks. */
function settledParts(before: MessageLayout | undefined): Map<string, Part[]> {
  const parts = new Map<string, Part[]>();
  const last = before?.split.blocks.at(-1)?.start ?? 0;
  for (const part of before?.parts ?? []) {
    if (part.field !== 'text' || part.start >= last) continue;
    const known = parts.get(part.block.key);
    if (known) known.push(part);
    else parts.set(part.block.key, [part]);
  }
  return parts;
}

function wrapAll(text: string, width: number): string[] {
  return text.split('\n').flatMap(line => wrapLine(line, width));
}

function promptParts(message: ViewerMessage, place: MessagePlace, {styles, width}: Look): Part[] {
  const {text, id} = message;
  const count = text.split('\n').length;
  const isLong = count > longPrompt.lines || text.length > longPrompt.length;
  const key = `${id}/prompt`;
  const isOpen = !isLong || place.isOpen(key, false);
  const block: ViewBlock = {key, kind: 'prompt', copy: () => text, ...(isLong && {isOpen})};
  const names = message.attachments.map(name => `  ${styles.dim(`[${name}]`)}`);
  const draw = (lines: readonly string[], isStart: boolean): string[] =>
    lines
      .flatMap(line => wrapLine(line, width - 2))
      .map((row, index) => {
        const mark = isStart && index === 0 ? `${styles.user('❯')} ` : '  ';
        return mark + styles.strong(row);
      });
  /** Where there are other wordings, that stands in the first row, and the prompt below it. */
  const withSibling = (rows: readonly string[]): string[] => {
    if (place.sibling === '') return [...rows];
    const [first = '', ...others] = rows;
    const mark = `${styles.user('❯')} `;
    return [mark + styles.dim(place.sibling), `  ${first.slice(mark.length)}`, ...others];
  };
  if (!isOpen) {
    const lines = once(() => {
      const shown: string[] = [];
      const rows: string[] = [];
      for (const line of text.slice(0, longPrompt.shownLength).split('\n')) {
        if (rows.length >= longPrompt.shownRows) break;
        shown.push(line);
        rows.push(...draw([line], shown.length === 1));
      }
      const more = count - shown.length;
      const rest = `▸ ${more > 0 ? `${more} more line${more === 1 ? '' : 's'}` : 'more'} · Enter opens`;
      return [...withSibling(rows.slice(0, longPrompt.shownRows)), `  ${styles.dim(rest)}`, ...names];
    });
    return [{block, field: 'text', start: 0, end: text.length, gap: true, lines}];
  }
  const groups = lineGroups(text);
  return groups.map(({lines, start, end}, index) => ({
    block,
    field: 'text' as const,
    start,
    end,
    gap: index === 0,
    lines: once(() => [
      ...(index === 0 ? withSibling(draw(lines, true)) : draw(lines, false)),
      ...(index === groups.length - 1 ? names : []),
    ]),
  }));
}

function noteParts({id, figures}: ViewerMessage, {sibling}: MessagePlace, {styles}: Look): Part[] {
  if (sibling === '') return [];
  const block: ViewBlock = {key: `${id}/note`, kind: 'note', copy: () => figures};
  return [{block, field: null, start: 0, end: 0, gap: true, lines: () => [styles.dim(sibling)]}];
}

function thinkingParts(message: ViewerMessage, place: MessagePlace, {styles, width}: Look): Part[] {
  const {id, reasoning, thought} = message;
  if (thought === '') return [];
  const key = `${id}/thinking`;
  const isOpen = place.isOpen(key, false);
  const block: ViewBlock = {key, kind: 'thinking', isOpen, copy: () => reasoning};
  const head = styles.thinking(`${isOpen ? '▾' : '▸'} ${thought}`);
  if (!isOpen)
    return [{block, field: 'reasoning', start: 0, end: reasoning.length, gap: true, lines: () => [head]}];
  return lineGroups(reasoning).map(({lines, start, end}, index) => ({
    block,
    field: 'reasoning' as const,
    start,
    end,
    gap: index === 0,
    lines: once(() => [
      ...(index === 0 ? [head] : []),
      ...lines.flatMap(line => wrapLine(line, width - 2)).map(row => `  ${styles.thinking(row)}`),
    ]),
  }));
}

function figureParts({id, figures}: ViewerMessage, {styles, width, hidesFigures}: Look): Part[] {
  if (figures === '' || hidesFigures) return [];
  const block: ViewBlock = {key: `${id}/figures`, kind: 'figures', copy: () => figures};
  const lines = once(() => wrapLine(figures, width).map(styles.dim));
  return [{block, field: null, start: 0, end: 0, gap: true, lines}];
}

function errorParts({id, error}: ViewerMessage, place: MessagePlace, look: Look): Part[] {
  if (!error) return [];
  const {styles, width, wordHint} = look;
  const hint = error.hint && wordHint ? wordHint(error.hint) : error.hint;
  const key = `${id}/error`;
  const isOpen = place.isOpen(key, false);
  const said = [error.message, error.hint].filter(Boolean).join('\n');
  const block: ViewBlock = {key, kind: 'error', isOpen, copy: () => `${said}\n${error.detail}`};
  const lines = once(() => [
    ...wrapLine(`✗ ${error.message}`, width).map(styles.error),
    ...(hint ? wrapLine(hint, width - 2).map(row => `  ${row}`) : []),
    ...(isOpen ? wrapAll(error.detail, width - 2).map(row => `  ${styles.dim(row)}`) : []),
    ...(isOpen || wordHint ? [] : [`  ${styles.dim('▸ e shows the details')}`]),
  ]);
  return [{block, field: null, start: 0, end: 0, gap: true, lines}];
}
