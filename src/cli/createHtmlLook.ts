import type {HtmlClasses, HtmlLook} from '../storage/exportHtml.ts';
import type {CodeRun} from '../storage/exportHtmlMarkdown.ts';
import type {Background} from '../theme/background.ts';
import {indexedToRgb} from '../theme/palette.ts';
import type {Color, Style} from '../theme/style.ts';
import {type CodeKey, codeKeys, type Theme, themeKeys} from '../theme/theme.ts';

/**
 * A theme as a page needs it. Loads what colours code.
 *
 * @param themeOn the theme as it is on a background
 */
export async function createHtmlLook(themeOn: (background: Background) => Theme): Promise<HtmlLook> {
  const [{highlight}, {createHighlightLines}] = await Promise.all([
    import('../markdown/cliHighlight.ts'),
    import('../markdown/highlight.ts'),
  ]);
  const [light, dark] = [themeOn('light'), themeOn('dark')];
  const highlightLines = createHighlightLines(highlight, numbered(light), 3);
  return {
    ...(light.appearance !== 'dark' && {light: classesOf(light)}),
    ...(dark.appearance !== 'light' && {dark: classesOf(dark)}),
    highlight: (code, info) => highlightLines(code.split('\n'), info, []).map(runsOf),
  };
}

function classesOf(theme: Theme): HtmlClasses {
  return {
    ...Object.fromEntries(themeKeys.map(key => [key, declarations(theme[key])])),
    ...Object.fromEntries(codeKeys.map(key => [`code-${key}`, declarations(theme.code[key])])),
  };
}

/** The theme with a number in place of each colour of code, so that coloured code tells the kinds of its parts. */
function numbered(theme: Theme): Theme {
  const code = Object.fromEntries(
    codeKeys.map((key, index): [CodeKey, Style] => [
      key,
      {foreground: {kind: 'rgb', red: 0, green: 0, blue: index}},
    ]),
  );
  return {...theme, code: code as Theme['code']};
}

/** The runs of a line that was coloured by numbers (SGR 38;2;0;0;N and 39). */
function runsOf(line: string): CodeRun[] {
  const runs: CodeRun[] = [];
  let kind: CodeKey | undefined;
  // With a group in the pattern, every other piece is the number that was in it: none where a colour ended.
  line.split(/\u001b\[(?:38;2;0;0;(\d+)|39)m/).forEach((piece, index) => {
    if (index % 2 === 1) kind = piece === undefined ? undefined : codeKeys[Number(piece)];
    else if (piece) runs.push({text: piece, ...(kind && kind !== 'plain' && {kind})});
  });
  return runs;
}

function declarations(style: Style): string {
  const foreground = style.foreground ? cssColor(style.foreground) : undefined;
  const background = style.background ? cssColor(style.background) : undefined;
  const lines = [style.underline && 'underline', style.strikethrough && 'line-through'].filter(Boolean);
  const [color, behind] = style.inverse
    ? [background ?? 'var(--page)', foreground ?? 'var(--text)']
    : [foreground, background];
  return [
    color && `color: ${color};`,
    behind && `background: ${behind};`,
    style.bold && 'font-weight: bold;',
    style.dim && 'opacity: .75;',
    style.italic && 'font-style: italic;',
    lines.length > 0 && `text-decoration: ${lines.join(' ')};`,
  ]
    .filter(Boolean)
    .join(' ');
}

/** The 16 colours are the page's own, so that they can be read on it. */
function cssColor(color: Color): string {
  if (color.kind === 'ansi') return `var(--ansi-${color.index})`;
  if (color.kind === 'rgb') return hex([color.red, color.green, color.blue]);
  return color.index < 16 ? `var(--ansi-${color.index})` : hex(indexedToRgb(color.index));
}

function hex(channels: readonly number[]): string {
  return `#${channels.map(channel => channel.toString(16).padStart(2, '0')).join('')}`;
}
