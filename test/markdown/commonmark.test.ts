import {describe, expect, test} from 'vitest';
import {commonmarkBlocks} from './commonmarkBlocks.ts';
import {commonmarkInlines} from './commonmarkInlines.ts';
import {expectClosedLines, render} from './drawing.ts';

describe('the cases of CommonMark', () => {
  const cases = Object.entries({...commonmarkBlocks, ...commonmarkInlines});

  test('are at least 300', () => {
    expect(cases.flatMap(([, list]) => list).length).toBeGreaterThanOrEqual(300);
  });

  test.each(cases)('%s are drawn without a throw, at any width and colour depth', (_, list) => {
    for (const markdown of list) {
      const plain = render(markdown, 40);
      expect(plain).not.toContain('\u001b');
      const colored = render(markdown, 40, {colorLevel: 3, themeName: 'dracula', hyperlinks: true});
      expectClosedLines(colored);
      render(markdown, 1);
      render(markdown, 200, {colorLevel: 1});
      expect(plain === '' || plain.endsWith('\n')).toBe(true);
      expect(plain).not.toContain('undefined');
    }
  });
});
