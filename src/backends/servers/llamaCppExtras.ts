import type {Model} from '../../core/backend.ts';
import {LlmError} from '../../core/errors.ts';
import {neutraliseLine} from '../../core/neutralise.ts';
import {listOf, objectOf, optional, positiveOf, textOf} from '../jsonFields.ts';
import {type Abilities, propsAbilities} from '../modelAbilities.ts';
import {openAiRequest} from '../openAiRequest.ts';
import {pause} from '../pause.ts';
import {plainDialect} from '../presets.ts';
import {cannot} from './cannot.ts';
import type {ServerApi, ServerExtras} from './serverExtras.ts';

/** Time between two looks at a model that is being loaded, in ms. */
const pollMs = 500;

type Status = {value: string; failed: boolean};

/**
 * llama.cpp's server runs one model, named at its start, and says in `/props` what it has allocated; as a router it runs
 * several, and loads them when told to.
 *
 * https://github.com/ggml-org/llama.cpp/blob/master/tools/server/README.md
 */
export function llamaCppExtras({label, prefix, plainList, json, tryJson}: ServerApi): ServerExtras {
  const oneModel = `${label} runs the one model that it was started with.`;
  const hint = 'Start llama-server without `-m` to have it load models when asked to.';

  const statusOf = async (model: string, signal: AbortSignal): Promise<Status> => {
    const body = objectOf(await json('/models', signal));
    const found = listOf(body?.data)
      .map(objectOf)
      .find(each => each?.id === model);
    const status = objectOf(found?.status);
    return {value: textOf(status?.value) ?? 'unloaded', failed: status?.failed === true};
  };

  return {
    runsOneModel: true,
    async models(signal) {
      const [list, props] = await Promise.all([plainList(signal), tryJson('/props', signal)]);
      const known = readProps(props);
      // A router tells of each model whether it is loaded.
      return list.length === 1 && list[0]?.loaded === undefined
        ? list.map(model => ({...model, loaded: true, ...known}))
        : list;
    },
    async details(model, signal, listed) {
      if (!listed?.loaded || listed.context !== undefined) return {};
      return readProps(await tryJson(`/props?model=${encodeURIComponent(model)}`, signal));
    },
    async load(model, signal) {
      if (isReady(await statusOf(model, signal))) return;
      try {
        await json('/models/load', signal, {model});
      } catch (thrown) {
        throw cannot(thrown, oneModel, hint);
      }
      for (;;) {
        const status = await statusOf(model, signal);
        if (isReady(status)) return;
        if (status.failed || status.value === 'unloaded') {
          throw new LlmError({
            kind: 'engine',
            message: `${label} could not load ${neutraliseLine(model)}.`,
            hint: "Look at the server's log: the model may be too large for the memory.",
          });
        }
        await pause(pollMs, signal);
      }
    },
    async unload(model, signal) {
      try {
        await json('/models/unload', signal, {model});
      } catch (thrown) {
        throw cannot(thrown, oneModel, hint);
      }
    },
    async countPrompt(request, signal) {
      const {messages} = openAiRequest(request, plainDialect, new Set());
      const body = {model: request.model, messages};
      const counted = await json(`${prefix}/chat/completions/input_tokens`, signal, body);
      return positiveOf(objectOf(counted)?.input_tokens);
    },
  };
}

function isReady({value}: Status): boolean {
  return value === 'loaded' || value === 'sleeping';
}

/** What `GET /props` says about a model that is loaded. */
function readProps(body: unknown): Pick<Model, 'context'> & Abilities {
  const defaults = objectOf(objectOf(body)?.default_generation_settings);
  return {...optional('context', positiveOf(defaults?.n_ctx)), ...propsAbilities(body)};
}
