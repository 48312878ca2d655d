import type {ErrorKind} from '../core/errors.ts';

/** The next step after a failure of which a server told nothing that would say more. */
export function usualHint(kind: ErrorKind): string {
  switch (kind) {
    case 'content-filter':
      return 'Put it in other words, or choose another model with /model.';
    case 'timeout':
      return 'Try again with /retry; a shorter prompt or a smaller model answers sooner.';
    case 'interrupted':
      return 'Try again with /retry; if it happens again, look at what the server says.';
    case 'bad-request':
      return 'Look at the options with /set, or choose another model with /model.';
    default:
      return 'Try again with /retry; if it happens again, look at what the server says, or choose another model with /model.';
  }
}
