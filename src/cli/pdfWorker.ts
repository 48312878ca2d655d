/**
 * The thread that takes the text out of one PDF file. A thread of its own, because a file can be made so that reading it
 * takes all the time or memory that there is, and a thread can be ended; and because the screen must not stand still.
 */
import {parentPort, workerData} from 'node:worker_threads';

/** What the thread is given. `data` is its own from then on. */
export type PdfTask = {data: Uint8Array; mostPages: number; mostCharacters: number};
/** What it answers: the text of each page, or why there is none. */
export type PdfAnswer =
  | {pages: readonly string[]}
  | {fault: 'encrypted' | 'broken'}
  | {fault: 'pages' | 'characters'; count: number};

async function readPages({data, mostPages, mostCharacters}: PdfTask): Promise<PdfAnswer> {
  const {getDocumentProxy} = await import('unpdf');
  // Warnings of its own would be written over the screen.
  const pdf = await getDocumentProxy(data, {verbosity: 0});
  if (pdf.numPages > mostPages) return {fault: 'pages', count: pdf.numPages};
  const pages: string[] = [];
  let characters = 0;
  for (let number = 1; number <= pdf.numPages; number++) {
    const page = await pdf.getPage(number);
    const {items} = await page.getTextContent();
    const text = items.map(item => ('str' in item ? item.str + (item.hasEOL ? '\n' : '') : '')).join('');
    page.cleanup();
    characters += text.length;
    if (characters > mostCharacters) return {fault: 'characters', count: mostCharacters};
    pages.push(text);
  }
  return {pages};
}

async function answer(): Promise<PdfAnswer> {
  try {
    return await readPages(workerData as PdfTask);
  } catch (thrown) {
    return {fault: (thrown as Error).name === 'PasswordException' ? 'encrypted' : 'broken'};
  }
}

parentPort?.postMessage(await answer());
