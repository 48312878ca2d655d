import type {GgufValue} from '../local/readGguf.ts';

/** What a model's header says of the memory that a conversation takes. */
export type AttentionShape = {
  architecture: string;
  /** The largest context window, in tokens. */
  contextMax?: number;
  /** Bytes of keys and values for one token in all layers that remember everything. */
  tokenBytes: number;
  /** The same in the layers that look back only so far. */
  window?: {tokens: number; tokenBytes: number};
};

/** Keys and values are kept as 16-bit numbers unless somebody asks for less. */
const bytesPerValue = 2;

/**
 * Every how many layers one remembers everything, where the others have a window: the rest of the pattern is not in the
 * header. Source: `set_swa_pattern` in `llama-model.cpp`.
 */
const windowPeriods: Readonly<Record<string, number>> = {gemma2: 2, gemma3: 6, 'gpt-oss': 2, cohere2: 4};

/**
 * Reads the shape of the attention out of a header. Undefined as long as a value is missing that it needs.
 *
 * For each layer the cache holds, a token, `head_count_kv × (key_length + value_length)` numbers; both lengths are
 * `embedding_length / head_count` where the header does not give them, and `head_count_kv` is `head_count`.
 * Source: `llama_hparams::n_embd_k_gqa` and `n_embd_v_gqa`, and `llama_kv_cache`, in llama.cpp.
 */
export function attentionShape(values: ReadonlyMap<string, GgufValue>): AttentionShape | undefined {
  const architecture = values.get('general.architecture');
  if (typeof architecture !== 'string') return undefined;
  const find = (key: string): GgufValue | undefined => values.get(`${architecture}.${key}`);
  const number = (key: string): number | undefined => {
    const value = find(key);
    return typeof value === 'number' && Number.isFinite(value) && value >= 0 ? value : undefined;
  };
  const layers = number('block_count');
  const heads = perLayer(find('attention.head_count'), layers);
  if (layers === undefined || layers > 10_000 || heads === undefined) return undefined;
  const widest = Math.max(1, ...heads);
  const usual = (number('embedding_length') ?? 0) / widest;
  const keyLength = number('attention.key_length') ?? usual;
  const valueLength = number('attention.value_length') ?? usual;
  const kvHeads = perLayer(find('attention.head_count_kv'), layers) ?? heads;
  const layerBytes = kvHeads.map(count => count * (keyLength + valueLength) * bytesPerValue);
  const windowTokens = number('attention.sliding_window') || undefined;
  const period = windowTokens === undefined ? undefined : windowPeriods[architecture];
  // Where most layers keep a state of fixed size, only every so many-th has a cache.
  const interval = number('full_attention_interval') || 1;
  const sum = (which: (layer: number) => boolean): number =>
    layerBytes.reduce((total, bytes, layer) => total + (which(layer) ? bytes : 0), 0);
  // A damaged header may say anything.
  if (!layerBytes.every(bytes => Number.isFinite(bytes) && bytes >= 0)) return undefined;
  const isFull = (layer: number): boolean => period === undefined || (layer + 1) % period === 0;
  const contextMax = number('context_length') || undefined;
  return {
    architecture,
    tokenBytes: sum(layer => (layer + 1) % interval === 0 && isFull(layer)),
    ...(contextMax !== undefined && {contextMax}),
    ...(period !== undefined &&
      windowTokens !== undefined && {
        window: {tokens: windowTokens, tokenBytes: sum(layer => !isFull(layer))},
      }),
  };
}

/** Bytes of the cache of keys and values for a context of so many tokens. */
export function cacheBytes({tokenBytes, window}: AttentionShape, context: number): number {
  return tokenBytes * context + (window ? window.tokenBytes * Math.min(context, window.tokens) : 0);
}

/**
 * Memory that a model takes, in bytes: its weights, the cache for the context, and room to compute in. The last is a
 * rule of thumb, a twentieth of the weights but 64 MB at least: it depends on the program that runs it.
 */
export function memoryNeed(weights: number, cache: number): number {
  return weights + cache + Math.max(64e6, weights / 20);
}

/** A number for each layer; the header has one for all, or a list. */
function perLayer(value: GgufValue | undefined, layers = 0): readonly number[] | undefined {
  if (typeof value === 'number') return Array.from({length: Math.min(layers, 10_000)}, () => value);
  return typeof value === 'object' ? value.numbers : undefined;
}
