import type {GrowingBlock} from './growingBlock.ts';
import type {Look, Part, ViewBlock} from './part.ts';
import {lineGroups, once, partLines, wrapLine} from './partLines.ts';
import {codeLines, type SourceBlock, type SplitText} from './splitBlocks.ts';
import type {ViewerMessage} from './viewerMessage.ts';

/** So many lines above a part of a code block are given to the highlighter with it. */
const contextLines = 32;

function answerBlock(message: ViewerMessage, {start, end, kind, opening}: SourceBlock): ViewBlock {
  const source = (): string => message.text.slice(start, end);
  return {
    key: `${message.id}/${start}`,
    kind,
    copy: () =>
      kind === 'code' ? codeLines(source(), opening).join('\n') : source().replace(/^\n+|\s+$/g, ''),
  };
}

/** The last block of an answer that streams. */
export function growingPart(message: ViewerMessage, source: SourceBlock, growing: GrowingBlock): Part {
  const {start, end} = source;
  const lines = once(() => growing.lines(message.text.slice(start, end)));
  return {block: answerBlock(message, source), field: 'text', start, end, gap: true, lines};
}

/** A finished block of an answer; a long code block is drawn part by part. */
export function answerParts(
  message: ViewerMessage,
  source: SourceBlock,
  split: SplitText,
  look: Look,
): Part[] {
  const {start, end, kind, opening} = source;
  const block = answerBlock(message, source);
  const text = message.text.slice(start, end);
  if (look.isRaw) {
    return lineGroups(text.replace(/\s+$/, '')).map((group, index) => ({
      block,
      field: 'text' as const,
      start: start + group.start,
      end: Math.min(end, start + group.end),
      gap: index === 0,
      lines: once(() => group.lines.flatMap(line => wrapLine(line, look.width))),
    }));
  }
  const code = kind === 'code' && opening !== undefined ? codeLines(text, opening) : [];
  const draw = (source: string): string[] =>
    render(look, source, code.length > 0 ? look.codeNumber(code.join('\n')) : undefined);
  if (code.length <= partLines) {
    const needsLinks = split.definitions.length > 0 && text.includes('[');
    const lines = once(() =>
      draw(needsLinks ? [...split.definitions.map(({line}) => line), '', text].join('\n') : text),
    );
    return [{block, field: 'text', start, end, gap: true, lines}];
  }
  const closing = /[`~]{3,}/.exec(opening ?? '')?.[0] ?? '';
  /** How many lines come before the code, with its language. */
  const headHeight = (): number => draw([opening, 'x', closing].join('\n')).length - 1;
  const starts = [text.indexOf('\n') + 1];
  for (const line of text.slice(starts[0]).split('\n')) starts.push((starts.at(-1) ?? 0) + line.length + 1);
  return Array.from({length: Math.ceil(code.length / partLines)}, (_, index) => {
    const from = index * partLines;
    const to = Math.min(code.length, from + partLines);
    return {
      block,
      field: 'text' as const,
      start: index === 0 ? start : start + (starts[from] ?? 0),
      end: to === code.length ? end : start + (starts[to] ?? 0),
      gap: index === 0,
      lines: once(() => {
        const above = code.slice(Math.max(0, from - contextLines), from);
        const drawn = draw([opening, ...above, ...code.slice(from, to), closing].join('\n'));
        const start = index === 0 ? 0 : headHeight() + above.length;
        return drawn.slice(start, to === code.length ? undefined : headHeight() + above.length + to - from);
      }),
    };
  });
}

function render(look: Look, text: string, codeNumber?: number): string[] {
  const stream = look.markdown(look.width, codeNumber);
  return toLines(stream.push(text) + stream.end());
}

function toLines(drawn: string): string[] {
  const text = drawn.replace(/\n$/, '').replaceAll('\t', '    ');
  return text === '' ? [] : text.split('\n');
}
