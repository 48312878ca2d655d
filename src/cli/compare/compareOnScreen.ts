import type {Contestant} from '../../core/compare/contestant.ts';
import {chooseTheme} from '../chooseTheme.ts';
import type {CommandRun} from '../commandRun.ts';
import type {ConversationOptions} from '../conversationOptions.ts';
import {createCommandContext} from '../createCommandContext.ts';
import {createLooks} from '../createLooks.ts';
import {createPromptMemory} from '../createPromptMemory.ts';
import {loadChatLook} from '../loadLook.ts';
import type {CompareFlags} from './compare.ts';
import {openHome} from './openHome.ts';

export type CompareOnScreen = {
  contestants: readonly Contestant[];
  options: ConversationOptions;
  flags: CompareFlags;
  argument: string;
  warn(text: string): void;
};

/** Opens the panes on the terminal, with a prompt or without. Resolves with the exit status. Throws `LlmError`. */
export async function compareOnScreen(
  {contestants, options, argument, warn}: CompareOnScreen,
  {services, io}: CommandRun,
): Promise<number> {
  const {environment} = services;
  const {session, store} = await openHome(services, options, contestants, warn);
  const memory = createPromptMemory({
    file: environment.paths.promptHistory,
    keeps: options.history,
    packageRoot: environment.paths.packageRoot,
  });
  const {name, warning} = chooseTheme(services);
  if (warning) warn(warning);
  const {startComparison} = await import('../../ui/compare/startComparison.ts');
  const look = await loadChatLook(name, environment, io.stdout);
  const context = createCommandContext(services, session, options, createLooks(services, look), text =>
    io.stdout.write(text),
  );
  for (const source of options.attach) await context.attachments.add(source);
  try {
    const status = await startComparison({
      stdin: io.stdin,
      stdout: io.stdout,
      context,
      look,
      history: memory.history,
      remember: prompt => {
        if (store) memory.remember(prompt);
      },
      contestants,
      ...(argument !== '' && {prompt: argument}),
    });
    const {conversation: held, isStored} = session.snapshot();
    if (isStored && held.head !== null)
      io.stdout.write('All answers are kept. Go on with the last one: llm chat -c\n');
    return status;
  } finally {
    memory.close();
  }
}
