import {Worker} from 'node:worker_threads';
import type {PdfAnswer, PdfTask} from './pdfWorker.ts';

/** What was read, or in a few words why nothing was, and what can be done. */
export type PdfText = {ok: true; text: string} | {ok: false; reason: string; hint?: string};

export type PdfLimits = {
  pages: number;
  characters: number;
  /** The longest time that reading may take, in ms. */
  ms: number;
  /** The most memory that it may take, in MB. */
  memory: number;
};

/** More than the largest context window holds. */
const usualLimits: PdfLimits = {pages: 2_000, characters: 8_000_000, ms: 60_000, memory: 1_024};

/**
 * The text of a PDF file, its pages joined with marks that tell their numbers. Never fails otherwise than with a reason.
 *
 * @param program the path of the thread's program (`pdfWorker`)
 */
export async function readPdf(
  data: Uint8Array,
  program: string,
  limits: Partial<PdfLimits> = {},
): Promise<PdfText> {
  const within = {...usualLimits, ...limits};
  const answer = await askWorker(data, program, within);
  if (typeof answer === 'string') return {ok: false, reason: answer};
  if ('fault' in answer) return refusal(answer, within);
  const {pages} = answer;
  if (pages.every(page => page.trim() === '')) {
    return {
      ok: false,
      reason: `there is no text in it: its ${pages.length === 1 ? 'page is a picture' : `${pages.length} pages are pictures`}`,
      hint: 'Attach the pages as images, for a model that sees: pdftoppm -png FILE page',
    };
  }
  const marked = pages.map((page, index) => {
    const text = page.trim();
    return `--- page ${index + 1} of ${pages.length}${text === '' ? ', without text' : ''} ---\n${text}`.trimEnd();
  });
  return {ok: true, text: `${marked.join('\n\n')}\n`};
}

function refusal(
  answer: Exclude<PdfAnswer, {pages: readonly string[]}>,
  {pages, characters}: PdfLimits,
): PdfText {
  switch (answer.fault) {
    case 'encrypted':
      return {
        ok: false,
        reason: 'it is locked with a password',
        hint: 'Unlock it first: qpdf --decrypt --password=… FILE open.pdf',
      };
    case 'broken':
      return {ok: false, reason: 'it is not a PDF that can be read, or it is damaged'};
    case 'pages':
      return {ok: false, reason: `it has ${answer.count} pages, more than ${pages}`};
    case 'characters':
      return {ok: false, reason: `it has more than ${characters} characters of text`};
  }
}

/** What the thread says; a text when it came to nothing. */
function askWorker(
  data: Uint8Array,
  program: string,
  {pages, characters, ms, memory}: PdfLimits,
): Promise<PdfAnswer | string> {
  const own = Uint8Array.from(data);
  const task: PdfTask = {data: own, mostPages: pages, mostCharacters: characters};
  const worker = new Worker(program, {
    workerData: task,
    transferList: [own.buffer],
    stdout: true,
    stderr: true,
    resourceLimits: {maxOldGenerationSizeMb: memory},
  });
  return new Promise(resolve => {
    const timer = setTimeout(() => settle(`reading it took more than ${ms / 1_000} s`), ms);
    const settle = (answer: PdfAnswer | string): void => {
      clearTimeout(timer);
      resolve(answer);
      void worker.terminate();
    };
    worker.once('message', (answer: PdfAnswer) => settle(answer));
    worker.once('error', thrown => {
      const {code} = thrown as NodeJS.ErrnoException;
      settle(code === 'ERR_WORKER_OUT_OF_MEMORY' ? 'reading it takes too much memory' : 'it cannot be read');
    });
    worker.once('exit', () => settle('it cannot be read'));
  });
}
