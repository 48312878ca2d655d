import {objectOf, positiveOf} from '../jsonFields.ts';
import {openAiRequest} from '../openAiRequest.ts';
import {plainDialect} from '../presets.ts';
import type {ServerApi, ServerExtras} from './serverExtras.ts';

/** vLLM counts a prompt as its chat template makes it: https://docs.vllm.ai/en/latest/serving/openai_compatible_server */
export function vllmExtras({json}: ServerApi): ServerExtras {
  return {
    async countPrompt(request, signal) {
      const {messages} = openAiRequest(request, plainDialect, new Set());
      return positiveOf(objectOf(await json('/tokenize', signal, {model: request.model, messages}))?.count);
    },
  };
}
