import type {CodeNumbers} from '../markdown/codeNumbers.ts';
import {createMarkdownStream, type MarkdownStream} from '../markdown/markdownStream.ts';
import type {CreateRenderer, Render} from '../markdown/render.ts';
import type {Background} from '../theme/background.ts';
import type {ColorLevel} from '../theme/colorLevel.ts';
import type {Theme} from '../theme/theme.ts';
import {createStyles, type Styles} from './styles.ts';

/** How the chat looks: what is drawn or printed next is drawn with the theme of that moment. */
export type Look = {
  /** The paints of the theme; the same object until the theme changes. */
  styles(): Styles;
  /**
   * A stream of markdown; `width` is asked for at each block, in columns. With `numbers`, its fenced blocks are numbered
   * and kept there. A change of the theme shows from its next block on.
   */
  markdown(width: () => number, numbers?: CodeNumbers): MarkdownStream;
  theme(): Theme;
  /** The name of the theme that is drawn with. */
  name(): string;
  /** The name of the theme that is drawn with when this one is asked for: on this background it may be another. */
  shownFor(name: string): string;
  /** Draws with another theme from now on. Throws what `load` throws; then nothing changes. */
  use(name: string): void;
  /** The terminal has said what its background is: the theme becomes the one for it. */
  background(background: Background): void;
  /** Calls back when the theme has changed. Returns the unsubscriber. */
  subscribe(listener: () => void): () => void;
};

export type LookSettings = {
  /** The theme to begin with. */
  name: string;
  /** The background, where it is known before the terminal was asked. */
  background?: Background | undefined;
  /** The theme of a name for a background. Throws `LlmError` (`usage`). */
  load(name: string, background: Background | undefined): {name: string; theme: Theme};
  level: ColorLevel;
  hyperlinks: boolean;
  createRenderer: CreateRenderer;
};

/** Starts with a theme. Throws what `load` throws. */
export function createLook(settings: LookSettings): Look {
  const {load, level, hyperlinks, createRenderer} = settings;
  const listeners = new Set<() => void>();
  let background = settings.background;
  /** As it was asked for; what is drawn with may be its counterpart. */
  let asked = settings.name;
  let shown = load(asked, background);
  let styles = createStyles(shown.theme, level);
  let render: Render | undefined;

  const show = (next: {name: string; theme: Theme}): void => {
    shown = next;
    styles = createStyles(shown.theme, level);
    render = undefined;
    for (const listener of [...listeners]) listener();
  };

  return {
    styles: () => styles,
    markdown: (width, numbers) =>
      createMarkdownStream((piece, numberCode) => {
        render ??= createRenderer({theme: shown.theme, colorLevel: level, hyperlinks});
        return render(piece, width(), numberCode);
      }, numbers),
    theme: () => shown.theme,
    name: () => shown.name,
    shownFor: name => load(name, background).name,
    use(name) {
      if (name === asked) return;
      const next = load(name, background);
      asked = name;
      show(next);
    },
    background(found) {
      if (found === background) return;
      background = found;
      try {
        show(load(asked, background));
      } catch {
        // The file was changed meanwhile; what was read of it before still holds.
      }
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
