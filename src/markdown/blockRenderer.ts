import type {Token, Tokens} from 'marked';
import type {Paint} from '../theme/paint.ts';
import type {NumberCode} from './codeNumbers.ts';
import {codeLines} from './fence.ts';
import type {HighlightLines} from './highlight.ts';
import {plainInline} from './inline.ts';
import {languageName} from './languages.ts';
import {type Piece, type TableSample, tableSampleRows} from './piece.ts';
import {drawTable} from './table.ts';
import {closeLines, wrap} from './wrap.ts';

/** How the parts of a document look, and how what stands inside a line is written. */
export type Look = {
  /** Styled text for inline tokens; a newline in it is a line break. */
  inline(tokens: Token[]): string;
  highlightLines: HighlightLines;
  dim: Paint;
  text: Paint;
  quote: Paint;
  rule: Paint;
  bullet: Paint;
  checkbox: Paint;
  border: Paint;
  tableHeader: Paint;
  math: Paint;
  heading(depth: number): Paint;
  /** What stands before a heading. */
  headingMark(depth: number): string;
};

/**
 * Writes the lines of a piece, without newlines, and without the blank line before it. `numberCode` is asked for the
 * number of each fenced block that begins in it.
 */
export type RenderLines = (piece: Piece, width: number, numberCode: NumberCode) => string[];

/**
 * A line of code inside a list or a quote is marked with this and gets no indentation. No text can hold it, as text
 * is neutralised.
 */
const verbatim = '\u0000';

/** However deep a block is, it gets this many columns. */
const leastWidth = 8;
/** A longer rule would be wrapped by the terminal when it becomes narrower. */
const longestRule = 40;
/** Blocks inside so many others are written as their source. */
const deepest = 50;

/**
 * A renderer for blocks. It takes nothing from marked-terminal's own block hooks: those print the marks of tight lists,
 * double checkboxes, count lists from one, let tables overflow and guess the language of code.
 */
