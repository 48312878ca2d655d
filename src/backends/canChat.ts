import type {Model} from '../core/backend.ts';

/** Whether a model answers prompts, as far as is known; by its name where nothing is. */
export function canChat(model: Model): boolean {
  return model.capabilities
    ? model.capabilities.includes('chat')
    : !/embed|bge-|rerank|whisper|minilm|paraphrase-/i.test(model.id);
}
