/**
 * Makes untrusted text harmless for a terminal or a page: control characters (C0 and C1, so that no CSI, OSC or DCS
 * sequence can begin) become visible symbols, bidirectional overrides become U+FFFD. Newline and tab stay;
 * carriage returns go.
 *
 * It works character by character and keeps no state, so a stream may be cut anywhere:
 * `neutralise(a + b) === neutralise(a) + neutralise(b)`.
 */
export function neutralise(text: string): string {
  return dangerous.test(text) ? text.replace(dangerousAll, symbolFor) : text;
}

/** The same for text that must stay on one line (titles, model names, error messages). */
export function neutraliseLine(text: string): string {
  return neutralise(text)
    .replace(/[\n\t\u2028\u2029]+/g, ' ')
    .trim();
}

const range = '[\\u0000-\\u0008\\u000b-\\u001f\\u007f-\\u009f\\u202a-\\u202e\\u2066-\\u2069]';
const dangerous = new RegExp(range);
const dangerousAll = new RegExp(range, 'g');

function symbolFor(character: string): string {
  const code = character.charCodeAt(0);
  if (code === 0x0d) return '';
  if (code < 0x20) return String.fromCharCode(0x2400 + code);
  if (code === 0x7f) return '\u2421';
  return '\ufffd';
}
