import {imageMediaType} from '../core/imageMediaType.ts';

/** What a file holds, by its content and never by its name. */
export type FileKind =
  | {kind: 'image'; mediaType: string}
  | {kind: 'pdf'}
  | {kind: 'text'; text: string}
  /** Something else: in a few words what, as far as that can be told. */
  | {kind: 'other'; what: string};

const latin = (data: Uint8Array, start: number, end: number): string =>
  Buffer.from(data.subarray(start, end)).toString('latin1');

/** Signatures of what people attach and models do not take: https://en.wikipedia.org/wiki/List_of_file_signatures */
const others: readonly {what: string; matches(data: Uint8Array): boolean}[] = [
  {what: 'a HEIC image', matches: data => /^ftyp(hei[cmsx]|hev[cmsx]|mif1|msf1)$/.test(latin(data, 4, 12))},
  {what: 'an AVIF image', matches: data => /^ftypavi[fs]$/.test(latin(data, 4, 12))},
  {
    what: 'a video or sound',
    matches: data => /^(....ftyp|\u001aE\u00df\u00a3|ID3|OggS|fLaC)/s.test(latin(data, 0, 8)),
  },
  {what: 'a TIFF image', matches: data => /^(II\*\0|MM\0\*)$/.test(latin(data, 0, 4))},
  {what: 'a BMP image', matches: data => /^BM....\0\0\0\0/s.test(latin(data, 0, 10))},
  {what: 'an Office document or an archive', matches: data => latin(data, 0, 4) === 'PK\u0003\u0004'},
  {what: 'an old Office document', matches: data => latin(data, 0, 4) === '\u00d0\u00cf\u0011\u00e0'},
  {
    what: 'an archive',
    matches: data =>
      /^(\u001f\u008b|BZh|\u00fd7zXZ|7z\u00bc\u00af|\u0028\u00b5\u002f\u00fd|Rar!)/.test(latin(data, 0, 6)),
  },
];

/** Tells what the bytes of a file are. Text is UTF-8, or UTF-16 with its mark. */
export function fileKind(data: Uint8Array): FileKind {
  const mediaType = imageMediaType(data);
  if (mediaType !== undefined) return {kind: 'image', mediaType};
  // Some programs write a line of their own before it; readers look for it in the first KiB.
  if (latin(data, 0, 1024).includes('%PDF-')) return {kind: 'pdf'};
  const text = decode(data);
  // No text has the character NUL, which most other files have.
  if (text !== undefined && !text.includes('\0')) return {kind: 'text', text};
  return {kind: 'other', what: others.find(({matches}) => matches(data))?.what ?? ''};
}

function decode(data: Uint8Array): string | undefined {
  const mark = latin(data, 0, 2);
  const encoding = mark === '\u00ff\u00fe' ? 'utf-16le' : mark === '\u00fe\u00ff' ? 'utf-16be' : 'utf-8';
  try {
    return new TextDecoder(encoding, {fatal: true}).decode(data);
  } catch {
    return undefined;
  }
}
