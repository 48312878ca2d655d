import {LlmError} from '../../core/errors.ts';

/** Replaces the failure of an address that this server of the kind does not have by one that says what that means. */
export function cannot(thrown: unknown, message: string, hint: string): unknown {
  const isMissing =
    thrown instanceof LlmError &&
    (thrown.kind === 'protocol' || [404, 405, 501].includes(thrown.status ?? 0)) &&
    thrown.kind !== 'model-unknown';
  return isMissing ? new LlmError({kind: 'capability', message, hint}) : thrown;
}
