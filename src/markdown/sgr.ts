/** The styles in force at a place of a text: what opens each of them, by what closes it, and the target of a link. */
export type Look = {readonly sgr: ReadonlyMap<number, string>; readonly link: string};

export const plainLook: Look = {sgr: new Map(), link: ''};

/** A stretch of text in one look, without escape sequences. */
export type Run = {text: string; look: Look};

const sequence = /\u001b\[([\d;]*)m|\u001b\]8;[^;\u0007\u001b]*;([^\u0007\u001b]*)(?:\u001b\\|\u0007)/g;

/**
 * Reads the escape sequences that our own paints and links write (SGR as in ECMA-48 §8.3.117, OSC 8) and returns the
 * text between them.
 */
export function readRuns(text: string): Run[] {
  if (!text.includes('\u001b')) return text === '' ? [] : [{text, look: plainLook}];
  const runs: Run[] = [];
  let look = plainLook;
  let from = 0;
  for (const match of text.matchAll(sequence)) {
    if (match.index > from) runs.push({text: text.slice(from, match.index), look});
    from = match.index + match[0].length;
    look =
      match[1] === undefined ? {...look, link: match[2] ?? ''} : {...look, sgr: changed(look.sgr, match[1])};
  }
  if (from < text.length) runs.push({text: text.slice(from), look});
  return runs;
}

/** Writes runs so that everything they open is closed at the end. */
export function writeRuns(runs: readonly Run[]): string {
  let result = '';
  let look = plainLook;
  for (const run of runs) {
    if (run.text === '') continue;
    if (run.look !== look) result += change(look, run.look);
    result += run.text;
    look = run.look;
  }
  return result + change(look, plainLook);
}

/** The text without its escape sequences. */
export function stripStyles(text: string): string {
  return text.includes('\u001b') ? text.replace(sequence, '') : text;
}

function change(from: Look, to: Look): string {
  let result = '';
  if (from.link !== to.link && from.link !== '') result += closeLink;
  const closing = [...from.sgr].filter(([close, open]) => to.sgr.get(close) !== open);
  const codes = new Set(closing.map(([close]) => Math.abs(close)));
  for (const code of codes) result += `\u001b[${code}m`;
  for (const [close, open] of to.sgr) {
    // Bold and dim share one end: closing either closes both.
    if (from.sgr.get(close) !== open || codes.has(Math.abs(close))) result += `\u001b[${open}m`;
  }
  if (from.link !== to.link && to.link !== '') result += openLink(to.link);
  return result;
}

export function openLink(target: string): string {
  return `\u001b]8;;${target}\u001b\\`;
}

export const closeLink = '\u001b]8;;\u001b\\';

/** Dim is kept under a key of its own, as both it and bold end with 22. */
const dimKey = -22;

function changed(before: ReadonlyMap<number, string>, parameters: string): ReadonlyMap<number, string> {
  const after = new Map(before);
  const codes = parameters === '' ? [0] : parameters.split(';').map(Number);
  for (let index = 0; index < codes.length; index++) {
    const code = codes[index] ?? 0;
    if (code === 0) after.clear();
    else if (code === 38 || code === 48) {
      const length = codes[index + 1] === 2 ? 5 : 3;
      after.set(code + 1, codes.slice(index, index + length).join(';'));
      index += length - 1;
    } else if (code === 22) {
      after.delete(22);
      after.delete(dimKey);
    } else if ((code >= 23 && code <= 29) || code === 39 || code === 49) after.delete(code);
    else if (code === 1) after.set(22, '1');
    else if (code === 2) after.set(dimKey, '2');
    else if (code >= 3 && code <= 9) after.set(code + 20, String(code));
    else if ((code >= 30 && code <= 37) || (code >= 90 && code <= 97)) after.set(39, String(code));
    else if ((code >= 40 && code <= 47) || (code >= 100 && code <= 107)) after.set(49, String(code));
  }
  return after;
}
