import {activePath, type MessageNode} from '../core/conversation.ts';
import {type ChoiceRequest, type Command, type CommandContext, type CommandResult, say} from './command.ts';
import {labelOf, previewOf} from './describeNode.ts';
import {refusal} from './refuse.ts';

export const edit: Command = {
  name: 'edit',
  usage: '[N]',
  summary: 'reword an earlier prompt (N in /history) and send it',
  async complete(_argument, context) {
    return promptsOf(context)
      .map((prompt, index) => ({text: String(index + 1), detail: labelOf(prompt, 80)}))
      .reverse();
  },
  run(argument, context) {
    const prompts = promptsOf(context);
    if (prompts.length === 0) return say('There is no prompt to edit yet.', 'warning');
    if (argument === '') return {type: 'choose', ...editChoices(context)};
    const prompt = /^\d+$/.test(argument) ? prompts[Number(argument) - 1] : undefined;
    if (!prompt) {
      const range = prompts.length === 1 ? 'only prompt 1' : `the prompts 1 to ${prompts.length}`;
      throw refusal(
        `/edit knows no prompt "${argument}": this conversation has ${range}`,
        'See their numbers: /history. Choose from a list: /edit',
      );
    }
    return editOf(prompt);
  },
};

/** The prompts of the active path to choose one for rewording, newest first. */
export function editChoices(context: CommandContext): ChoiceRequest {
  const choices = promptsOf(context).map((prompt, index) => ({
    label: `${index + 1} > ${labelOf(prompt, 100)}`,
    preview: previewOf(prompt),
    run: () => editOf(prompt),
  }));
  return {title: 'Edit an earlier prompt', choices: choices.reverse()};
}

function promptsOf({session}: CommandContext): MessageNode[] {
  return activePath(session.snapshot().conversation).filter(node => node.role === 'user');
}

function editOf({id, text}: MessageNode): CommandResult {
  return {type: 'edit', promptId: id, text};
}
