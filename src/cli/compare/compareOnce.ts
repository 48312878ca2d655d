import type {Contestant} from '../../core/compare/contestant.ts';
import {type ComparisonPane, createComparison} from '../../core/compare/createComparison.ts';
import type {TurnGate} from '../../core/compare/createTurnGate.ts';
import {describeError} from '../../core/errors.ts';
import {neutraliseLine} from '../../core/neutralise.ts';
import {terminalSafeJson} from '../../core/terminalSafeJson.ts';
import {commandLineHint} from '../commandLineHint.ts';
import type {CommandRun} from '../commandRun.ts';
import {type ConversationOptions, readModels} from '../conversationOptions.ts';
import {onStopSignal} from '../onStopSignal.ts';
import {readInput} from '../readInput.ts';
import {shellWord} from '../shellWord.ts';
import {createSpinner} from '../spinner.ts';
import {storeAnswer} from '../storeAnswer.ts';
import type {CompareFlags} from './compare.ts';
import {type ReportedAnswer, reportJson, reportMarkdown} from './compareReport.ts';
import {openHome} from './openHome.ts';

export type CompareOnce = {
  contestants: readonly Contestant[];
  options: ConversationOptions;
  flags: CompareFlags;
  argument: string;
  gate: TurnGate;
  warn(text: string): void;
};

/** Has every model answer one prompt, and prints what they said. Resolves with the exit status. Throws `LlmError`. */
export async function compareOnce(
  {contestants, options, flags, argument, gate, warn}: CompareOnce,
  {command, services, io}: CommandRun,
): Promise<number> {
  const typed = ['llm compare', ...readModels(command).map(model => `-m ${shellWord(model)}`)].join(' ');
  const wanted = {attach: options.attach, stdin: flags.stdin, command: typed};
  const input = readInput(argument, wanted, services, io, warn);
  input.catch(() => {});
  const {session: home, store} = await openHome(services, options, contestants, warn);
  const unopened = store?.failure;
  const {prompt, attachments} = await input;
  const comparison = createComparison({home, at: null, contestants, gate});
  const spinner = createSpinner(io.stderr, !flags.quiet);
  const signals = onStopSignal(() => void comparison.stop());
  const progress = (): void => {
    const done = comparison.panes().filter(pane => !['idle', 'waiting', 'answering'].includes(pane.state()));
    spinner.say(`${done.length} of ${contestants.length} answers`);
  };
  const unsubscribe = comparison.subscribe(progress);
  try {
    progress();
    await comparison.send(prompt, attachments);
  } finally {
    unsubscribe();
    spinner.stop();
    signals.release();
  }
  const answers = comparison.panes().map(answerOf);
  comparison.keep(
    comparison
      .panes()
      .find(pane => pane.state() === 'done')
      ?.answer()?.id ?? comparison.firstPrompt(),
  );
  const {id} = home.snapshot().conversation;
  const text = flags.json
    ? `${terminalSafeJson(reportJson({id, prompt, answers}))}\n`
    : reportMarkdown({prompt, answers});
  io.stdout.write(text);
  for (const {contestant, reply} of answers) {
    if (!reply.error) continue;
    const {message, hint = ''} = reply.error;
    const said = describeError({message, hint: commandLineHint(hint)});
    warn(`${neutraliseLine(contestant.model)}: ${neutraliseLine(said)}`);
  }
  const stopped = signals.status();
  const stored = await storeAnswer(home, {
    warn,
    told: unopened,
    ...(stopped !== undefined && {patienceMs: 5_000}),
  });
  if (stopped !== undefined) return stopped;
  if (stored !== undefined) return stored;
  return answers.every(({reply}) => reply.error === undefined) ? 0 : 1;
}

function answerOf(pane: ComparisonPane): ReportedAnswer {
  const {contestant} = pane;
  return {contestant, reply: pane.answer() ?? {text: '', stop: 'aborted'}};
}
