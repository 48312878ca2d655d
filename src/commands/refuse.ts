import {LlmError} from '../core/errors.ts';
import {neutraliseLine} from '../core/neutralise.ts';

/** What a command throws when it was not typed as it should be: what is wrong, and what to type. */
export function refusal(message: string, hint: string): LlmError {
  return new LlmError({kind: 'usage', message: neutraliseLine(message), hint: neutraliseLine(hint)});
}

/** Throws where something was typed after a command that takes nothing. */
export function refuseArgument(name: string, argument: string): void {
  if (argument !== '') throw refusal(`/${name} takes nothing after it, got "${argument}"`, `Type: /${name}`);
}
