/**
 * JSON that may be shown on a terminal: what could control it (C1 controls, bidirectional overrides) is written as
 * `\uXXXX`, so nothing is lost and nothing acts. JSON itself escapes only the controls below U+0020.
 */
export function terminalSafeJson(value: unknown, indent?: number): string {
  return JSON.stringify(value, null, indent).replace(/[\u007f-\u009f\u2028-\u202e\u2066-\u2069]/g, escaped);
}

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
