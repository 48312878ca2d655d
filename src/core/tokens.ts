import type {Message} from './message.ts';

/** What an image takes, roughly, in tokens: models differ from 85 to several thousand. */
export const imageTokens = 1_024;
/** The marks that a chat template puts around each message, in tokens. */
const messageTokens = 8;
/** The marks around an attached file, in tokens. */
const fileTokens = 12;

/**
 * A rough count of tokens for text that no backend has counted, by the kinds of characters: words by their length, one
 * for a Han, kana or Hangul character, about two for five digits. Against the o200k and cl100k vocabularies it is within a
 * third for prose, code and data in most scripts. Show it with a `~`.
 */
export function estimateTokens(text: string): number {
  let tokens = 0;
  for (let start = 0; start < text.length; ) {
    const kind = kindOf(text.charCodeAt(start));
    let before = text.charCodeAt(start);
    let end = start + 1;
    for (; end < text.length; end++) {
      const code = text.charCodeAt(end);
      // The `W` of `contextWindow`: vocabularies hold its words, but not the whole.
      const beginsWord = code >= 0x41 && code <= 0x5a && before >= 0x61 && before <= 0x7a;
      if (beginsWord || kindOf(code) !== kind) break;
      before = code;
    }
    tokens += tokensOfRun(text, kind, start, end);
    start = end;
  }
  return Math.ceil(tokens);
}

/** The same for a message as it is sent, with its attachments and its marks. */
export function estimateMessage({text, attachments = []}: Pick<Message, 'text' | 'attachments'>): number {
  return messageTokens + estimateTokens(text) + estimateAttachments(attachments);
}

/** The same for all that is sent. */
export function estimateMessages(messages: readonly Message[]): number {
  return messages.reduce((sum, message) => sum + estimateMessage(message), 0);
}

/** The same for what goes with a message. */
export function estimateAttachments(attachments: NonNullable<Message['attachments']>): number {
  return attachments.reduce(
    (sum, each) =>
      sum +
      (each.kind === 'image'
        ? imageTokens
        : fileTokens + estimateTokens(each.name) + estimateTokens(each.text)),
    0,
  );
}

/** A number of tokens for people, in few columns: `950`, `8.2k`, `131k`, `1.0M`. */
export function shortTokens(tokens: number): string {
  if (tokens < 999.5) return String(Math.round(tokens));
  if (tokens < 9_950) return `${(tokens / 1_000).toFixed(1)}k`;
  if (tokens < 999_500) return `${Math.round(tokens / 1_000)}k`;
  return `${(tokens / 1_000_000).toFixed(1)}M`;
}

/** The kinds of characters, as numbers: a long conversation has millions of them to be told apart. */
const letter = 0;
const foreign = 1;
const wide = 2;
const digit = 3;
const space = 4;
const mark = 5;

const asciiKinds = Uint8Array.from({length: 0x80}, (_, code) => {
  const lower = code | 0x20;
  if (lower >= 0x61 && lower <= 0x7a) return letter;
  if (code >= 0x30 && code <= 0x39) return digit;
  return code === 0x20 || (code >= 0x09 && code <= 0x0d) ? space : mark;
});

function kindOf(code: number): number {
  if (code < 0x80) return asciiKinds[code] ?? mark;
  if (code >= 0xc0 && code < 0x2000) return foreign;
  if (code >= 0x3040 && code <= 0x30ff) return wide;
  if (code >= 0x3400 && code <= 0x9fff) return wide;
  if (code >= 0xac00 && code <= 0xd7af) return wide;
  return code >= 0xf900 && code <= 0xfaff ? wide : mark;
}

/** The weights come from fitting o200k and cl100k on prose, code, tables, logs and data in a dozen scripts. */
function tokensOfRun(text: string, kind: number, start: number, end: number): number {
  const length = end - start;
  switch (kind) {
    case letter:
      return length <= 8 ? 1 : length <= 14 ? 1.5 : length / 4;
    case foreign:
      return Math.max(1, length / 2.2);
    case wide:
      return length * 0.95;
    case digit:
      return length / 2;
    case space:
      // One blank belongs to the word after it.
      return length === 1 ? (text.charCodeAt(start) === 0x20 ? 0 : 0.8) : 1 + length / 64;
    default:
      return isOneCharacter(text, start, end) ? 0.75 + length / 64 : 0.5 + length * 0.45;
  }
}

function isOneCharacter(text: string, start: number, end: number): boolean {
  const first = text.charCodeAt(start);
  for (let at = start + 1; at < end; at++) if (text.charCodeAt(at) !== first) return false;
  return true;
}
