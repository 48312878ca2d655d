import type {Finding} from '../../commands/command.ts';
import {colorLevel} from '../../theme/colorLevel.ts';
import {showsHyperlinks} from '../../theme/hyperlinks.ts';
import {clipboardTools} from '../clipboardTools.ts';
import type {Environment} from '../environment.ts';
import type {TerminalAnswers} from './queryTerminal.ts';

/** Where the program's output goes. */
export type Screen = {isTTY?: boolean; columns?: number; rows?: number};

/** What is known beside the environment. */
export type TerminalFacts = {
  screen: Screen;
  /** Missing when the terminal was not asked; null when it did not answer. */
  answers?: TerminalAnswers | null;
  /** Options of the tmux that is around us, by their names. */
  tmux?: ReadonlyMap<string, string>;
};

const colors = ['no colours', '16 colours', '256 colours', 'true colour'] as const;

/** What is to be said about the terminal. */
export function terminalFindings(environment: Environment, facts: TerminalFacts): Finding[] {
  const {terminal} = environment;
  const {screen, answers, tmux} = facts;
  if (!screen.isTTY) return [ok('the output is not a terminal here, so it was not looked at')];
  if (terminal.name === 'dumb') {
    return [
      warning(
        'TERM is dumb: the chat runs line by line, without a screen',
        'Where the terminal can do more, set TERM to its name, for example xterm-256color.',
      ),
    ];
  }
  return [
    ...nameAndSize(environment, facts),
    ...(answers === null
      ? [
          warning(
            'it does not answer questions: its background and its keys are guessed',
            'Name the theme yourself: llm config set theme NAME',
          ),
        ]
      : answers
        ? askedFindings(answers, environment)
        : []),
    hyperlinks(environment),
    ...(tmux ? tmuxFindings(tmux) : []),
  ];
}

function nameAndSize({terminal}: Environment, {screen, answers}: TerminalFacts): Finding[] {
  const {columns = 0, rows = 0} = screen;
  const level = colorLevel({
    isTTY: true,
    noColor: terminal.noColor,
    forceColor: terminal.forceColor,
    colorTerm: terminal.color,
    term: terminal.name,
    termProgram: terminal.program,
    windowsTerminal: terminal.windowsTerminal,
  });
  const name = answers?.version ?? (terminal.program || 'a terminal');
  const found: Finding[] = [
    ok(`${name} (TERM ${terminal.name || 'not set'}), ${columns} × ${rows}, ${colors[level]}`),
  ];
  if (terminal.name === '') {
    found.push(
      warning(
        'TERM is not set, so only 16 colours are used',
        'Set it to the name of the terminal, for example xterm-256color.',
      ),
    );
  }
  if (terminal.noColor && terminal.forceColor === undefined) {
    found.push(ok('NO_COLOR is set: nothing is coloured'));
  }
  if (columns < 40 || rows < 10) {
    found.push(
      warning(
        'it is very small: the chat wants 40 × 10 at least',
        'Make the window larger, or its letters smaller.',
      ),
    );
  }
  return found;
}

function askedFindings(answers: TerminalAnswers, {terminal, host}: Environment): Finding[] {
  const {kittyKeys, background, widths} = answers;
  const found: Finding[] = [
    kittyKeys
      ? ok('it tells Shift+Enter from Enter')
      : ok('it sends the same for Shift+Enter and Enter: Alt+Enter and Ctrl+J begin a new line everywhere'),
    background === undefined
      ? ok('it does not tell its background (OSC 11): if the colours do not suit it, see llm themes list')
      : ok(`its background is ${background} (OSC 11)`),
  ];
  const wrong = [widths.cjk !== 2 && 'Chinese characters', widths.emoji !== 2 && 'emoji'].filter(Boolean);
  if (widths.cjk === undefined || widths.emoji === undefined) {
    found.push(ok('it does not tell where its cursor is, so the width of its characters is not known'));
  } else if (wrong.length > 0) {
    found.push(
      warning(
        `it gives ${wrong.join(' and ')} ${widths.cjk === 2 ? widths.emoji : widths.cjk} columns, and not 2: lines with them may be off`,
        'Look for a setting of the terminal about wide or ambiguous characters, or for a newer version; the locale must be UTF-8.',
      ),
    );
  } else {
    found.push(ok('Chinese characters and emoji are two columns wide, as they should be'));
  }
  const clipboard = clipboardFinding(answers, terminal, host);
  return clipboard ? [...found, clipboard] : found;
}

