import {PassThrough} from 'node:stream';
import stringWidth from 'string-width';
import {describe, expect, it, onTestFinished} from 'vitest';
import {createSpinner} from '../../src/cli/spinner.ts';

/** A terminal of so many columns, and the lines that a spinner has drawn there. */
function terminal(columns: number | undefined) {
  const stream = Object.assign(new PassThrough(), {isTTY: true, columns});
  let written = '';
  stream.setEncoding('utf8').on('data', (chunk: string) => {
    written += chunk;
  });
  return {stderr: stream as unknown as NodeJS.WriteStream, lines: () => written.split('\r\u001b[K').slice(1)};
}

describe('the spinner', () => {
  it.each([
    ['a plain text', 'fetching the embedded engine '.repeat(5), 40],
    ['wide characters', '取得'.repeat(40), 41],
    ['a terminal that does not tell its width', 'x'.repeat(200), undefined],
  ])('keeps its line within the terminal, and the time in sight: %s', async (_what, text, columns) => {
    const {stderr, lines} = terminal(columns);
    const spinner = createSpinner(stderr, true);
    onTestFinished(spinner.stop);
    spinner.say(text);
    await expect.poll(() => lines().length, {timeout: 20_000}).toBeGreaterThan(2);
    for (const line of lines()) {
      expect(stringWidth(line)).toBeLessThan(columns ?? 80);
      expect(line).toMatch(/… · \d+ s$/);
    }
  });

  it('leaves a text that fits as it is, and clears it at its end', async () => {
    const {stderr, lines} = terminal(80);
    const spinner = createSpinner(stderr, true, {elapsed: false});
    spinner.say('pulling qwen');
    await expect.poll(() => lines().length, {timeout: 20_000}).toBeGreaterThan(0);
    spinner.stop();
    expect(lines()[0]).toMatch(/^\S pulling qwen$/);
    expect(lines().at(-1)).toBe('');
  });

  it('says nothing where stderr is no terminal, or nobody wants it', () => {
    const {stderr, lines} = terminal(80);
    createSpinner(stderr, false).stop();
    createSpinner(Object.assign(stderr, {isTTY: false}), true).stop();
    expect(lines()).toEqual([]);
  });
});
