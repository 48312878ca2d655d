import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {fileURLToPath} from 'node:url';
import headless, {type IBufferCell} from '@xterm/headless';
import {startScriptedServer} from '../test/backends/scriptedServer.ts';
import {openTerminal} from '../test/e2e/terminal.ts';

/**
 * Draws `docs/screen.svg`, the picture in the README: the built program in a pseudo-terminal, answered by a server that
 * says what stands below. It wants port 11434 to be free.
 *
 *     node scripts/drawScreen.ts
 */
const columns = 80;
const rows = 24;
const cell = {width: 8.4, height: 19};
const margin = 16;
const ground = '#0d1117';
const plain = '#d5dce4';
const edge = '#30363d';

/** The sixteen colours of the terminal in the picture. */
const sixteen = [
  ...['#484f58', '#ff7b72', '#7ee787', '#e3b341', '#79c0ff', '#d2a8ff', '#56d4dd', '#d5dce4'],
  ...['#8b949e', '#ffa198', '#a5f3b0', '#f2cc60', '#a5d6ff', '#e2c5ff', '#8ae9f0', '#ffffff'],
];

const prompt = 'How do I undo the last commit but keep my changes?';
const question = 'and if I had';
const earlier = `${question} pushed it already?`;
const answer = `Use a soft reset. It moves the branch back by one commit:

\`\`\`sh
git reset --soft HEAD~1   # the changes stay staged
\`\`\`

| option | the commit | the index | your files |
| --- | --- | --- | --- |
| \`--soft\` | gone | kept | kept |
| \`--mixed\` | gone | reset | kept |
| \`--hard\` | gone | reset | **lost** |
`;

writeFileSync(fileURLToPath(new URL('../docs/screen.svg', import.meta.url)), await svg(await chat()));

/** What the program has written when it waits for the second prompt. */
async function chat(): Promise<{output: string; cursor: {x: number; y: number}}> {
  const home = mkdtempSync(path.join(tmpdir(), 'llm-screen-'));
  const text = answer.match(/\s*\S+\s*/g) ?? [];
  const server = await startScriptedServer({
    protocol: 'ollama',
    port: 11434,
    models: ['qwen2.5:3b'],
    text,
    tokens: text.length,
    rate: 60,
    headerDelayMs: 180,
    context: 32_768,
    contextMax: 32_768,
  });
  writeFileSync(path.join(home, '.llm_chat_history'), `\n# 2025-11-15 12:00:00.000000\n+${earlier}\n`, {
    mode: 0o600,
  });
  const launcher = fileURLToPath(new URL('../bin/llm.mjs', import.meta.url));
  const terminal = openTerminal({
    command: process.execPath,
    args: [launcher, 'chat'],
    env: {HOME: home, LLM_HOME: home, OLLAMA_HOST: server.url},
    cols: columns,
    rows,
    background: 'dark',
  });
  try {
    await terminal.waitFor('· /help');
    terminal.write(`${prompt}\r`);
    await terminal.waitFor(/tok\/s[\s\S]*· \/help/);
    terminal.write(question);
    await terminal.waitFor(earlier);
    return {output: terminal.raw(), cursor: terminal.cursor()};
  } finally {
    await terminal.close();
    await server.close();
    rmSync(home, {recursive: true, force: true});
  }
}

/** The screen as it is after a program's output. */
async function screenOf(output: string): Promise<IBufferCell[][]> {
  const screen = new headless.Terminal({cols: columns, rows, allowProposedApi: true});
  await new Promise<void>(resolve => screen.write(output, resolve));
  const buffer = screen.buffer.active;
  return Array.from({length: rows}, (_, y) => {
    const line = buffer.getLine(buffer.baseY + y);
    return Array.from({length: columns}, (_, x) => line?.getCell(x)).filter(each => each !== undefined);
  });
}

type Written = {output: string; cursor: {x: number; y: number}};

