import type {CompareEnd} from '../../commands/chatFace.ts';
import type {CommandContext} from '../../commands/command.ts';
import {readMentioned} from '../../commands/mentions.ts';
import {modelsInTime} from '../../commands/modelsInTime.ts';
import type {Comparison} from '../../core/compare/createComparison.ts';
import {promptWidth} from '../ComposerView.tsx';
import {createComposer, type PromptRecall} from '../composer/createComposer.ts';
import type {Look} from '../createLook.ts';
import {createPicker} from '../picker/createPicker.ts';
import {type FullScreenSettings, showFullScreen} from '../showFullScreen.tsx';
import {CompareView} from './CompareView.tsx';
import type {Judgement} from './compareSettings.ts';
import {createCompareScreen} from './createCompareScreen.ts';
import {createRowSlots} from './createRowSlots.ts';

export type ShowComparisonSettings = {
  comparison: Comparison;
  context: CommandContext;
  /** There is a chat to go back to; else leaving ends the program. */
  hasChat: boolean;
  look: Look;
  /** Earlier prompts, for the arrow keys and the suggestions. */
  history: PromptRecall;
  /** Adds a prompt to the prompt history. */
  remember(prompt: string): void;
} & Omit<FullScreenSettings, 'open' | 'onRestyle'>;

/** Shows a comparison on the alternate screen until the person leaves it. The terminal must be free. */
export async function showComparison(settings: ShowComparisonSettings): Promise<CompareEnd> {
  const {comparison, context, look, history, remember, stdout} = settings;
  let end: CompareEnd = {pane: undefined, promoted: false};
  const slots = createRowSlots();
  await showFullScreen({
    ...settings,
    stdout: slots.over(stdout),
    onRestyle: look.subscribe,
    open(host) {
      const size = () => ({columns: stdout.columns, rows: stdout.rows});
      const picker = createPicker();
      const composer = createComposer({
        // A prompt for all of them is no command.
        context: {...context, commands: []},
        history,
        width: () => Math.max(10, stdout.columns - 1 - promptWidth),
      });
      const screen = createCompareScreen({
        ...host,
        comparison,
        styles: look.styles,
        markdown: columns => look.markdown(() => columns),
        bindings: context.keys,
        composer,
        picker,
        listModels: () => modelsInTime(context),
        gatherFiles: typed => readMentioned(typed, context),
        remember,
        hasChat: settings.hasChat,
        judge: judgement => judge(comparison, context, judgement),
        copy: context.copy,
        now: Date.now,
        random: Math.random,
        close(how) {
          end = how;
          host.close();
        },
      });
      const element = (
        <CompareView screen={screen} picker={picker} slots={slots} size={size} styles={look.styles} />
      );
      return {...screen, element};
    },
  });
  return end;
}

/** Keeps a judgement, unless nothing of the conversation is stored. Throws `LlmError` (`storage`). */
async function judge(
  comparison: Comparison,
  {session, saveVote}: CommandContext,
  judgement: Judgement,
): Promise<void> {
  const {conversation, isStored} = session.snapshot();
  if (!isStored) return;
  const answers = judgement.panes.flatMap(pane => {
    const answer = pane.answer();
    return answer ? [{contestant: pane.contestant, answer}] : [];
  });
  await saveVote({
    // The same answers judged again: the later judgement counts.
    id: answers
      .map(({answer}) => answer.id)
      .sort()
      .join('+'),
    conversationId: conversation.id,
    promptId: answers[0]?.answer.parent ?? comparison.firstPrompt() ?? '',
    created: Date.now(),
    answers: answers.map(({contestant, answer}) => ({contestant, messageId: answer.id})),
    verdict: judgement.verdict,
    blind: judgement.blind,
  });
}
