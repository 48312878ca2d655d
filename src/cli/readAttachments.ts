import {createReadStream, type Stats} from 'node:fs';
import {stat} from 'node:fs/promises';
import path from 'node:path';
import {LlmError} from '../core/errors.ts';
import type {Attachment} from '../core/message.ts';
import {neutraliseLine} from '../core/neutralise.ts';
import {fileKind} from './fileKind.ts';

/** The largest attachment, in bytes. */
const largest = 20 * 1024 * 1024;

/** What else can be attached, for a person whose file was none of it. */
const readable = 'These are read: text, PDF, and images as PNG, JPEG, GIF or WebP.';

export type ReadAttachmentOptions = {
  /** The program of the thread that reads PDF files (`pdfWorker`). */
  pdfProgram: string;
  /** What `-` stands for; without it, it is refused. */
  stdin?(): Promise<Buffer>;
};

/**
 * Reads what was given with `-a`: the path of a file, an http(s) URL, or `-` for stdin. Throws `LlmError` (`file`) that
 * names what could not be read and why.
 */
export async function readAttachment(
  source: string,
  {stdin = noStdin, pdfProgram}: ReadAttachmentOptions,
): Promise<Attachment> {
  if (source === '-') return toAttachment('stdin', await stdin(), pdfProgram);
  if (/^https?:\/\//.test(source)) return toAttachment(urlName(source), await download(source), pdfProgram);
  return toAttachment(path.basename(source), await readRegularFile(source), pdfProgram);
}

/** The content of a file that is no larger than an attachment may be, one byte more at most. */
async function readRegularFile(source: string): Promise<Buffer> {
  const refuse = (thrown: unknown): never => {
    throw fileError(source, readingReason(thrown), thrown);
  };
  const found: Stats = await stat(source).catch(refuse);
  if (found.isDirectory()) throw fileError(source, 'it is a folder');
  // A device or pipe may have no end, or wait for ever.
  if (!found.isFile()) {
    throw fileError(source, 'it is no regular file', undefined, 'Pipe it in, and attach stdin: -a -');
  }
  if (found.size > largest) throw tooLarge(source, found.size);
  const chunks: Buffer[] = [];
  try {
    // What is generated as it is read, as under /proc, has no size before.
    for await (const chunk of createReadStream(source, {end: largest})) chunks.push(chunk);
  } catch (thrown) {
    return refuse(thrown);
  }
  return Buffer.concat(chunks);
}

function readingReason(thrown: unknown): string {
  const code = (thrown as NodeJS.ErrnoException).code;
  switch (code) {
    case 'ENOENT':
      return 'there is no such file';
    case 'ENOTDIR':
      return 'a part of the path is no folder';
    case 'EACCES':
    case 'EPERM':
      return 'reading it is not permitted';
    default:
      return String(code ?? thrown);
  }
}

async function toAttachment(name: string, data: Buffer, pdfProgram: string): Promise<Attachment> {
  if (data.length > largest) throw tooLarge(name, data.length);
  const found = fileKind(data);
  switch (found.kind) {
    case 'image':
      return {kind: 'image', name, mediaType: found.mediaType, data};
    case 'text':
      return {kind: 'text', name, text: found.text};
    case 'pdf': {
      const {readPdf} = await import('./readPdf.ts');
      const pdf = await readPdf(data, pdfProgram);
      if (pdf.ok) return {kind: 'text', name, text: pdf.text};
      throw fileError(name, pdf.reason, undefined, pdf.hint);
    }
    case 'other': {
      const what =
        found.what === ''
          ? 'neither text nor a known kind of file'
          : `${found.what}, which models do not take`;
      throw fileError(name, `it is ${what}`, undefined, readable);
    }
  }
}

async function download(url: string): Promise<Buffer> {
  let response: Response;
  try {
    response = await fetch(url, {signal: AbortSignal.timeout(60_000)});
  } catch (thrown) {
    throw fileError(url, 'the server does not answer', thrown);
  }
  if (!response.ok) throw fileError(url, `the server says ${response.status}`);
  const chunks: Uint8Array[] = [];
  let size = 0;
  try {
    for await (const chunk of response.body ?? []) {
      size += chunk.length;
      if (size > largest) throw fileError(url, `it has more than ${largest} bytes`);
      chunks.push(chunk);
    }
  } catch (thrown) {
    if (thrown instanceof LlmError) throw thrown;
    throw fileError(url, 'the server broke off', thrown);
  }
  return Buffer.concat(chunks);
}

function urlName(url: string): string {
  if (!URL.canParse(url)) throw fileError(url, 'it is no valid address');
  const {pathname, host} = new URL(url);
  const name = path.posix.basename(pathname);
  try {
    return decodeURIComponent(name) || host;
  } catch {
    // A stray percent sign: the name is only for people.
    return name;
  }
}

function tooLarge(source: string, bytes: number): LlmError {
  return fileError(source, `it has ${bytes} bytes, more than ${largest}`);
}

function fileError(source: string, reason: string, cause?: unknown, hint?: string): LlmError {
  return new LlmError({
    kind: 'file',
    message: `cannot attach ${neutraliseLine(source)}: ${reason}`,
    cause,
    ...(hint !== undefined && {hint}),
  });
}

function noStdin(): never {
  throw fileError('-', 'stdin is not to be had here');
}
