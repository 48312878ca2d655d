/** A model that is offered to who has none. */
export type RecommendedModel = {
  /** For people. */
  title: string;
  /** Where the GGUF file is, as the embedded engine pulls it, and its size in bytes. */
  hub: {name: string; bytes: number};
  /** Its name in Ollama's library, and the size of that one. */
  ollama: {name: string; bytes: number};
  /** What it needs to run with a window of 8,192 tokens, in bytes. */
  memory: number;
  licence: string;
  /** Fast enough where only the processor computes. */
  onProcessor: boolean;
};

/**
 * The models, the best first. All are of the makers' own repositories, under a licence that allows every use. Sizes are
 * those of the files with 4 bits a weight (Q4_K_M), as the repositories and Ollama's library gave them in 2025.
 */
export const recommendedModels: readonly RecommendedModel[] = [
  {
    title: 'Qwen3 14B',
    hub: {name: 'hf:Qwen/Qwen3-14B-GGUF:Q4_K_M', bytes: 9.0e9},
    ollama: {name: 'qwen3:14b', bytes: 9.3e9},
    memory: 12e9,
    licence: 'Apache-2.0',
    onProcessor: false,
  },
  {
    title: 'Qwen3 8B',
    hub: {name: 'hf:Qwen/Qwen3-8B-GGUF:Q4_K_M', bytes: 5.03e9},
    ollama: {name: 'qwen3:8b', bytes: 5.2e9},
    memory: 7.5e9,
    licence: 'Apache-2.0',
    onProcessor: false,
  },
  {
    title: 'Qwen3 4B',
    hub: {name: 'hf:Qwen/Qwen3-4B-GGUF:Q4_K_M', bytes: 2.5e9},
    ollama: {name: 'qwen3:4b', bytes: 2.5e9},
    memory: 4.5e9,
    licence: 'Apache-2.0',
    onProcessor: true,
  },
  {
    title: 'Qwen2.5 1.5B Instruct',
    hub: {name: 'hf:Qwen/Qwen2.5-1.5B-Instruct-GGUF:Q4_K_M', bytes: 1.12e9},
    ollama: {name: 'qwen2.5:1.5b', bytes: 0.986e9},
    memory: 2e9,
    licence: 'Apache-2.0',
    onProcessor: true,
  },
  {
    title: 'Qwen2.5 0.5B Instruct',
    hub: {name: 'hf:Qwen/Qwen2.5-0.5B-Instruct-GGUF:Q4_K_M', bytes: 0.491e9},
    ollama: {name: 'qwen2.5:0.5b', bytes: 0.398e9},
    memory: 1e9,
    licence: 'Apache-2.0',
    onProcessor: true,
  },
];

/** The memory of a machine that a model can have now, in bytes. */
export type ModelMemory = {
  main: number;
  /** That of the graphics processor that would compute it; missing where none would. */
  video?: number;
};

/**
 * The best one that runs well with so much memory: wholly in that of the graphics processor, or in the main one if it is
 * fast enough there. Undefined where none fits.
 */
export function recommendModel({main, video = 0}: ModelMemory): RecommendedModel | undefined {
  return recommendedModels.find(
    ({memory, onProcessor}) => memory <= video || (onProcessor && memory <= main),
  );
}