export function createRenderLines(look: Look): RenderLines {
  let inQuote = false;
  let depth = 0;
  let number: NumberCode;

  return (piece, width, numberCode) => {
    number = numberCode;
    return pieceLines(piece, Math.max(leastWidth, width)).map(line => line.replace(verbatim, ''));
  };

  function pieceLines(piece: Piece, width: number): string[] {
    switch (piece.kind) {
      case 'block':
        return block(piece.token as Token, width);
      case 'fence-start':
        return codeStart(piece.lang, number(''));
      case 'code-lines':
        return code(piece.text.split('\n'), piece.lang, piece.before === '' ? [] : piece.before.split('\n'));
      case 'fence-end':
        return codeEnd(piece.hasBlank);
      case 'list-items':
        return items(piece.items, piece.ordered ? piece.number : undefined, width);
      case 'table-rows':
        return table(piece.sample, piece.rows, piece.from === 0, width);
    }
  }

  function block(token: Token, width: number): string[] {
    switch (token.type) {
      case 'paragraph':
      case 'text':
        return prose(inQuote ? inlineOf(token) : look.text(inlineOf(token)), width);
      case 'heading': {
        const text = look.headingMark(token.depth) + inlineOf(token);
        return prose(look.heading(token.depth)(text), width);
      }
      case 'code':
        return codeBlock(token as Tokens.Code);
      case 'list':
        return items(token.items, token.ordered ? Number(token.start) : undefined, width);
      case 'blockquote':
        return quote(token.tokens ?? [], width);
      case 'table': {
        const {header, align, rows} = token as Tokens.Table;
        return table({header, align, rows: rows.slice(0, tableSampleRows)}, rows, true, width);
      }
      case 'hr':
        return [look.rule('─'.repeat(Math.min(width, longestRule)))];
      case 'html':
        return prose(look.dim(String(token.text).trimEnd()), width);
      case 'math':
        return token.raw
          .trimEnd()
          .split('\n')
          .map(line => verbatim + look.math(line));
      case 'space':
      case 'def':
      case 'checkbox':
        return [];
      default:
        return prose(plainInline(token.raw), width);
    }
  }

  function inlineOf(token: Token): string {
    return 'tokens' in token && token.tokens ? look.inline(token.tokens) : plainInline(token.raw);
  }

  /** Blocks inside a block. In a list, blank lines are where the source has them. */
  function blocks(tokens: readonly Token[], width: number, asInSource: boolean): string[] {
    const lines: string[] = [];
    let blank = false;
    depth++;
    for (const token of tokens) {
      const drawn = depth > deepest ? prose(plainInline(token.raw), width) : block(token, width);
      if (drawn.length > 0) {
        if (lines.length > 0 && (blank || !asInSource)) lines.push('');
        lines.push(...drawn);
        blank = false;
      }
      if (token.type === 'space' || /\n[ \t]*\n$/.test(token.raw)) blank = true;
    }
    depth--;
    return lines;
  }

  function items(list: readonly Tokens.ListItem[], first: number | undefined, width: number): string[] {
    const lines: string[] = [];
    for (const [index, item] of list.entries()) {
      const delimiter = /^\s*\d+([.)])/.exec(item.raw)?.[1] ?? '.';
      const number = first === undefined ? '' : `${first + index}${delimiter} `;
      const box = item.task ? `[${item.checked ? 'x' : ' '}] ` : '';
      const marker = number + box || '• ';
      const drawn = blocks(item.tokens, width - marker.length, true);
      const painted =
        (number === '' && box === '' ? look.bullet(marker) : look.bullet(number)) + checkbox(item, box);
      lines.push(...indent(drawn, painted, ' '.repeat(marker.length)));
      if (index < list.length - 1 && /\n[ \t]*\n[ \t]*$/.test(item.raw)) lines.push('');
    }
    return lines;
  }

  function checkbox(item: Tokens.ListItem, box: string): string {
    return item.checked ? look.checkbox(box) : box;
  }

  function quote(tokens: readonly Token[], width: number): string[] {
    const before = inQuote;
    inQuote = true;
    const lines = blocks(tokens, Math.max(leastWidth, width - 2), false);
    inQuote = before;
    return lines.map(line => {
      if (line.startsWith(verbatim)) return line;
      return closeLines(look.quote(line === '' ? '│' : `│ ${line}`)).join('');
    });
  }

  function table(sample: TableSample, rows: Tokens.TableCell[][], first: boolean, width: number): string[] {
    const text = (cells: readonly Tokens.TableCell[]) => cells.map(cell => look.inline(cell.tokens));
    return drawTable(
      {
        header: text(sample.header),
        align: sample.align,
        sample: sample.rows.map(text),
        rows: rows.map(text),
        first,
      },
      width,
      {border: look.border, header: look.tableHeader},
    );
  }

  function code(lines: readonly string[], lang: string, before: readonly string[]): string[] {
    return look.highlightLines(lines, lang, before).map(line => verbatim + line);
  }

  function codeBlock(token: Tokens.Code): string[] {
    const lines = codeLines(token);
    const lang = token.lang ?? '';
    if (token.codeBlockStyle === 'indented') return code(lines, '', []);
    if (lines.length === 0 && lang === '') return [];
    const hasBlank = lines.some(line => line.trim() === '');
    return [...codeStart(lang, number(lines.join('\n'))), ...code(lines, lang, []), ...codeEnd(hasBlank)];
  }

  /** The line above code: its language, and the number it is copied by. */
  function codeStart(lang: string, copyNumber: number | undefined): string[] {
    const name = plainInline(languageName(lang));
    if (copyNumber === undefined) return name === '' ? [] : [verbatim + look.dim(`── ${name}`)];
    return [verbatim + look.dim(`── ${name || 'code'} · ${copyNumber}`)];
  }

  /** Only where a blank line in the code could be taken for its end. */
  function codeEnd(hasBlank: boolean): string[] {
    return hasBlank ? [verbatim + look.dim('──')] : [];
  }
}

function prose(text: string, width: number): string[] {
  return wrap(text, Math.max(leastWidth, width), {wholeUrls: true}).map(line => line.text);
}

function indent(lines: readonly string[], first: string, rest: string): string[] {
  const own = lines[0] === undefined || lines[0].startsWith(verbatim) ? [first.trimEnd()] : [];
  return [
    ...own,
    ...lines.map((line, index) => {
      if (line === '' || line.startsWith(verbatim)) return line;
      return (index === 0 ? first : rest) + line;
    }),
  ];
}
