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
