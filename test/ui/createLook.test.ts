import path from 'node:path';
import {describe, expect, it} from 'vitest';
import type {CreateRenderer} from '../../src/markdown/render.ts';
import {loadThemeFor} from '../../src/theme/loadTheme.ts';
import {createLook, type LookSettings} from '../../src/ui/createLook.ts';

const folders = [path.join(import.meta.dirname, '..', '..', 'themes')];

function prepared(change: Partial<LookSettings> = {}) {
  const made: string[] = [];
  const createRenderer: CreateRenderer = ({theme}) => {
    made.push(theme.name);
    return () => `${theme.name}\n`;
  };
  const look = createLook({
    name: 'default',
    load: (name, background) => loadThemeFor(name, folders, background),
    level: 3,
    hyperlinks: false,
    createRenderer,
    ...change,
  });
  let calls = 0;
  look.subscribe(() => {
    calls += 1;
  });
  return {look, made, calls: () => calls};
}

describe('the look', () => {
  it('has the same styles until the theme changes', () => {
    const {look, calls} = prepared();
    const before = look.styles();
    expect(look.styles()).toBe(before);
    look.use('default');
    expect(look.styles()).toBe(before);
    expect(calls()).toBe(0);
    look.use('nord');
    expect(look.name()).toBe('nord');
    expect(look.theme().name).toBe('nord');
    expect(look.styles()).not.toBe(before);
    expect(look.styles().accent('x')).toBe('\u001b[38;2;136;192;208mx\u001b[39m');
    expect(calls()).toBe(1);
  });

  it('draws a stream under way with the new theme from the next block on', () => {
    const {look, made} = prepared();
    const stream = look.markdown(() => 80);
    expect(stream.push('text\n\n'.repeat(4))).toContain('default');
    look.use('nord');
    const rest = stream.push('o\n\n') + stream.end();
    expect(rest).toContain('nord');
    expect(rest).not.toContain('default');
    expect(made).toEqual(['default', 'nord']);
  });

  it('makes no renderer for a theme that is only passed by', () => {
    const {look, made} = prepared();
    look.use('nord');
    look.use('dracula');
    look.markdown(() => 80).push('text\n\n'.repeat(4));
    expect(made).toEqual(['dracula']);
  });

  it('becomes the one for the background, both ways', () => {
    const {look, calls} = prepared({name: 'solarized-dark'});
    expect(look.name()).toBe('solarized-dark');
    look.background('light');
    expect(look.name()).toBe('solarized-light');
    look.background('light');
    expect(calls()).toBe(1);
    look.use('gruvbox');
    expect(look.name()).toBe('gruvbox-light');
    look.background('dark');
    expect(look.name()).toBe('gruvbox');
    look.use('monokai');
    look.background('light');
    expect(look.name()).toBe('monokai');
  });

  it('changes the colours of the theme that follows the terminal', () => {
    const {look} = prepared();
    const unasked = look.styles().status('x');
    look.background('dark');
    const dark = look.styles().status('x');
    look.background('light');
    expect(new Set([unasked, dark, look.styles().status('x')]).size).toBe(3);
    expect(look.name()).toBe('default');
  });

  it('stays as it is when a theme cannot be had', () => {
    const {look, calls} = prepared();
    expect(() => look.use('nrod')).toThrow('unknown theme');
    expect(look.name()).toBe('default');
    expect(calls()).toBe(0);
  });

  it('lives through a file that is gone when the background becomes known', () => {
    let isGone = false;
    const {look} = prepared({
      load(name, background) {
        if (isGone) throw new Error('gone');
        return loadThemeFor(name, folders, background);
      },
    });
    isGone = true;
    look.background('light');
    expect(look.name()).toBe('default');
  });
});
