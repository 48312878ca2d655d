import type {Printer} from './createPrinter.ts';
import type {TerminalPort} from './TerminalBridge.tsx';

/** What the chat has on the terminal. */
export type ChatScreen = {
  /** Nothing is printed while the terminal is lent. */
  printer: Pick<Printer, 'flushed' | 'pause' | 'resume'>;
  port: TerminalPort;
};

/**
 * Lends the chat's terminal to something that shows itself on the alternate screen. The chat stays mounted under it;
 * what it has to print meanwhile is printed afterwards.
 */
export async function lendScreen({printer, port}: ChatScreen, show: () => Promise<void>): Promise<void> {
  await printer.flushed();
  printer.pause();
  try {
    await port.suspend(show);
  } finally {
    printer.resume();
  }
}
