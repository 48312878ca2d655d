import {formatDuration} from '../../core/figures.ts';
import type {Styles} from '../styles.ts';
import {createProseStream, type ProseStream} from './proseStream.ts';

/** What of the thinking is shown: all of it, one line that says how long it took, or nothing. */
export type ThinkingManner = 'shown' | 'folded' | 'hidden';

/** The thinking of one answer. It may come in parts, and be shown or folded at any time. */
export type Thinking = {
  /** The thinking so far; returns what is to be printed now. */
  follow(reasoning: string, manner: ThinkingManner): string;
  /** What is unfinished of it, as it looks now. */
  open(): string;
  /** It has ended, after so many ms. Returns what is to be printed, with a blank line at its end. */
  end(ms: number, manner: ThinkingManner): string;
};

export function createThinking(styles: Styles, width: () => number): Thinking {
  let prose: ProseStream | null = null;
  let isTitled = false;
  let taken = 0;
  const paint = (lines: string): string => lines.replace(/[^\n]+/g, line => styles.thinking(line));

  const close = (): string => {
    const rest = prose?.end() ?? '';
    prose = null;
    return paint(rest);
  };

  return {
    follow(reasoning, manner) {
      // A blank line, so that what is left of it does not seem to be the end.
      if (manner !== 'shown') return prose ? `${close()}\n` : '';
      const fresh = reasoning.slice(taken);
      if (fresh.trim() === '') return '';
      taken = reasoning.length;
      const title = isTitled ? '' : `${styles.thinking('∴ thinking')}\n`;
      isTitled = true;
      prose ??= createProseStream(width);
      return title + paint(prose.push(fresh));
    },
    open: () => paint(prose?.open() ?? ''),
    end(ms, manner) {
      const rest = close();
      if (manner === 'hidden' && !isTitled) return rest;
      return `${rest}${styles.thinking(`∴ thought for ${formatDuration(ms)}`)}\n\n`;
    },
  };
}
