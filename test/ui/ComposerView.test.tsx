import {renderToString} from 'ink';
import stringWidth from 'string-width';
import {describe, expect, it} from 'vitest';
import {ComposerView, composerHeight, composerWidths, visibleRows} from '../../src/ui/ComposerView.tsx';
import {bufferOf} from '../../src/ui/composer/buffer.ts';
import {type Decoration, layout} from '../../src/ui/composer/layout.ts';
import type {Styles} from '../../src/ui/styles.ts';
import {plainStyles} from './look.ts';

const styles: Styles = {
  ...plainStyles,
  accent: text => `<${text}>`,
  suggestion: text => `{${text}}`,
  prompt: text => text,
  dim: text => text,
};

/** What is drawn of a text in so many rows; `at` is where the cursor stands. */
function draw(
  text: string,
  height: number,
  {at = text.length, note = '', ...more}: Decoration & {at?: number; note?: string} = {},
) {
  const laidOut = layout({...bufferOf(text), cursor: at}, 30, more);
  const shown = visibleRows(laidOut, height, note);
  const drawn = (look: Styles): string[] =>
    renderToString(<ComposerView shown={shown} placeholder="Ask anything" styles={look} />, {
      columns: 60,
    }).split('\n');
  // What is said of the widths must be what is drawn.
  expect(composerWidths(shown, 'Ask anything')).toEqual(drawn(plainStyles).map(line => stringWidth(line)));
  return drawn(styles);
}

describe('the composer on the screen', () => {
  it('shows the prompt sign, the rows of the text, and the placeholder while it is empty', () => {
    expect(draw('', 5)).toEqual(['❯ {Ask anything}']);
    expect(draw('one\n\ttwo', 5)).toEqual(['❯ one', '    two']);
  });

  it('tells chips and suggestions from the text', () => {
    const chips = new Map([['\udc00', {text: '', label: '[pasted 9 lines]'}]]);
    expect(draw('see \udc00', 5, {chips})).toEqual(['❯ see <[pasted 9 lines]>']);
    expect(draw('how', 5, {ghost: ' are you'})).toEqual(['❯ how{ are you}']);
  });

  it('shows what is selected the other way round, also where there are no colours', () => {
    const inverse = (text: string): string => `\u001b[7m${text}\u001b[27m`;
    const chips = new Map([['\udc00', {text: '', label: '[pasted 9 lines]'}]]);
    expect(draw('one two', 5, {selection: {start: 2, end: 5}})).toEqual([`❯ on${inverse('e t')}wo`]);
    expect(draw('a\n\nb', 5, {selection: {start: 0, end: 4}})).toEqual([
      `❯ ${inverse('a')}`,
      `  ${inverse(' ')}`,
      `  ${inverse('b')}`,
    ]);
    expect(draw('a \udc00', 5, {chips, selection: {start: 1, end: 3}})).toEqual([
      `❯ a${inverse(' [pasted 9 lines]')}`,
    ]);
    expect(draw('\tx ', 5, {selection: {start: 0, end: 3}})).toEqual([`❯ ${inverse('  x ')}`]);
    expect(draw(`${'word '.repeat(6)}end`, 5, {selection: {start: 27, end: 32}})).toEqual([
      `❯ word word word word word wo${inverse('rd ')}`,
      `  ${inverse('en')}d`,
    ]);
  });

  it('shows a sign where there are rows that do not fit', () => {
    const text = '1\n2\n3\n4\n5';
    expect(draw(text, 3)).toEqual(['↑ 3', '  4', '  5']);
    expect(draw(text, 3, {at: 0})).toEqual(['❯ 1', '  2', '↓ 3']);
    expect(draw(text, 3, {at: 4})).toEqual(['↑ 2', '  3', '↓ 4']);
    expect(draw(text, 1, {at: 4})).toEqual(['↕ 3']);
    expect(draw(text, 5)).toEqual(['❯ 1', '  2', '  3', '  4', '  5']);
  });

  it('shows a note below the text, which gives way to the text', () => {
    expect(draw('one', 2, {note: 'editing'})).toEqual(['❯ one', '  editing']);
    expect(draw('one', 1, {note: 'editing'})).toEqual(['❯ one']);
    expect(draw('1\n2\n3', 3, {note: 'editing'})).toEqual(['↑ 2', '  3', '  editing']);
    expect(composerHeight(layout(bufferOf('1\n2'), 30), 'editing')).toBe(3);
    expect(composerHeight(layout(bufferOf('1\n2'), 30), '')).toBe(2);
  });
});
