import type {Dialect} from '../presets.ts';
import {llamaCppExtras} from './llamaCppExtras.ts';
import {lmStudioExtras} from './lmStudioExtras.ts';
import type {ServerApi, ServerExtras} from './serverExtras.ts';
import {tgwuiExtras} from './tgwuiExtras.ts';
import {vllmExtras} from './vllmExtras.ts';

/** What a server of a dialect can do beyond OpenAI's protocol. */
export function extrasOf({extras}: Dialect, api: ServerApi): ServerExtras {
  switch (extras) {
    case 'lmstudio':
      return lmStudioExtras(api);
    case 'llamacpp':
      return llamaCppExtras(api);
    case 'vllm':
      return vllmExtras(api);
    case 'tgwui':
      return tgwuiExtras(api);
    default:
      return {};
  }
}
