import {EventEmitter} from 'node:events';
import {describe, expect, it} from 'vitest';
import {createPrinter} from '../../src/ui/createPrinter.ts';
import {createScreen} from '../../src/ui/screen.ts';
import {gate} from '../core/scriptedBackend.ts';

const begin = '\u001b[?2026h';
const end = '\u001b[?2026l';

/** A terminal that remembers each write. */
function terminal(columns = 80, rows = 24) {
  const writes: string[] = [];
  const stream = Object.assign(new EventEmitter(), {
    columns,
    rows,
    isTTY: true,
    write(chunk: string) {
      writes.push(chunk);
      return true;
    },
  });
  return {writes, stream, stdout: stream as unknown as NodeJS.WriteStream};
}

const nothing = (): string => '';

describe('the screen', () => {
  it('passes writes on at once while nobody holds it', () => {
    const {writes, stdout} = terminal();
    const screen = createScreen(stdout, nothing);
    screen.stdout.write('a');
    screen.stdout.write(`${begin}`);
    expect(writes).toEqual(['a', begin]);
  });

  it('writes what was held in one piece, in order, as one synchronised update', () => {
    const {writes, stdout} = terminal();
    const screen = createScreen(stdout, nothing);
    screen.hold();
    screen.hold();
    screen.stdout.write('one ');
    screen.stdout.write(begin);
    screen.stdout.write('two ');
    screen.stdout.write(end);
    screen.stdout.write('three');
    screen.release();
    expect(writes).toEqual([]);
    screen.release();
    expect(writes).toEqual([`${begin}one two three${end}`]);
    screen.stdout.write('after');
    expect(writes).toHaveLength(2);
  });

  it('writes nothing at a release when nothing was held, and survives one release too many', () => {
    const {writes, stdout} = terminal();
    const screen = createScreen(stdout, nothing);
    screen.hold();
    screen.release();
    screen.release();
    screen.stdout.write('x');
    expect(writes).toEqual(['x']);
  });

  it('never sends "erase below" from where the cursor stands, which tmux would copy into the scrollback', () => {
    const {writes, stdout} = terminal();
    const screen = createScreen(stdout, nothing);
    screen.stdout.write('a\u001b[Jb\u001b[J');
    screen.hold();
    screen.stdout.write('\u001b[H\u001b[J');
    screen.release();
    const all = writes.join('');
    expect(all.match(/\u001b\[J/g)).toHaveLength(3);
    // Each is one row below, and the cursor comes back.
    expect(all.match(/\u001b7\u001b\[K\u001b\[1B\u001b\[J\u001b8/g)).toHaveLength(3);
  });

  it('never goes down to the end of a frame before it goes up, as rows may be gone there', () => {
    const {writes, stdout} = terminal();
    const screen = createScreen(stdout, nothing);
    screen.stdout.write('\u001b[2B\u001b[1G\u001b[5Aa');
    screen.stdout.write('\u001b[2B\u001b[1G\u001b[2Ab');
    screen.stdout.write('\u001b[2B\u001b[1G\u001b[1Ac');
    expect(writes).toEqual(['\u001b[3A\u001b[1Ga', '\u001b[1Gb', '\u001b[2B\u001b[1G\u001b[1Ac']);
  });

  it('has the size of the terminal and tells when it changes, after cleaning up what a narrower one broke', () => {
    const {writes, stream, stdout} = terminal(80, 24);
    const screen = createScreen(stdout, columns => `<narrow ${columns}>`);
    const heard: string[] = [];
    screen.stdout.on('resize', () =>
      heard.push(`${screen.stdout.columns}x${screen.stdout.rows} ${writes.length}`),
    );
    stream.columns = 60;
    stream.emit('resize');
    stream.columns = 100;
    stream.rows = 10;
    stream.emit('resize');
    expect(heard).toEqual(['60x24 1', '100x10 1']);
    expect(writes).toEqual(['<narrow 60>']);
  });

  it('writes what is held and hears of no resize any more when it is closed', () => {
    const {writes, stream, stdout} = terminal();
    const screen = createScreen(stdout, nothing);
    screen.hold();
    screen.stdout.write('last words');
    screen.close();
    expect(writes.join('')).toContain('last words');
    expect(stream.listenerCount('resize')).toBe(0);
  });
});

describe('printing above the live region', () => {
  function prepared() {
    const {writes, stdout} = terminal();
    const screen = createScreen(stdout, nothing);
    const printer = createPrinter(screen);
    let render = Promise.resolve();
    const port = {
      write(text: string) {
        screen.stdout.write('<erase>');
        screen.stdout.write(text);
        screen.stdout.write('<frame>');
      },
      suspend: async () => {},
    };
    const attach = (): void =>
      printer.attach(
        {
          async waitUntilRenderFlush() {
            await render;
            screen.stdout.write('<pending frame>');
          },
        },
        port as unknown as Parameters<typeof printer.attach>[1],
      );
    return {
      writes,
      printer,
      attach,
      renderLater(promise: Promise<void>) {
        render = promise;
      },
    };
  }

  it('waits for the pending frame and brings text and frames to the terminal in one piece', async () => {
    const {writes, printer, attach} = prepared();
    attach();
    printer.print('one\n');
    printer.print('two\n');
    await printer.flushed();
    expect(writes).toEqual([`${begin}<pending frame><erase>one\ntwo\n<frame>${end}`]);
  });

  it('keeps what is printed before it is attached', async () => {
    const {writes, printer, attach} = prepared();
    printer.print('early\n');
    expect(writes).toEqual([]);
    attach();
    await printer.flushed();
    expect(writes.join('')).toContain('early\n');
  });

  it('takes along what comes while it waits for the frame, once', async () => {
    const {writes, printer, attach, renderLater} = prepared();
    const {step, open} = gate();
    renderLater(step);
    attach();
    printer.print('one ');
    printer.print('two');
    open();
    await printer.flushed();
    printer.print('three');
    await printer.flushed();
    expect(writes.join('').match(/one two/g)).toHaveLength(1);
    expect(writes).toHaveLength(2);
    expect(writes[1]).toContain('three');
  });

  it('keeps everything back while it is paused, and prints it after', async () => {
    const {writes, printer, attach} = prepared();
    attach();
    printer.pause();
    printer.print('later\n');
    await printer.flushed();
    expect(writes).toEqual([]);
    printer.resume();
    await printer.flushed();
    expect(writes.join('')).toContain('later\n');
  });

  it('keeps back also what was on its way when it is paused', async () => {
    const {writes, printer, attach, renderLater} = prepared();
    const {step, open} = gate();
    renderLater(step);
    attach();
    printer.print('on its way\n');
    printer.pause();
    open();
    await printer.flushed();
    expect(writes.join('')).not.toContain('on its way');
  });
});