/** The picture: the screen without the empty rows at its end, on a dark ground of its own. */
async function svg({output, cursor}: Written): Promise<string> {
  const lines = await screenOf(output);
  const height = lines.findLastIndex(line => line.some(each => each.getChars().trim() !== '')) + 1;
  const size = {width: columns * cell.width + 2 * margin, height: height * cell.height + 2 * margin};
  const drawn = lines.slice(0, height).flatMap((line, y) => runsOf(line).map(run => drawRun(run, y)));
  const [x, y] = [margin + cursor.x * cell.width, margin + cursor.y * cell.height];
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${size.width} ${size.height}" width="${size.width}" height="${size.height}" role="img">`,
    '<title>A conversation in llm: a prompt, an answer with code and a table, the next prompt half typed</title>',
    '<style>',
    "text{font:14px ui-monospace,SFMono-Regular,Menlo,Consolas,'DejaVu Sans Mono',monospace;white-space:pre}",
    '.b{font-weight:bold}.i{font-style:italic}.u{text-decoration:underline}',
    '</style>',
    `<rect x=".5" y=".5" width="${size.width - 1}" height="${size.height - 1}" rx="8" fill="${ground}" stroke="${edge}"/>`,
    `<rect x="${round(x)}" y="${y + 1}" width="2" height="${cell.height - 2}" fill="${plain}"/>`,
    ...drawn,
    '</svg>',
    '',
  ].join('\n');
}

/** Cells in a row that look the same. */
type Run = {x: number; text: string; color: string; classes: string};

function runsOf(line: readonly IBufferCell[]): Run[] {
  const runs: Run[] = [];
  line.forEach((each, x) => {
    const text = each.getChars() || ' ';
    const classes = [each.isBold() && 'b', each.isItalic() && 'i', each.isUnderline() && 'u']
      .filter(Boolean)
      .join(' ');
    const color = colorOf(each);
    const last = runs.at(-1);
    if (last && last.color === color && last.classes === classes) last.text += text;
    else runs.push({x, text, color, classes});
  });
  return runs.filter(({text}) => text.trim() !== '');
}

/** A run as text; the lines of a table are drawn, so that they meet whatever the font. */
function drawRun({x, text, color, classes}: Run, row: number): string {
  const left = margin + x * cell.width;
  const top = margin + row * cell.height;
  if (/^[─│┼\s]+$/.test(text)) {
    const strokes = [...text].map((sign, index) => {
      const at = {left: left + index * cell.width, middle: top + cell.height / 2};
      const across = `M${round(at.left)} ${at.middle}h${cell.width}`;
      const down = `M${round(at.left + cell.width / 2)} ${top}v${cell.height}`;
      return {'─': across, '│': down, '┼': across + down}[sign] ?? '';
    });
    return `<path stroke="${color}" d="${strokes.join('')}"/>`;
  }
  const indent = text.length - text.trimStart().length;
  const shown = text.trim();
  const named = classes === '' ? '' : ` class="${classes}"`;
  // The length keeps the columns where they are in every font.
  const length = round(shown.length * cell.width);
  return `<text x="${round(left + indent * cell.width)}" y="${top + 14}" fill="${color}"${named} textLength="${length}" lengthAdjust="spacingAndGlyphs">${escapeMarkup(shown)}</text>`;
}

function colorOf(each: IBufferCell): string {
  const color = each.getFgColor();
  if (each.isFgRGB()) return `#${color.toString(16).padStart(6, '0')}`;
  if (!each.isFgPalette()) return plain;
  return sixteen[color] ?? colorOf256(color);
}

/** The colours from 16 on: a cube of six steps a side, then grey from dark to light. */
function colorOf256(color: number): string {
  const step = (level: number): number => (level === 0 ? 0 : 55 + 40 * level);
  const cube = color - 16;
  const parts =
    color < 232
      ? [Math.floor(cube / 36), Math.floor(cube / 6) % 6, cube % 6].map(step)
      : [0, 0, 0].fill(8 + 10 * (color - 232));
  return `#${parts.map(part => part.toString(16).padStart(2, '0')).join('')}`;
}

function round(length: number): number {
  return Math.round(length * 10) / 10;
}

function escapeMarkup(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
