import {expect} from 'vitest';
import {createBlocks} from '../../src/markdown/blocks.ts';
import {
  type CreateRenderer,
  loadRenderer,
  type Render,
  type RenderOptions,
} from '../../src/markdown/render.ts';
import {loadTheme} from '../../src/theme/loadTheme.ts';

const themes = [new URL('../../themes', import.meta.url).pathname];
const create: CreateRenderer = await loadRenderer();

export type Drawing = Partial<Omit<RenderOptions, 'theme'>> & {themeName?: string};

/** A renderer; without options the plainest one there is. */
export function renderer({themeName = 'default', colorLevel = 0, hyperlinks = false}: Drawing = {}): Render {
  return create({theme: loadTheme(themeName, themes), colorLevel, hyperlinks});
}

/** A whole text as it goes to the screen. */
export function render(markdown: string, width = 80, drawing: Drawing = {}): string {
  const draw = renderer(drawing);
  const blocks = createBlocks();
  return [...blocks.push(markdown), ...blocks.end()].map(piece => draw(piece, width)).join('');
}

/** The text without styles and links. */
export function strip(text: string): string {
  return text.replace(/\u001b\[[\d;]*m|\u001b\]8;[^\u001b]*\u001b\\/g, '');
}

/** Fails where a line leaves a style or a link open. */
export function expectClosedLines(text: string): void {
  for (const line of text.split('\n')) {
    const open = new Set<string>();
    for (const [, codes = ''] of line.matchAll(/\u001b\[([\d;]*)m/g)) {
      const code = Number(codes.split(';')[0]);
      if (code === 22) {
        open.delete('1');
        open.delete('2');
      } else if (code >= 23 && code <= 29) open.delete(String(code - 20));
      else if (code === 39) open.delete('foreground');
      else if (code === 49) open.delete('background');
      else if (code < 10) open.add(String(code));
      else open.add(code === 48 || (code >= 40 && code < 48) || code >= 100 ? 'background' : 'foreground');
    }
    expect([...open], line).toEqual([]);
    const links = [...line.matchAll(/\u001b\]8;;([^\u001b]*)\u001b\\/g)].map(match => match[1] !== '');
    expect(links.at(-1) ?? false, line).toBe(false);
  }
}
