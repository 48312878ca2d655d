import type {CommandContext} from '../../commands/command.ts';
import {runComparison} from '../../commands/runComparison.ts';
import type {Contestant} from '../../core/compare/contestant.ts';
import {backgroundQuestion, readBackgroundReply} from '../../theme/background.ts';
import type {PromptRecall} from '../composer/createComposer.ts';
import type {Look} from '../createLook.ts';
import {createKeyReader} from '../keys/createKeyReader.ts';
import {showComparison} from './showComparison.tsx';

export type StartComparisonSettings = {
  stdin: NodeJS.ReadStream;
  stdout: NodeJS.WriteStream;
  context: CommandContext;
  look: Look;
  history: PromptRecall;
  remember(prompt: string): void;
  contestants: readonly Contestant[];
  /** What all are asked first; without it the panes ask for it. */
  prompt?: string;
};

/** Runs the panes alone on a terminal until the person leaves them. Resolves with the exit status. */
export async function startComparison(settings: StartComparisonSettings): Promise<number> {
  const {stdin, stdout, context, look, contestants, prompt} = settings;
  const {session, attachments} = context;
  const keys = createKeyReader(stdin, text => stdout.write(text));
  const ending = new AbortController();
  let status = 0;
  const leave = (next: number): void => {
    status = next;
    ending.abort();
  };
  const onSignal = (signal: NodeJS.Signals): void =>
    leave({SIGHUP: 129, SIGINT: 130, SIGTERM: 143}[signal as 'SIGHUP'] ?? 1);
  const signals = ['SIGHUP', 'SIGINT', 'SIGTERM'] as const;
  for (const signal of signals) process.on(signal, onSignal);
  // However the process ends, the terminal gets its modes back.
  process.once('exit', keys.stop);
  stdin.on('end', () => leave(129));
  stdout.on('error', () => leave(129));
  keys.start();
  stdout.write(backgroundQuestion);
  try {
    const at = prompt === undefined ? null : session.ask(prompt, {attachments: attachments.take()});
    if (prompt !== undefined) settings.remember(prompt);
    await runComparison(
      context,
      {
        compare: comparison =>
          showComparison({
            ...settings,
            comparison,
            hasChat: false,
            keys,
            signal: ending.signal,
            reply(sequence) {
              const background = readBackgroundReply(sequence);
              if (background) look.background(background);
            },
          }),
      },
      {contestants, at},
    );
    return status;
  } finally {
    keys.stop();
    process.off('exit', keys.stop);
    for (const signal of signals) process.off(signal, onSignal);
  }
}
