import type {Command} from 'commander';
import type {Services} from './createServices.ts';
import type {FirstFrame} from './firstFrame.ts';
import type {Io} from './io.ts';

/** What a subcommand is handed when it runs. */
export type CommandRun = {
  command: Command;
  services: Services;
  io: Io;
  /** The frame that already stands on the terminal, when the chat is to open. */
  firstFrame: FirstFrame | null;
};
