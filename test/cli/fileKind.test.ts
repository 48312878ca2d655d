import {describe, expect, it} from 'vitest';
import {fileKind} from '../../src/cli/fileKind.ts';

const bytes = (text: string): Buffer => Buffer.from(text, 'latin1');

describe('what a file is', () => {
  it.each([
    ['\u0089PNG\r\n\u001a\n\0', 'image/png'],
    ['\u00ff\u00d8\u00ff\u00e0', 'image/jpeg'],
    ['GIF89a..', 'image/gif'],
    ['RIFF\0\0\0\0WEBPVP8 ', 'image/webp'],
  ])('is an image by its first bytes: %#', (content, mediaType) => {
    expect(fileKind(bytes(content))).toEqual({kind: 'image', mediaType});
  });

  it.each(['%PDF-1.7\n', 'From a printer\n%PDF-1.4\n'])('is a PDF: %#', content => {
    expect(fileKind(bytes(content))).toEqual({kind: 'pdf'});
  });

  it('is text in UTF-8, and in UTF-16 with its mark', () => {
    expect(fileKind(Buffer.from('é世界\n'))).toEqual({kind: 'text', text: 'é世界\n'});
    expect(fileKind(Buffer.from('\ufeffé世', 'utf16le'))).toEqual({kind: 'text', text: 'é世'});
    expect(fileKind(Buffer.from('\ufeffé世', 'utf16le').swap16())).toEqual({kind: 'text', text: 'é世'});
    expect(fileKind(Buffer.from(''))).toEqual({kind: 'text', text: ''});
  });

  it.each([
    ['\0\0\0\u0018ftypheic\0\0\0\0', 'a HEIC image'],
    ['\0\0\0\u0018ftypavif\0\0\0\0', 'an AVIF image'],
    ['\0\0\0\u0018ftypisom\0\0\0\0', 'a video or sound'],
    ['ID3\u0003\0\0', 'a video or sound'],
    ['II*\0\u0008\0', 'a TIFF image'],
    ['MM\0*\0\0', 'a TIFF image'],
    ['BM\u0036\u0010\0\0\0\0\0\0', 'a BMP image'],
    ['PK\u0003\u0004\u0014\0', 'an Office document or an archive'],
    ['\u00d0\u00cf\u0011\u00e0\u00a1\u00b1', 'an old Office document'],
    ['\u001f\u008b\u0008\0', 'an archive'],
    ['\0\u00ff\0\u00fe', ''],
    ['text with a \0 in it', ''],
  ])('is none of these when it is something else: %#', (content, what) => {
    expect(fileKind(bytes(content))).toEqual({kind: 'other', what});
  });

  it('is text that begins like something else', () => {
    expect(fileKind(bytes('BMW and others')).kind).toBe('text');
    expect(fileKind(bytes('Rar! a roar')).kind).toBe('text');
  });
});
