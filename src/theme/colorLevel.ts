/** What a terminal shows: 0 no styles at all, 1 its 16 colours, 2 xterm's 256, 3 true colour. */
export type ColorLevel = 0 | 1 | 2 | 3;

/** The facts that decide it, as found in the environment; an unset variable is undefined. */
export type ColorFacts = {
  /** Whether the stream that is written to is a terminal. */
  isTTY: boolean;
  /** Whether `NO_COLOR` is set to anything but an empty text, see no-color.org. */
  noColor?: boolean;
  /** `FORCE_COLOR`: `0` or `false` off, `1`, `2`, `3` that level, anything else at least 1. */
  forceColor?: string | undefined;
  /** `COLORTERM` */
  colorTerm?: string | undefined;
  /** `TERM` */
  term?: string | undefined;
  /** `TERM_PROGRAM` */
  termProgram?: string | undefined;
  /** Whether it is Windows Terminal, which sets `WT_SESSION`. */
  windowsTerminal?: boolean;
};

/** Decides how much colour to use. `FORCE_COLOR` beats `NO_COLOR`, which beats what the terminal can do. */
export function colorLevel(facts: ColorFacts): ColorLevel {
  const force = facts.forceColor?.trim().toLowerCase();
  if (force === '0' || force === 'false') return 0;
  if (force === '1' || force === '2' || force === '3') return Number(force) as ColorLevel;
  const forced = force !== undefined;
  if (!forced) {
    if (facts.noColor || !facts.isTTY || facts.term === 'dumb') return 0;
  }
  const able = terminalLevel(facts);
  return forced && able === 0 ? 1 : able;
}

function terminalLevel(facts: ColorFacts): ColorLevel {
  const term = facts.term ?? '';
  if (term === 'dumb') return 0;
  if (/^(?:truecolor|24bit)$/i.test(facts.colorTerm ?? '')) return 3;
  if (/-direct$|^xterm-(?:kitty|ghostty)$|^alacritty/.test(term)) return 3;
  if (facts.windowsTerminal) return 3;
  if (/^(?:iTerm\.app|WezTerm|vscode|ghostty)$/.test(facts.termProgram ?? '')) return 3;
  if (/-256(?:color)?$/i.test(term) || facts.termProgram === 'Apple_Terminal') return 2;
  return 1;
}
