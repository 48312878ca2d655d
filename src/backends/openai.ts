import type {Backend, Model} from '../core/backend.ts';
import {LlmError} from '../core/errors.ts';
import {createChatCompletions} from './createChatCompletions.ts';
import {createResponses} from './createResponses.ts';
import {readModelList} from './openAiModels.ts';
import {type Dialect, plainDialect} from './presets.ts';
import {fitsResponses} from './responsesRequest.ts';
import {openAiRoots} from './serverAddress.ts';
import {extrasOf} from './servers/extrasOf.ts';
import {createTransport, type TransportSettings} from './transport.ts';

export type OpenAiSettings = TransportSettings & {
  id: string;
  apiKey?: string;
  dialect?: Dialect;
  /** Runs on the person's own machine or network. */
  local?: boolean;
  /** Answers by `/v1/responses`, as OpenAI itself does; chat completions are then for what it does not know. */
  responses?: boolean;
};

/** Longest wait for a list of models, in ms: a cloud's may be far away. */
const listMs = 5_000;

/**
 * A server that speaks OpenAI's chat completions, in any of the dialects that are about, or OpenAI itself.
 * Makes no request before it is asked something. Throws `auth` for a key that cannot be sent.
 */
export function createOpenAi(settings: OpenAiSettings): Backend {
  const {id, label, apiKey, dialect = plainDialect, local = false} = settings;
  const {root, api} = openAiRoots(settings.baseUrl);
  const prefix = api.slice(root.length);
  const key = apiKey?.trim();
  const transport = createTransport({
    ...settings,
    baseUrl: root,
    headers: {...(key && {authorization: `Bearer ${key}`}), ...settings.headers},
  });
  const byChat = createChatCompletions({transport, prefix, dialect});
  const byResponses = createResponses({transport, prefix});
  let answersByResponses = settings.responses === true;

  const json = (path: string, signal: AbortSignal): Promise<unknown> =>
    transport.json({path, signal, silenceMs: listMs});
  /** An address that not every server of the kind has. */
  const tryJson = async (path: string, signal: AbortSignal): Promise<unknown> => {
    try {
      return await json(path, signal);
    } catch (thrown) {
      if (thrown instanceof LlmError && ['cancelled', 'unreachable', 'auth'].includes(thrown.kind))
        throw thrown;
      return undefined;
    }
  };

  const plainList = async (signal: AbortSignal): Promise<Model[]> => {
    const models = readModelList(await json(`${prefix}/models`, signal), id);
    if (models) return models;
    throw new LlmError({
      kind: 'protocol',
      message: `${label} does not list its models as an OpenAI-style server does.`,
      hint: `Check the address ${transport.baseUrl}: another program may be listening there.`,
    });
  };

  const extras = extrasOf(dialect, {
    id,
    label,
    prefix,
    plainList,
    tryJson,
    json: (path, signal, body, wait) =>
      transport.json({
        path,
        signal,
        ...(body && {body: JSON.stringify(body)}),
        ...(wait !== 'long' && {silenceMs: listMs}),
      }),
  });
  const models = extras.models ?? plainList;

  return {
    id,
    label,
    capabilities: {
      local,
      contextSize: false,
      schema: dialect.schema,
      images: true,
      thinking: dialect.thinking !== undefined,
    },
    models,
    async describe(model, signal) {
      const list = await models(signal);
      const found =
        list.find(each => each.id === model) ??
        (extras.runsOneModel && list.length === 1 ? list[0] : undefined);
      const more = await extras.details?.(model, signal, found);
      return {...found, ...more, id: model, backend: id};
    },
    ...(extras.load && {load: extras.load}),
    ...(extras.unload && {unload: extras.unload}),
    ...(extras.countPrompt && {countPrompt: extras.countPrompt}),
    async *reply(request, signal) {
      if (!answersByResponses || !fitsResponses(request)) {
        yield* byChat(request, signal);
        return;
      }
      try {
        yield* byResponses(request, signal);
      } catch (thrown) {
        if (!isUnknownToResponses(thrown)) throw thrown;
        // A server that has no such address, or a model that is not to be had there.
        if (thrown.status === 404) answersByResponses = false;
        yield* byChat(request, signal);
      }
    },
    close: () => transport.close(),
  };
}

/** Says that this way of asking is not known, which is certain only before a first word. */
function isUnknownToResponses(thrown: unknown): thrown is LlmError {
  if (!(thrown instanceof LlmError)) return false;
  if (thrown.status === 404) return thrown.kind === 'protocol';
  return thrown.status === 400 && /chat\/completions/.test(thrown.detail ?? '');
}