/** Programs that write the terminal's clipboard matter only where no tool does it, and tmux hides what is around it. */
function clipboardFinding(
  answers: TerminalAnswers,
  {name, program}: Environment['terminal'],
  host: Environment['host'],
): Finding | undefined {
  if (answers.clipboard) return ok('it takes texts for the clipboard (OSC 52)');
  const isNeeded = host.remote || clipboardTools(host).length === 0;
  if (!isNeeded || host.multiplexer !== 'none') return undefined;
  return /^(?:iTerm\.app|WezTerm|ghostty)$/.test(program) || /kitty|ghostty|foot|alacritty/.test(name)
    ? ok('it takes texts for the clipboard (OSC 52), where its settings allow it')
    : warning(
        'whether it takes texts for the clipboard (OSC 52) is not known',
        'Try /copy. If nothing arrives, look for "clipboard" in the settings of the terminal, or use /export.',
      );
}

function hyperlinks({terminal}: Environment): Finding {
  const {name: term, program: termProgram, windowsTerminal, vteVersion, multiplexed} = terminal;
  return showsHyperlinks({term, termProgram, windowsTerminal, vteVersion, multiplexed})
    ? ok('links can be clicked (OSC 8)')
    : ok('links are shown with their addresses (whether it knows OSC 8 is not certain)');
}

/** The options of tmux that matter, what they should be, and what is missing otherwise. */
const tmuxOptions: readonly {name: string; fits(value: string): boolean; without: string; remedy: string}[] =
  [
    {
      name: 'set-clipboard',
      fits: value => value !== 'off',
      without: 'what /copy copies does not leave tmux',
      remedy: 'set -s set-clipboard on',
    },
    {
      name: 'escape-time',
      fits: value => Number(value) <= 100,
      without: 'the Escape key is late',
      remedy: 'set -s escape-time 10',
    },
    {
      name: 'extended-keys',
      fits: value => value !== 'off',
      without: 'Shift+Enter is Enter (Alt+Enter and Ctrl+J begin a new line)',
      remedy: 'set -s extended-keys on',
    },
    {
      name: 'focus-events',
      fits: value => value !== 'off',
      without: 'there is no notification when a long answer ends',
      remedy: 'set -s focus-events on',
    },
    {
      name: 'allow-passthrough',
      fits: value => value !== 'off',
      without: 'a notification is only the bell',
      remedy: 'set -g allow-passthrough on',
    },
  ];

function tmuxFindings(options: ReadonlyMap<string, string>): Finding[] {
  const lacking = tmuxOptions.filter(({name, fits}) => !fits(options.get(name) ?? ''));
  if (lacking.length === 0) return [{area: 'tmux', state: 'ok', text: 'its options fit'}];
  return lacking.map(({name, without, remedy}) => {
    const value = options.get(name);
    return value === undefined
      ? {area: 'tmux', state: 'ok', text: `this version has no ${name}: ${without}`}
      : {
          area: 'tmux',
          state: 'warning',
          text: `${name} is ${value}: ${without}`,
          remedy: `In ~/.tmux.conf: ${remedy}`,
        };
  });
}

function ok(text: string): Finding {
  return {area: 'terminal', state: 'ok', text};
}

function warning(text: string, remedy: string): Finding {
  return {area: 'terminal', state: 'warning', text, remedy};
}
