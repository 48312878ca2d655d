import {LlmError} from '../../core/errors.ts';
import {neutraliseLine} from '../../core/neutralise.ts';

/** What is wrong with a file that was to be imported; `hint` is what to do about it. */
export function importError(path: string, reason: string, hint = '', cause?: unknown): LlmError {
  return new LlmError({
    kind: 'file',
    message: `${neutraliseLine(path)}: ${neutraliseLine(reason)}`,
    hint: hint || 'Nothing was imported',
    ...(cause !== undefined && {cause}),
  });
}
