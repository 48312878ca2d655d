import type {Backend, Model} from '../core/backend.ts';
import {LlmError} from '../core/errors.ts';
import type {ReplyRequest} from '../core/reply.ts';
import {
  type AnthropicFacts,
  readAnthropicFacts,
  readAnthropicList,
  readAnthropicModel,
} from './anthropicModels.ts';
import {createAnthropicReader} from './anthropicReader.ts';
import {anthropicRefusal, anthropicRequest, namedMaxTokens} from './anthropicRequest.ts';
import {createTolerantSender} from './createTolerantSender.ts';
import {objectOf, positiveOf} from './jsonFields.ts';
import {readReply} from './readReply.ts';
import {versionedRoots} from './serverAddress.ts';
import {createTransport, type TransportSettings} from './transport.ts';

export type AnthropicSettings = TransportSettings & {
  id: string;
  apiKey?: string;
  /** Runs on the person's own machine or network. */
  local?: boolean;
};

/** Longest wait for a list of models, in ms. */
const listMs = 5_000;
/** How many pages of a list are read; each holds a thousand models. */
const pageLimit = 20;
const version = '2023-06-01';

/**
 * A server that speaks Anthropic's messages: https://docs.anthropic.com/en/api/messages.
 * Makes no request before it is asked something. Throws `auth` for a key that cannot be sent.
 */
export function createAnthropic(settings: AnthropicSettings): Backend {
  const {id, label, apiKey, local = false} = settings;
  const {root, prefix} = versionedRoots(settings.baseUrl, 'v1');
  const key = apiKey?.trim();
  const transport = createTransport({
    ...settings,
    baseUrl: root,
    headers: {'anthropic-version': version, ...(key && {'x-api-key': key}), ...settings.headers},
  });
  const sendTolerantly = createTolerantSender(transport);
  const known = new Map<string, AnthropicFacts>();

  const json = (path: string, model: string | undefined, signal: AbortSignal): Promise<unknown> =>
    transport.json({path: `${prefix}${path}`, signal, silenceMs: listMs, ...(model && {model})});

  /** What a model takes. A server that does not tell is asked once; one that could not is asked again. */
  const factsOf = async (model: string, signal: AbortSignal): Promise<AnthropicFacts> => {
    const found = known.get(model);
    if (found) return found;
    try {
      const facts = readAnthropicFacts(await json(`/models/${encodeURIComponent(model)}`, model, signal));
      known.set(model, facts);
      return facts;
    } catch (thrown) {
      if (!(thrown instanceof LlmError) || thrown.kind === 'cancelled') throw thrown;
      // A gateway may keep its list from a key that may well ask.
      if (['protocol', 'auth', 'model-unknown'].includes(thrown.kind)) known.set(model, {});
      return {};
    }
  };

  const send = async (request: ReplyRequest, signal: AbortSignal) => {
    const {model, options, think, schema} = request;
    const isPlain = options.max_tokens !== undefined && think === undefined && schema === undefined;
    let facts = isPlain ? (known.get(model) ?? {}) : await factsOf(model, signal);
    for (let tries = 0; ; tries++) {
      try {
        return await sendTolerantly({
          path: `${prefix}/messages`,
          model,
          signal,
          build: refused => anthropicRequest(request, facts, refused),
          refusedField: anthropicRefusal,
        });
      } catch (thrown) {
        const maxTokens =
          options.max_tokens === undefined && tries === 0 ? namedMaxTokens(thrown) : undefined;
        if (maxTokens === undefined) throw thrown;
        facts = {...facts, maxTokens};
      }
    }
  };

  return {
    id,
    label,
    capabilities: {local, contextSize: false, schema: true, images: true, thinking: true},
    async models(signal) {
      const models = new Map<string, Model>();
      let after = '';
      for (let page = 0; page < pageLimit; page++) {
        const body = await json(
          `/models?limit=1000${after && `&after_id=${encodeURIComponent(after)}`}`,
          undefined,
          signal,
        );
        const list = readAnthropicList(body, id);
        if (!list) throw foreignList(label, transport.baseUrl);
        for (const model of list.models) models.set(model.id, model);
        if (!list.next || list.next === after) break;
        after = list.next;
      }
      return [...models.values()];
    },
    async describe(model, signal) {
      const body = await json(`/models/${encodeURIComponent(model)}`, model, signal);
      known.set(model, readAnthropicFacts(body));
      return {...readAnthropicModel(body, id), id: model, backend: id};
    },
    async *reply(request, signal) {
      const {model, schema, think, options} = request;
      const {reply, left, refused, body} = await send(request, signal);
      try {
        for (const name of droppedNames(left, refused)) {
          yield {type: 'warning', message: `${label} does not accept ${name}; it was left out.`};
        }
        if (think !== undefined && think !== 'off' && body.thinking === undefined && left.length === 0) {
          yield {
            type: 'warning',
            message: thoughtless(label, schema !== undefined && body.tools !== undefined),
          };
        }
        if (body.thinking !== undefined && think !== 'off' && hasSampling(options)) {
          yield {
            type: 'warning',
            message: `${label} takes no temperature, top_p and top_k while it thinks; they were left out.`,
          };
        }
        const forced = body.tools !== undefined;
        const reader = createAnthropicReader({model, label, complaint: transport.complaint, forced});
        yield* readReply(reply, reader, {label, baseUrl: transport.baseUrl, like: 'Anthropic'});
      } finally {
        reply.discard();
      }
    },
    async countPrompt(request, signal) {
      const {max_tokens: _, stream: __, ...body} = anthropicRequest({...request, options: {}}, {}, new Set());
      const counted = await transport.json({
        path: `${prefix}/messages/count_tokens`,
        body: JSON.stringify(body),
        signal,
        silenceMs: listMs,
        model: request.model,
      });
      return positiveOf(objectOf(counted)?.input_tokens);
    },
    close: () => transport.close(),
  };
}

/** What a person calls the parts of a request that were refused and have nothing in their place. */
function droppedNames(left: readonly string[], refused: ReadonlySet<string>): Set<string> {
  const names = left.flatMap(field => {
    switch (field) {
      case 'thinking.display':
      case 'output_config.format':
        return [];
      case 'output_config.effort':
        return ['a level of thinking'];
      case 'thinking.adaptive':
      case 'thinking.enabled':
        return refused.has('thinking.adaptive') && refused.has('thinking.enabled') ? ['thinking'] : [];
      case 'thinking.disabled':
        return ['that thinking is switched off'];
      default:
        return [field];
    }
  });
  return new Set(names);
}

function thoughtless(label: string, forced: boolean): string {
  return forced
    ? `${label} cannot think before an answer that must fit a schema; it answers at once.`
    : `${label} answers without thinking: the model does not, or max_tokens leaves no room for it.`;
}

function hasSampling({temperature, top_p, top_k}: ReplyRequest['options']): boolean {
  return temperature !== undefined || top_p !== undefined || top_k !== undefined;
}

function foreignList(label: string, url: string): LlmError {
  return new LlmError({
    kind: 'protocol',
    message: `${label} does not list its models as Anthropic does.`,
    hint: `Check the address ${url}: another program may be listening there.`,
  });
}
