import {LlmError} from '../../core/errors.ts';
import {neutraliseLine} from '../../core/neutralise.ts';
import {formatHubName, type HubName} from './hubName.ts';
import {pulledModels} from './pulledModels.ts';

/**
 * The name for the embedded engine, without `local/`, of a model of the hub that was pulled. Throws `model-unknown` where
 * it was not, with the command that does it, and where the name leaves open which one is meant.
 */
export async function findPulled(modelsFolder: string, name: HubName): Promise<string> {
  const found = await pulledModels(modelsFolder, name);
  const [whole, ...more] = found.filter(({isComplete}) => isComplete);
  if (whole && more.length === 0) return whole.id;
  const shown = neutraliseLine(formatHubName(name));
  if (whole)
    throw new LlmError({
      kind: 'model-unknown',
      message: `${shown} stands for several models.`,
      hint: `Name one: ${neutraliseLine([whole, ...more].map(({id}) => `local/${id}`).join(', '))}`,
    });
  throw new LlmError({
    kind: 'model-unknown',
    message:
      found.length > 0 ? `Only a part of ${shown} has been pulled.` : `${shown} has not been pulled yet.`,
    hint: `${found.length > 0 ? 'Go on' : 'Pull it'}: llm models pull ${shown}`,
  });
}
