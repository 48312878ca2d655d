import {LlmError} from '../../core/errors.ts';
import {neutraliseLine} from '../../core/neutralise.ts';
import type {PullProgress} from '../../core/pull.ts';
import type {ProcessWatch} from '../hub/claimFile.ts';
import type {Hub} from '../hub/createHub.ts';
import {parseHubName} from '../hub/hubName.ts';
import {pullModel} from '../hub/pullModel.ts';

/** Pulls what `hf:…` names into the models folder. Throws `LlmError`: `usage` for another name, and those of `pullModel`. */
export async function* pullLocal(
  model: string,
  {open, ...where}: {open(): Promise<Hub>; watch: ProcessWatch; modelsFolder: string},
  signal: AbortSignal,
): AsyncGenerator<PullProgress> {
  const hub = await open();
  const name = parseHubName(model, [hub.host]);
  if (!name)
    throw new LlmError({
      kind: 'usage',
      message: `The embedded engine pulls models of ${hub.label} only, not ${JSON.stringify(neutraliseLine(model))}.`,
      hint: 'Such a name is hf:USER/REPO:Q4_K_M. Look for one: llm models search WORDS',
    });
  yield* pullModel({hub, name, ...where}, signal);
}
