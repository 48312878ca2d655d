import type {Backend, Model} from '../core/backend.ts';
import {LlmError} from '../core/errors.ts';
import {createTolerantSender} from './createTolerantSender.ts';
import {readGeminiList, readGeminiModel} from './geminiModels.ts';
import {createGeminiReader} from './geminiReader.ts';
import {geminiRefusal, geminiRequest} from './geminiRequest.ts';
import {objectOf, positiveOf} from './jsonFields.ts';
import {readReply} from './readReply.ts';
import {versionedRoots} from './serverAddress.ts';
import {createTransport, type TransportSettings} from './transport.ts';

export type GeminiSettings = TransportSettings & {
  id: string;
  apiKey?: string;
  /** Runs on the person's own machine or network. */
  local?: boolean;
};

/** Longest wait for a list of models, in ms. */
const listMs = 5_000;
/** How many pages of a list are read; each holds up to a thousand models. */
const pageLimit = 20;

/**
 * A server that speaks Gemini's protocol: https://ai.google.dev/api/generate-content. The key goes into a header, never
 * into an address, which ends in logs. Makes no request before it is asked something.
 * Throws `auth` for a key that cannot be sent.
 */
export function createGemini(settings: GeminiSettings): Backend {
  const {id, label, apiKey, local = false} = settings;
  const {root, prefix} = versionedRoots(settings.baseUrl, 'v1beta');
  const key = apiKey?.trim();
  const transport = createTransport({
    ...settings,
    baseUrl: root,
    headers: {...(key && {'x-goog-api-key': key}), ...settings.headers},
  });
  const send = createTolerantSender(transport);

  return {
    id,
    label,
    capabilities: {local, contextSize: false, schema: true, images: true, thinking: true},
    async models(signal) {
      const models = new Map<string, Model>();
      let token = '';
      for (let page = 0; page < pageLimit; page++) {
        const query = `?pageSize=1000${token && `&pageToken=${encodeURIComponent(token)}`}`;
        const body = await transport.json({path: `${prefix}/models${query}`, signal, silenceMs: listMs});
        const list = readGeminiList(body, id);
        if (!list) throw foreignList(label, transport.baseUrl);
        for (const model of list.models) models.set(model.id, model);
        if (!list.next || list.next === token) break;
        token = list.next;
      }
      return [...models.values()];
    },
    async describe(model, signal) {
      const body = await transport.json({
        path: `${prefix}/${pathOf(model)}`,
        signal,
        silenceMs: listMs,
        model,
      });
      return {...readGeminiModel(body, id), id: model, backend: id};
    },
    async *reply(request, signal) {
      const {model} = request;
      const {reply, left} = await send({
        path: `${prefix}/${pathOf(model)}:streamGenerateContent?alt=sse`,
        model,
        signal,
        build: without => geminiRequest(request, without),
        refusedField: geminiRefusal,
      });
      try {
        for (const name of droppedNames(left, request.think !== undefined)) {
          yield {type: 'warning', message: `${label} does not accept ${name}; it was left out.`};
        }
        const reader = createGeminiReader({model, label, complaint: transport.complaint});
        yield* readReply(reply, reader, {label, baseUrl: transport.baseUrl, like: 'Gemini'});
      } finally {
        reply.discard();
      }
    },
    async countPrompt(request, signal) {
      const {contents, systemInstruction} = geminiRequest(request, new Set());
      const counted = await transport.json({
        path: `${prefix}/${pathOf(request.model)}:countTokens`,
        // Only a whole request may have an instruction.
        body: JSON.stringify({
          generateContentRequest: {
            model: decodeURIComponent(pathOf(request.model)),
            contents,
            ...(systemInstruction !== undefined && {systemInstruction}),
          },
        }),
        signal,
        silenceMs: listMs,
        model: request.model,
      });
      return positiveOf(objectOf(counted)?.totalTokens);
    },
    close: () => transport.close(),
  };
}

/** `models/NAME`; a tuned model names its own collection. */
function pathOf(model: string): string {
  const [, collection = 'models', name = model] = /^(models|tunedModels)\/(.+)$/.exec(model) ?? [];
  return `${collection}/${encodeURIComponent(name)}`;
}

const personalNames: Readonly<Record<string, string>> = {
  topP: 'top_p',
  topK: 'top_k',
  maxOutputTokens: 'max_tokens',
  stopSequences: 'stop',
  presencePenalty: 'presence_penalty',
  frequencyPenalty: 'frequency_penalty',
  responseMimeType: 'a schema',
  responseSchema: 'a schema',
};

/** What a person calls the parts of a request that were refused and have nothing in their place. */
function droppedNames(left: readonly string[], wantsThinking: boolean): Set<string> {
  const names = left.flatMap(field => {
    switch (field) {
      case 'systemInstruction':
      case 'responseJsonSchema':
      case 'thinkingLevel':
      case 'thinkingBudget':
        return [];
      case 'thinkingConfig':
        return wantsThinking ? ['that level of thinking'] : [];
      default:
        return [personalNames[field] ?? field];
    }
  });
  return new Set(names);
}

function foreignList(label: string, url: string): LlmError {
  return new LlmError({
    kind: 'protocol',
    message: `${label} does not list its models as Gemini does.`,
    hint: `Check the address ${url}: another program may be listening there.`,
  });
}
