import {LlmError} from '../core/errors.ts';
import {neutraliseLine} from '../core/neutralise.ts';
import {canChat} from './canChat.ts';
import {discover} from './discover.ts';
import {fullName, type ResolvedModel, type ResolveOptions, resolveModel} from './resolveModel.ts';

/** Where the choice of a model came from. */
export type ModelReason = 'flag' | 'environment' | 'settings' | 'last-used' | 'discovered' | 'default';

export type ChosenModel = ResolvedModel & {reason: ModelReason};

export type ChooseOptions = ResolveOptions & {
  mode: 'chat' | 'run';
  /** `--model` */
  flag?: string;
  /** `LLM_MODEL` */
  environment?: string;
  /** `model` of the settings */
  configured?: string;
  /** Full name of the model that last answered in a chat. */
  lastUsed?: string;
  /** Full name of the model that answers when there is no other. */
  fallback: string;
  /** Longest look for local servers, in ms. */
  discoverMs?: number;
};

/**
 * The model to use: the one that is named, else (in a chat) the last one used, else the first that a local server has,
 * else the fallback. A model that was once named or used is never replaced in silence: whether its backend answers is
 * found out when it is asked. Throws `LlmError` (`model-unknown`, `file`, `unreachable`).
 */
export async function chooseModel(options: ChooseOptions): Promise<ChosenModel> {
  const {mode, flag, environment, configured, lastUsed, fallback, backends, signal} = options;
  const named: readonly (readonly [ModelReason, string | undefined])[] = [
    ['flag', flag],
    ['environment', environment],
    ['settings', configured],
    ['last-used', mode === 'chat' ? lastUsed : undefined],
  ];
  for (const [reason, name] of named) {
    if (!name?.trim()) continue;
    const resolved = await resolveModel(name, options).catch(thrown => {
      throw reason === 'flag' ? thrown : awayInstead(thrown, name);
    });
    return {...resolved, reason};
  }
  const found = await discover(backends.entries, backends.open, signal, {
    withinMs: options.discoverMs ?? 300,
  });
  for (const {entry, models} of found) {
    const model = models.find(canChat);
    if (model) return {...fullName(entry.id, model.id), reason: 'discovered'};
  }
  if (lastUsed && lastUsed !== fallback) {
    throw new LlmError({
      kind: 'unreachable',
      message: `No local server answers, and ${neutraliseLine(lastUsed)} was used last.`,
      hint: `Name the model with \`-m ${neutraliseLine(lastUsed)}\`, or with \`-m ${fallback}\` the built-in one.`,
    });
  }
  return {...(await resolveModel(fallback, {...options, aliases: {}})), reason: 'default'};
}

/** A name that was chosen once and is not found now: its server being away is likelier than a slip of the pen. */
function awayInstead(thrown: unknown, name: string): unknown {
  // What was never pulled is on no server either.
  if (!(thrown instanceof LlmError) || thrown.kind !== 'model-unknown' || name.startsWith('hf:'))
    return thrown;
  return new LlmError({
    kind: 'unreachable',
    message: `The configured model ${JSON.stringify(neutraliseLine(name))} is on no server that answers.`,
    hint: `Start its server, or name another model with -m. ${thrown.hint}`,
  });
}
