import {createHash} from 'node:crypto';
import {closeSync, existsSync, openSync, readFileSync, writeSync} from 'node:fs';
import {type Contestant, contestantLabel} from '../../core/compare/contestant.ts';
import type {MessageNode} from '../../core/conversation.ts';
import {LlmError, toLlmError} from '../../core/errors.ts';
import type {SetPrompt} from './promptSet.ts';

/** An answer to a prompt of a set, as it stands in the results file, a line each. */
export type SetResult = {
  /** Tells what was asked, of whom and how. */
  key: string;
  id: string;
  prompt: string;
  contestant: Contestant;
  reply: Pick<MessageNode, 'text' | 'reasoning' | 'usage' | 'timing' | 'stop' | 'error'>;
};

/** The answers that are there, and how to add to them. */
export type SetResults = {
  /** The answer to what a key stands for, unless it failed; a later one counts. */
  get(key: string): SetResult | undefined;
  /** Adds one; it is in the file when this returns. Throws `LlmError` (`file`). */
  add(result: SetResult): void;
  close(): void;
};

/** What tells an answer from all others: prompt, model, options and system prompts. */
export function resultKey(prompt: SetPrompt, contestant: Contestant, common: object): string {
  const asked = JSON.stringify([prompt.text, contestantLabel(contestant), contestant.system ?? null, common]);
  return createHash('sha256').update(asked).digest('hex').slice(0, 20);
}

/** Opens a results file, new or begun. A line that was cut when the program died counts as not there. Throws `LlmError`. */
export function openSetResults(file: string): SetResults {
  const known = new Map<string, SetResult>();
  let endsLine = true;
  try {
    if (existsSync(file)) {
      const source = readFileSync(file, 'utf8');
      endsLine = source === '' || source.endsWith('\n');
      for (const line of source.split('\n')) {
        const result = readResult(line);
        if (result) known.set(result.key, result);
      }
    }
    const handle = openSync(file, 'a', 0o600);
    return {
      get(key) {
        const result = known.get(key);
        return result?.reply.error || result?.reply.stop === 'aborted' ? undefined : result;
      },
      add(result) {
        known.set(result.key, result);
        try {
          writeSync(handle, `${endsLine ? '' : '\n'}${JSON.stringify(result)}\n`);
          endsLine = true;
        } catch (thrown) {
          throw unwritable(file, thrown);
        }
      },
      close: () => closeSync(handle),
    };
  } catch (thrown) {
    throw unwritable(file, thrown);
  }
}

function readResult(line: string): SetResult | undefined {
  try {
    const value: unknown = JSON.parse(line);
    const isResult =
      typeof value === 'object' &&
      value !== null &&
      'key' in value &&
      'reply' in value &&
      'contestant' in value;
    return isResult ? (value as SetResult) : undefined;
  } catch {
    return undefined;
  }
}

function unwritable(file: string, thrown: unknown): LlmError {
  if (thrown instanceof LlmError) return thrown;
  return new LlmError({
    kind: 'file',
    message: `the results cannot be kept in ${file}: ${toLlmError(thrown, 'file').message}`,
    hint: 'Choose another place: --results FILE',
    cause: thrown,
  });
}
