import {stripVTControlCharacters} from 'node:util';
import stringWidth from 'string-width';
import wrapAnsi from 'wrap-ansi';
import type {Notice} from '../../commands/command.ts';
import {neutralise} from '../../core/neutralise.ts';
import type {Styles} from '../styles.ts';

export type TextNotice = Pick<Extract<Notice, {type: 'text'}>, 'tone' | 'text'>;

/** Lines of our own, wrapped at a width in columns. What is wrapped stands below the text of its line. */
export function wrapLines(text: string, width: number): string {
  return text
    .split('\n')
    .map(line => {
      const plain = stripVTControlCharacters(line);
      const lead = /^ *(?:\d+ > )?/.exec(plain)?.[0] ?? '';
      const hangs = lead !== '' && lead.length < width / 2 && line.startsWith(lead);
      if (hangs) {
        const rest = wrapAnsi(line.slice(lead.length), width - lead.length, {hard: true});
        return `${lead}${rest.replaceAll('\n', `\n${' '.repeat(lead.length)}`)}`.replace(/ +$/gm, '');
      }
      // Blanks at the start of a line mean something; those at a break do not.
      return wrapAnsi(line, width, {hard: true, trim: !/^\s/.test(plain)}).replace(/ +$/gm, '');
    })
    .join('\n');
}

/** A remark with its mark, wrapped before it is painted, so that no style stands between a break and its blank. */
export function remark(styles: Styles, {tone, text}: TextNotice, width: number): string {
  const plain = neutralise(text);
  switch (tone) {
    case 'error':
      return styles.error(wrapLines(`✗ ${plain}`, width));
    case 'warning':
      return styles.warning(wrapLines(`! ${plain}`, width));
    case 'success':
      return wrapLines(`✓ ${plain}`, width).replace('✓', styles.success('✓'));
    case 'info':
      return wrapLines(plain, width);
  }
}

/**
 * Parts with dots between them, in as few lines as they fit into; a part is broken only when it is longer than a line.
 */
export function joinParts(parts: readonly string[], width: number): string {
  const lines: string[] = [];
  for (const [index, part] of parts.entries()) {
    const dotted = index === parts.length - 1 ? part : `${part} ·`;
    const joined = `${lines.at(-1)} ${dotted}`;
    if (lines.length > 0 && stringWidth(joined) <= width) lines[lines.length - 1] = joined;
    else lines.push(dotted);
  }
  return lines.map(line => wrapLines(line, width)).join('\n');
}
