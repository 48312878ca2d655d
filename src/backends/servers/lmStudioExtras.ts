import {LlmError} from '../../core/errors.ts';
import {listOf, objectOf, textOf} from '../jsonFields.ts';
import {readModelList} from '../openAiModels.ts';
import type {ServerApi, ServerExtras} from './serverExtras.ts';

/**
 * LM Studio's own lists, which know what is loaded, and its loading and unloading: from 0.4 on by `/api/v1`. An older
 * one loads a model at its first question, and lets it go by itself.
 *
 * https://lmstudio.ai/docs/developer/rest
 */
export function lmStudioExtras({id, label, plainList, json, tryJson}: ServerApi): ServerExtras {
  /** The ids under which a model is loaded; undefined from a server that does not tell. */
  const instancesOf = async (model: string, signal: AbortSignal): Promise<string[] | undefined> => {
    const list = objectOf(await tryJson('/api/v1/models', signal))?.models;
    if (!Array.isArray(list)) return undefined;
    const found = list.map(objectOf).find(each => each?.key === model);
    return listOf(found?.loaded_instances).flatMap(instance => textOf(objectOf(instance)?.id) ?? []);
  };

  return {
    async models(signal) {
      return (
        readModelList(await tryJson('/api/v1/models', signal), id) ??
        readModelList(await tryJson('/api/v0/models', signal), id) ??
        (await plainList(signal))
      );
    },
    async load(model, signal, {context} = {}) {
      const instances = await instancesOf(model, signal);
      // Each loading makes one more instance.
      if (instances?.length && context === undefined) return;
      if (instances) {
        const body = {model, ...(context !== undefined && {context_length: context})};
        await json('/api/v1/models/load', signal, body, 'long');
        return;
      }
      const messages = [{role: 'user', content: '.'}];
      await json('/api/v0/chat/completions', signal, {model, messages, max_tokens: 1}, 'long');
    },
    async unload(model, signal) {
      const instances = await instancesOf(model, signal);
      if (!instances) {
        throw new LlmError({
          kind: 'capability',
          message: `${label} cannot be told to unload a model.`,
          hint: 'LM Studio can from 0.4 on; with an older one type `lms unload`.',
        });
      }
      for (const instance_id of instances) await json('/api/v1/models/unload', signal, {instance_id});
    },
  };
}
