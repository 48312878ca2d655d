import {LlmError, toLlmError} from '../../core/errors.ts';
import {neutraliseLine} from '../../core/neutralise.ts';
import type {PullProgress} from '../../core/pull.ts';
import type {ProcessWatch} from '../hub/claimFile.ts';
import type {Hub} from '../hub/createHub.ts';
import {parseHubName} from '../hub/hubName.ts';
import {pullModel} from '../hub/pullModel.ts';
import {findModelFile} from './modelFiles.ts';
import {vetGguf} from './vetGguf.ts';

/**
 * Pulls what `hf:…` names into the models folder, and looks at whether it can be used. Throws `LlmError`: `usage` for
 * another name, those of `pullModel`, and `engine` where a file has come that is no usable model; it is kept.
 */
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
  let pulled = '';
  for await (const progress of pullModel({hub, name, ...where}, signal)) {
    pulled = progress.model ?? pulled;
    yield progress;
  }
  const path = await findModelFile(pulled, '', where.modelsFolder);
  try {
    await vetGguf(path);
  } catch (thrown) {
    throw unusable(pulled, toLlmError(thrown));
  }
}

/** Its content is what the hub promises, so that pulling it again would not help. */
function unusable(pulled: string, {message}: LlmError): LlmError {
  return new LlmError({
    kind: 'engine',
    message: `${neutraliseLine(pulled)} has come whole, but no model runs from it. ${message}`,
    hint: `Choose another file. This one is kept; delete it: llm models rm ${neutraliseLine(`hf:${pulled}.gguf`)}`,
  });
}
