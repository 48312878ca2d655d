import type {HtmlClasses, HtmlLook} from './exportHtml.ts';

/**
 * A terminal's 16 colours on a white and on a nearly black page, by their numbers. Each can be read there: black on the
 * dark page is a gray, white on the light one too. Their contrast is 4.5 or more (WCAG 2.2, 1.4.3).
 */
export const pageColors = {
  light: {
    page: '#ffffff',
    text: '#1f2328',
    panel: '#f3f4f6',
    line: '#d0d7de',
    ansi: [
      ...['#1f2328', '#b3261e', '#1a7234', '#7d5700', '#0a58ca', '#8f3a96', '#0b6675', '#57606a'],
      ...['#5f6770', '#a40e26', '#116329', '#6f4e00', '#0550ae', '#7c2d84', '#09555f', '#3b4249'],
    ],
  },
  dark: {
    page: '#16181d',
    text: '#e6e6e6',
    panel: '#1c1f24',
    line: '#3a404a',
    ansi: [
      ...['#9aa4af', '#ff8a80', '#7ee787', '#e3b341', '#79b8ff', '#e29bff', '#6fd3e0', '#d5d9de'],
      ...['#a3adb8', '#ffa198', '#a5f0ac', '#f0cd6a', '#a5d0ff', '#edbfff', '#9be4ee', '#ffffff'],
    ],
  },
} as const;

type Colors = (typeof pageColors)['light' | 'dark'];

function variables({page, text, panel, line, ansi}: Colors): string {
  const named = {page, text, panel, line};
  return [
    ...Object.entries(named).map(([name, value]) => `--${name}: ${value};`),
    ...ansi.map((value, index) => `--ansi-${index}: ${value};`),
  ].join(' ');
}

/** The style sheet of a page. */
export function pageStyle({light, dark}: Pick<HtmlLook, 'light' | 'dark'>): string {
  const scheme = [light && 'light', dark && 'dark'].filter(Boolean).join(' ') || 'light';
  const sheets =
    light && dark
      ? [
          `@media (prefers-color-scheme: light) {\n${sheet(pageColors.light, light)}\n}`,
          `@media (prefers-color-scheme: dark) {\n${sheet(pageColors.dark, dark)}\n}`,
        ]
      : [dark ? sheet(pageColors.dark, dark) : sheet(pageColors.light, light ?? {})];
  return [`:root { color-scheme: ${scheme}; }`, layout, ...sheets, print].join('\n');
}

function sheet(colors: Colors, classes: HtmlClasses): string {
  const rules = Object.entries(classes).flatMap(([name, own]) => {
    const selector = name.startsWith('code-') ? `.${name}` : selectors[name];
    return selector === undefined || own === '' ? [] : [`${selector} { ${own} }`];
  });
  return [`:root { ${variables(colors)} }`, ...rules].join('\n');
}

/** What the theme's styles are for, where that is not a class of the same name. */
const selectors: Readonly<Record<string, string>> = {
  text: 'body',
  dim: '.figures, figcaption',
  user: '.user .who',
  assistant: '.assistant .who',
  heading: '.answer :is(h3, h4, h5, h6), h1',
  strong: 'strong',
  emphasis: 'em',
  strikethrough: 'del',
  link: 'a',
  codespan: ':not(pre) > code',
  quote: 'blockquote',
  tableHeader: 'th',
  thinking: '.thinking',
  error: '.failure',
};

const layout = `* { box-sizing: border-box; }
body { margin: 0 auto; padding: 2rem 1.25rem 4rem; max-width: 50rem; background: var(--page); color: var(--text);
  font: 1rem/1.6 system-ui, sans-serif; overflow-wrap: break-word; }
header { border-bottom: 1px solid var(--line); margin-bottom: 2rem; padding-bottom: 1rem; }
h1 { font-size: 1.5rem; line-height: 1.3; margin: 0 0 .25rem; }
h3, h4, h5, h6 { line-height: 1.3; margin: 1.5em 0 .5em; }
h3 { font-size: 1.25rem; } h4 { font-size: 1.1rem; } h5, h6 { font-size: 1rem; }
article { margin: 0 0 2rem; }
.who { font-size: .875rem; margin: 0 0 .5rem; }
.user { background: var(--panel); border-radius: .5rem; padding: .75rem 1rem; }
.plain { font: inherit; margin: 0; white-space: pre-wrap; overflow-wrap: anywhere; }
.answer > :first-child { margin-top: 0; }
.answer .plain { margin: 1em 0; }
code, pre { font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; font-size: .9em; }
pre.plain { font: inherit; }
figure { margin: 1em 0; }
.code { border: 1px solid var(--line); border-radius: .5rem; overflow: hidden; }
.code figcaption { border-bottom: 1px solid var(--line); padding: .25rem .75rem; }
.code pre, .attachment pre { margin: 0; overflow-x: auto; padding: .75rem; tab-size: 4; }
figcaption, .figures { font-size: .8125rem; }
.figures { margin: .75rem 0 0; }
blockquote { border-inline-start: .2rem solid var(--line); margin: 1em 0; padding-inline-start: 1rem; }
hr { border: 0; border-top: 1px solid var(--line); margin: 2em 0; }
.table { overflow-x: auto; }
table { border-collapse: collapse; margin: 1em 0; }
th, td { border: 1px solid var(--line); padding: .35rem .65rem; text-align: start; vertical-align: top; }
.left { text-align: left; } .center { text-align: center; } .right { text-align: right; }
details { border-inline-start: .2rem solid var(--line); margin: .5rem 0 1rem; padding-inline-start: 1rem; }
summary { cursor: pointer; }
img { height: auto; max-width: 100%; }`;

const print = `@media print {
  :root { color-scheme: light; }
  * { background: none !important; color: #000 !important; opacity: 1 !important; }
  body { max-width: none; padding: 0; }
  pre { white-space: pre-wrap; overflow-wrap: anywhere; }
  pre, table, img { break-inside: avoid; }
  h2, h3, h4, h5, h6 { break-after: avoid; }
  details::details-content { block-size: auto; content-visibility: visible; }
}`;
