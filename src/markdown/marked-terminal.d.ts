declare module 'marked-terminal' {
  import type {MarkedExtension} from 'marked';

  type Paint = (text: string) => string;

  /** The options of marked-terminal 7 that are used here; the package ships no types. */
  export type TerminalOptions = {
    strong?: Paint;
    em?: Paint;
    del?: Paint;
    codespan?: Paint;
    emoji?: boolean;
    unescape?: boolean;
    reflowText?: boolean;
    showSectionPrefix?: boolean;
  };

  export function markedTerminal(options?: TerminalOptions): MarkedExtension;
}
