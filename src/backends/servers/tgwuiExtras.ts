import {objectOf, positiveOf, textOf} from '../jsonFields.ts';
import {messageText} from '../messageText.ts';
import type {ServerApi, ServerExtras} from './serverExtras.ts';

/**
 * text-generation-webui answers by the model that it has loaded, whatever name it is asked by; which that is, it says at
 * an address of its own. Loading wants the key of an administrator where there is one.
 *
 * https://github.com/oobabooga/text-generation-webui/wiki/12-%E2%80%90-OpenAI-API
 */
export function tgwuiExtras({id, prefix, plainList, json, tryJson}: ServerApi): ServerExtras {
  const loadedName = async (signal: AbortSignal): Promise<string | undefined> =>
    readLoadedName(await tryJson(`${prefix}/internal/model/info`, signal));

  return {
    async models(signal) {
      const [list, name] = await Promise.all([plainList(signal), loadedName(signal)]);
      const others = list.filter(model => model.id !== name);
      return name ? [{id: name, backend: id, loaded: true}, ...others] : list;
    },
    async load(model, signal, {context} = {}) {
      const args = context === undefined ? {} : {args: {ctx_size: context}};
      await json(`${prefix}/internal/model/load`, signal, {model_name: model, ...args}, 'long');
    },
    async unload(model, signal) {
      // It would let any other one go as well.
      if ((await loadedName(signal)) !== model) return;
      await json(`${prefix}/internal/model/unload`, signal, {});
    },
    async countPrompt({messages}, signal) {
      const text = messages.map(messageText).join('\n');
      return positiveOf(objectOf(await json(`${prefix}/internal/token-count`, signal, {text}))?.length);
    },
  };
}

/** The name in `GET /v1/internal/model/info`, which is `None` when no model is loaded. */
function readLoadedName(body: unknown): string | undefined {
  const name = textOf(objectOf(body)?.model_name);
  return name === 'None' ? undefined : name;
}
