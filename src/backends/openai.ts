import type {Backend, Model} from '../core/backend.ts';
import {LlmError} from '../core/errors.ts';
import {createTolerantSender} from './createTolerantSender.ts';
import {readLoadedName, readModelList, readProps} from './openAiModels.ts';
import {createOpenAiReader} from './openAiReader.ts';
import {openAiRequest, refusedField} from './openAiRequest.ts';
import {type Dialect, plainDialect} from './presets.ts';
import {readReply} from './readReply.ts';
import {openAiRoots} from './serverAddress.ts';
import {createTransport, type TransportSettings} from './transport.ts';

export type OpenAiSettings = TransportSettings & {
  id: string;
  apiKey?: string;
  dialect?: Dialect;
  /** Runs on the person's own machine or network. */
  local?: boolean;
};

/** Longest wait for a list of models, in ms: a cloud's may be far away. */
const listMs = 5_000;

/**
 * A server that speaks OpenAI's chat completions, in any of the dialects that are about.
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
  const send = createTolerantSender(transport);
  /** Models whose template opens the thinking in the prompt. */
  const opensInPrompt = new Set<string>();

  const json = (path: string, signal: AbortSignal): Promise<unknown> =>
    transport.json({path, signal, firstByteMs: listMs});
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

  const models = async (signal: AbortSignal): Promise<Model[]> => {
    switch (dialect.modelDetails) {
      case 'lmstudio':
        return (
          readModelList(await tryJson('/api/v1/models', signal), id) ??
          readModelList(await tryJson('/api/v0/models', signal), id) ??
          (await plainList(signal))
        );
      case 'props': {
        const [list, props] = await Promise.all([plainList(signal), tryJson('/props', signal)]);
        const known = readProps(props);
        return list.length === 1 ? list.map(model => ({...model, loaded: true, ...known})) : list;
      }
      case 'model-info': {
        const [list, info] = await Promise.all([
          plainList(signal),
          tryJson(`${prefix}/internal/model/info`, signal),
        ]);
        const name = readLoadedName(info);
        const others = list.filter(model => model.id !== name);
        return name ? [{id: name, backend: id, loaded: true}, ...others] : list;
      }
      default:
        return plainList(signal);
    }
  };

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
      const only = dialect.modelDetails === 'props' && list.length === 1 ? list[0] : undefined;
      const found = list.find(each => each.id === model) ?? only;
      return {...found, id: model, backend: id};
    },
    async *reply(request, signal) {
      const {model} = request;
      const {reply, left, refused} = await send({
        path: `${prefix}/chat/completions`,
        model,
        signal,
        build: without => openAiRequest(request, dialect, without),
        refusedField,
      });
      try {
        for (const field of new Set(left.map(each => personalName(each, refused)))) {
          if (field) yield {type: 'warning', message: `${label} does not accept ${field}; it was left out.`};
        }
        const reader = createOpenAiReader({
          model,
          label,
          complaint: transport.complaint,
          inlineThinking: dialect.inlineThinking,
          startInside: opensInPrompt.has(model) && request.think !== 'off',
        });
        yield* readReply(reply, reader, {label, baseUrl: transport.baseUrl, like: 'an OpenAI-style server'});
        if (reader.thinkingOpensInPrompt()) opensInPrompt.add(model);
      } finally {
        reply.discard();
      }
    },
    close: () => transport.close(),
  };
}

/**
 * What a person calls a refused field; undefined when nobody asked for it, so that its absence concerns nobody. Of the
 * two names of a limit one is sent in place of the other: only when both are refused is there no limit.
 */
function personalName(field: string, refused: ReadonlySet<string>): string | undefined {
  switch (field) {
    case 'stream_options':
    case 'return_progress':
      return undefined;
    case 'max_tokens':
    case 'max_completion_tokens':
      return refused.has('max_tokens') && refused.has('max_completion_tokens') ? 'max_tokens' : undefined;
    default:
      return field;
  }
}
