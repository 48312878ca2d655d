import {setTimeout as delay} from 'node:timers/promises';
import type {Printer} from './createPrinter.ts';
import type {KeyReader} from './keys/createKeyReader.ts';
import type {TerminalPort} from './TerminalBridge.tsx';

/**
 * Stops the whole process group, as Ctrl+Z does outside of raw mode, with the terminal as the shell expects it,
 * and takes the terminal back when the job is continued.
 */
export async function suspendToShell(keys: KeyReader, printer: Printer, port: TerminalPort): Promise<void> {
  await printer.flushed();
  printer.pause();
  await port.suspend(async () => {
    keys.stop();
    process.kill(0, 'SIGTSTP');
    // The stop takes effect at the next turn of the event loop; after it, this is the first thing to run.
    await delay(50);
    keys.start();
  });
  printer.resume();
}
