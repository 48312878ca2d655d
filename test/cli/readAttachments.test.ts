import {execFileSync} from 'node:child_process';
import {truncateSync, writeFileSync} from 'node:fs';
import {createServer, type RequestListener} from 'node:http';
import type {AddressInfo} from 'node:net';
import path from 'node:path';
import {describe, expect, it, onTestFinished} from 'vitest';
import {childProgram} from '../../src/cli/childProgram.ts';
import {readAttachment as readWith} from '../../src/cli/readAttachments.ts';
import {pdfOf} from '../fixtures/pdfFixture.ts';
import {temporaryFolder} from '../storage/temporaryFolder.ts';

const samples: Record<string, Buffer> = {
  'image/png': Buffer.from('89504e470d0a1a0a00', 'hex'),
  'image/jpeg': Buffer.from('ffd8ffe000', 'hex'),
  'image/gif': Buffer.from('GIF89a..'),
  'image/webp': Buffer.from('RIFF\0\0\0\0WEBPVP8 '),
};

const pdfProgram = childProgram(path.resolve(import.meta.dirname, '../..'), 'src/cli', 'pdfWorker');
const readAttachment = (source: string, stdin?: () => Promise<Buffer>) =>
  readWith(source, {pdfProgram, ...(stdin && {stdin})});

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

describe('attachments', () => {
  it('are text when they are UTF-8', async () => {
    const file = path.join(temporaryFolder(), 'notes.md');
    writeFileSync(file, 'é世界\n');
    expect(await readAttachment(file)).toEqual({kind: 'text', name: 'notes.md', text: 'é世界\n'});
  });

  it.each(Object.entries(samples))(
    'are images by their first bytes, not their name: %s',
    async (mediaType, data) => {
      const file = path.join(temporaryFolder(), 'picture.txt');
      writeFileSync(file, data);
      const attachment = await readAttachment(file);
      expect(attachment).toMatchObject({kind: 'image', name: 'picture.txt', mediaType});
      expect(attachment.kind === 'image' && Buffer.from(attachment.data).equals(data)).toBe(true);
    },
  );

  it('are the text of a PDF', async () => {
    const file = path.join(temporaryFolder(), 'paper.pdf');
    writeFileSync(file, pdfOf(['Hello']));
    expect(await readAttachment(file)).toEqual({
      kind: 'text',
      name: 'paper.pdf',
      text: '--- page 1 of 1 ---\nHello\n',
    });
  });

  it('are refused with what can be read instead', async () => {
    const folder = temporaryFolder();
    const photo = path.join(folder, 'photo.heic');
    writeFileSync(photo, Buffer.from('\0\0\0\u0018ftypheic\0\0\0\0', 'latin1'));
    await expect(readAttachment(photo)).rejects.toMatchObject({
      kind: 'file',
      message: 'cannot attach photo.heic: it is a HEIC image, which models do not take',
      hint: 'These are read: text, PDF, and images as PNG, JPEG, GIF or WebP.',
    });
    const scan = path.join(folder, 'scan.pdf');
    writeFileSync(scan, pdfOf(['']));
    await expect(readAttachment(scan)).rejects.toMatchObject({
      kind: 'file',
      message: 'cannot attach scan.pdf: there is no text in it: its page is a picture',
      hint: expect.stringContaining('as images'),
    });
  });

  it('come from stdin for a dash', async () => {
    expect(await readAttachment('-', async () => Buffer.from('piped'))).toEqual({
      kind: 'text',
      name: 'stdin',
      text: 'piped',
    });
    await expect(readAttachment('-')).rejects.toMatchObject({kind: 'file'});
  });

  it('are refused with a reason when they cannot be read', async () => {
    const folder = temporaryFolder();
    const binary = path.join(folder, 'a\u001b[2J.bin');
    writeFileSync(binary, Buffer.from('00ff00fe', 'hex'));
    const big = path.join(folder, 'big.txt');
    writeFileSync(big, Buffer.alloc(20 * 1024 * 1024 + 1, 'a'));
    for (const [source, message] of [
      [path.join(folder, 'nope.txt'), /nope\.txt: there is no such file$/],
      [folder, /: it is a folder$/],
      [binary, /^cannot attach a␛\[2J\.bin: it is neither text nor a known kind of file$/],
      [big, /big\.txt: it has 20971521 bytes/],
    ] as const)
      await expect(readAttachment(source)).rejects.toMatchObject({
        kind: 'file',
        message: expect.stringMatching(message),
      });
  });

  it.skipIf(process.platform === 'win32')('are refused, unread, when they may have no end', async () => {
    const pipe = path.join(temporaryFolder(), 'pipe');
    execFileSync('mkfifo', [pipe]);
    const hollow = path.join(temporaryFolder(), 'hollow.txt');
    writeFileSync(hollow, '');
    truncateSync(hollow, 2 ** 40);
    for (const [source, message] of [
      ['/dev/zero', /^cannot attach \/dev\/zero: it is no regular file$/],
      [pipe, /: it is no regular file$/],
      [hollow, /hollow\.txt: it has 1099511627776 bytes, more than 20971520$/],
      [path.join(hollow, 'inside'), /: a part of the path is no folder$/],
    ] as const)
      await expect(readAttachment(source)).rejects.toMatchObject({
        kind: 'file',
        message: expect.stringMatching(message),
      });
    await expect(readAttachment(pipe)).rejects.toMatchObject({hint: expect.stringContaining('-a -')});
  });

  it.runIf(process.platform === 'linux')('are read whole though the file says that it is empty', async () => {
    expect(await readAttachment('/proc/self/stat')).toMatchObject({text: expect.stringMatching(/^\d+ \(/)});
  });

  it('are downloaded from an address', async () => {
    const base = await serve((request, response) => {
      response.end(request.url?.startsWith('/cat') ? samples['image/png'] : 'hello');
    });
    expect(await readAttachment(`${base}/cat%20pic?size=3`)).toMatchObject({kind: 'image', name: 'cat pic'});
    expect(await readAttachment(`${base}/`)).toMatchObject({
      kind: 'text',
      name: new URL(base).host,
      text: 'hello',
    });
    expect(await readAttachment(`${base}/50%`)).toMatchObject({name: '50%'});
  });

  it('are refused with a reason when they cannot be downloaded', async () => {
    const base = await serve((request, response) => {
      if (request.url === '/missing') response.writeHead(404).end();
      else if (request.url === '/big') response.end(Buffer.alloc(21 * 1024 * 1024, 'a'));
      else {
        response.writeHead(200, {'content-length': '100'});
        response.write('x', () => response.destroy());
      }
    });
    for (const [source, message] of [
      [`${base}/missing`, /the server says 404/],
      [`${base}/big`, /more than 20971520 bytes/],
      [`${base}/cut`, /the server broke off/],
      ['http://127.0.0.1:1/x', /the server does not answer/],
      ['http://', /no valid address/],
    ] as const)
      await expect(readAttachment(source)).rejects.toMatchObject({
        kind: 'file',
        message: expect.stringMatching(message),
      });
  });
});
