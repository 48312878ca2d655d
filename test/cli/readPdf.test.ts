import {writeFileSync} from 'node:fs';
import path from 'node:path';
import {describe, expect, it} from 'vitest';
import {childProgram} from '../../src/cli/childProgram.ts';
import {readPdf} from '../../src/cli/readPdf.ts';
import {pdfOf} from '../fixtures/pdfFixture.ts';
import {temporaryFolder} from '../storage/temporaryFolder.ts';

const program = childProgram(path.resolve(import.meta.dirname, '../..'), 'src/cli', 'pdfWorker');

/** A thread in place of the one that reads. */
function programOf(source: string): string {
  const file = path.join(temporaryFolder(), 'worker.mjs');
  writeFileSync(file, source);
  return file;
}

describe('the text of a PDF', () => {
  it('is that of its pages, with marks between them', async () => {
    const data = pdfOf(['First page\nits second line', 'Page two', '']);
    expect(await readPdf(data, program)).toEqual({
      ok: true,
      text:
        '--- page 1 of 3 ---\nFirst page\nits second line\n\n' +
        '--- page 2 of 3 ---\nPage two\n\n--- page 3 of 3, without text ---\n',
    });
    // What is attached is still whole: an image of it may be sent too.
    expect(data.length).toBeGreaterThan(0);
  });

  it.each([
    [['', ''], 'there is no text in it: its 2 pages are pictures', /pdftoppm/],
    [[''], 'there is no text in it: its page is a picture', /pdftoppm/],
  ])('is not to be had of a scan %#', async (pages, reason, hint) => {
    expect(await readPdf(pdfOf(pages), program)).toEqual({
      ok: false,
      reason,
      hint: expect.stringMatching(hint),
    });
  });

  it('is not to be had without its password', async () => {
    expect(await readPdf(pdfOf(['secret'], {locked: true}), program)).toMatchObject({
      ok: false,
      reason: 'it is locked with a password',
    });
  });

  it.each(['%PDF-1.4\nnonsense', '%PDF-', pdfOf(['text']).toString('latin1').slice(0, 60)])(
    'is not to be had of a broken file %#',
    async content => {
      expect(await readPdf(Buffer.from(content, 'latin1'), program)).toMatchObject({
        reason: 'it is not a PDF that can be read, or it is damaged',
      });
    },
  );

  it.each([
    [{pages: 1}, 'it has 2 pages, more than 1'],
    [{characters: 5}, 'it has more than 5 characters of text'],
  ])('has a limit of %j', async (limits, reason) => {
    expect(await readPdf(pdfOf(['one', 'two and more']), program, limits)).toEqual({ok: false, reason});
  });

  it.each([
    ['setInterval(() => {}, 1000)', {ms: 300}, 'reading it took more than 0.3 s'],
    [
      'const all = []; for (;;) all.push(new Array(1e5).fill(all.length))',
      {memory: 32},
      'reading it takes too much memory',
    ],
    ['throw new Error("it broke")', {}, 'it cannot be read'],
    ['process.exit(3)', {}, 'it cannot be read'],
  ])('is given up with a reason when its thread misbehaves: %s', async (source, limits, reason) => {
    expect(await readPdf(pdfOf(['one']), programOf(source), limits)).toEqual({ok: false, reason});
  });
});
