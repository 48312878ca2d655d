import {isUtf8} from 'node:buffer';
import {imageMediaType} from '../../core/imageMediaType.ts';
import {longestRun} from '../../core/longestRun.ts';
import type {Attachment} from '../../core/message.ts';
import {isRecord} from '../exportFields.ts';

/** Reading what another program wrote: every field may be missing, or of any type. */
export type Foreign = Readonly<Record<string, unknown>>;

/** The largest attachment that is taken, in bytes; the same as on the command line. */
export const largestAttachment = 20 * 1024 * 1024;

export function recordOf(value: unknown): Foreign {
  return isRecord(value) ? value : {};
}

export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

export function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** The first of these that is a text and not empty. */
export function firstText(...values: readonly unknown[]): string {
  return values.map(textOf).find(text => text !== '') ?? '';
}

export function countOf(value: unknown): number | undefined {
  const number = typeof value === 'bigint' ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number) && number >= 0 ? number : undefined;
}

/** ms since 1970 out of seconds since 1970. */
export function secondsToMs(value: unknown): number | undefined {
  const seconds = countOf(value);
  return seconds === undefined || seconds === 0 ? undefined : seconds * 1000;
}

/** ms since 1970 out of an ISO 8601 moment, also one with a blank for the `T`; without a zone it is UTC; none before 1970. */
export function isoToMs(value: unknown): number | undefined {
  const text = textOf(value).trim().replace(' ', 'T');
  const zoned = /(?:[zZ]|[+-]\d\d:?\d\d)$/.test(text) ? text : `${text}Z`;
  const ms = Date.parse(zoned);
  return ms >= 0 ? ms : undefined;
}

/** The object or list in a text of JSON; undefined where there is none. */
export function jsonOf(value: unknown): unknown {
  try {
    return JSON.parse(textOf(value) || 'null') ?? undefined;
  } catch {
    return undefined;
  }
}

/** Bytes as an attachment: an image or a text; undefined for anything else. */
export function attachmentOf(name: string, data: Uint8Array): Attachment | undefined {
  if (data.length === 0 || data.length > largestAttachment) return undefined;
  const mediaType = imageMediaType(data);
  if (mediaType !== undefined) return {kind: 'image', name, mediaType, data};
  if (!isUtf8(data) || data.includes(0)) return undefined;
  return {kind: 'text', name, text: new TextDecoder().decode(data)};
}

/** The image in a text of base64, with or without `data:…;base64,` before it. */
export function imageOfBase64(name: string, text: string): Attachment | undefined {
  if (text.length > largestAttachment * 1.4) return undefined;
  const found = attachmentOf(name, Buffer.from(text.replace(/^data:[^,]*,/, ''), 'base64'));
  return found?.kind === 'image' ? found : undefined;
}

/** Code as a fenced block that nothing in it can end. */
export function fenced(text: string, language = ''): string {
  const fence = '`'.repeat(Math.max(2, longestRun(text)) + 1);
  return `${fence}${language.replace(/[^\w+#.-]/g, '')}\n${text.replace(/\n$/, '')}\n${fence}`;
}

/** Parts of one text, a blank line between them. */
export function paragraphs(parts: readonly string[]): string {
  return parts.filter(part => part.trim() !== '').join('\n\n');
}
