import type {Contestant} from '../core/compare/contestant.ts';
import {createComparison} from '../core/compare/createComparison.ts';
import {shownModel} from '../core/shownModel.ts';
import type {ChatFace} from './chatFace.ts';
import {type CommandContext, type CommandResult, say} from './command.ts';

/**
 * Has several models answer one prompt, shown by the face, and takes what they said into the conversation, where the
 * answers are siblings. Resolves with what is to be shown in the chat then.
 *
 * @param at the prompt; null when it is asked for
 */
export async function runComparison(
  {session, gate}: Pick<CommandContext, 'session' | 'gate'>,
  face: Pick<ChatFace, 'compare'>,
  {contestants, at}: {contestants: readonly Contestant[]; at: string | null},
): Promise<CommandResult> {
  const comparison = createComparison({home: session, at, contestants, gate});
  const before = session.snapshot().conversation;
  const {pane, promoted} = await face.compare(comparison);
  await comparison.stop();
  const asked = comparison.firstPrompt();
  if (asked === null) return {type: 'none'};
  const panes = comparison.panes();
  // Ended from outside, nobody has chosen a pane: what the next start shows and goes on with is an answer all the same.
  const spoken = pane ?? panes.find(each => each.answer()?.text) ?? panes.find(each => each.answer());
  const own = spoken?.session.snapshot().conversation.head ?? asked;
  // Who only looked stays with the answer that was there.
  const stays = !promoted && before.head !== null && before.head !== asked;
  comparison.keep(stays ? before.head : own);
  if (promoted && pane) {
    const {model, options, system} = pane.contestant;
    session.use(model);
    session.configure({
      ...(options && {options: {...before.options, ...options}}),
      ...(system !== undefined && {system}),
    });
    return {type: 'moved', text: `Going on with ${shownModel(model)}.`, from: asked};
  }
  const kept = `The answers of the comparison are kept beside each other: /sibling goes through them.`;
  if (stays) return say(kept);
  return {type: 'moved', text: panes.length > 1 ? kept : '', from: asked};
}
