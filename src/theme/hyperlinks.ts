/** The facts that decide it, as found in the environment. */
export type HyperlinkFacts = {
  /** `TERM` */
  term: string;
  /** `TERM_PROGRAM` */
  termProgram: string;
  windowsTerminal: boolean;
  /** `VTE_VERSION`; 0 where it is not set. */
  vteVersion: number;
  /** Within tmux or GNU screen: whether those pass links on is their owner's setting, which cannot be seen. */
  multiplexed: boolean;
};

/**
 * Whether the terminal is known to show OSC 8 links
 * (https://gist.github.com/egmontkob/eb114294efbcd5adb1944c9f3cb5feda). Where it does not, a link would lose its
 * address, so only what is certain counts.
 */
export function showsHyperlinks(facts: HyperlinkFacts): boolean {
  const {term, termProgram, windowsTerminal, vteVersion, multiplexed} = facts;
  if (multiplexed || /^(?:screen|tmux)/.test(term)) return false;
  // VTE 0.50.0, the first that knew them, crashes at some.
  return (
    windowsTerminal ||
    vteVersion > 5000 ||
    /^(?:WezTerm|iTerm\.app|ghostty|vscode)$/.test(termProgram) ||
    /^(?:xterm-kitty|xterm-ghostty|wezterm|foot(?:-extra)?)$/.test(term)
  );
}
