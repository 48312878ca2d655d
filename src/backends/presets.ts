/** The wire protocols that this program speaks. */
export const protocols = ['openai', 'ollama', 'anthropic', 'gemini'] as const;
export type Protocol = (typeof protocols)[number];

/** In what an OpenAI-style server differs from the others, fact by fact. */
export type Dialect = {
  /** The field that limits the length of an answer. */
  lengthField: 'max_tokens' | 'max_completion_tokens';
  /** How a level of thinking is asked for; undefined where it cannot be. `switch`: an effort, but only on and off. */
  thinking?: 'effort' | 'switch' | 'template';
  /** The field for `seed`, where it has another name. */
  seedField?: string;
  /** The field for `repeat_penalty`; undefined where only OpenAI's own sampling options are taken. */
  repeatField?: 'repeat_penalty' | 'repetition_penalty';
  /** May leave the model's thinking in the text, between tags. */
  inlineThinking: boolean;
  /** Reports how far it has read the prompt when `return_progress` is set. */
  promptProgress: boolean;
  /** Sends counts when `stream_options` asks for them. */
  usageOnRequest: boolean;
  schema: boolean;
  /** Answers by `/v1/responses` at the address of its row. */
  responses?: boolean;
  /** Whose addresses it has beside those of OpenAI: it says more about its models there, and loads them. */
  extras?: 'lmstudio' | 'llamacpp' | 'vllm' | 'tgwui';
};

export type Preset = {
  id: string;
  /** For people. */
  name: string;
  protocol: Protocol;
  baseUrl: string;
  /** Runs on the person's own machine unless the settings say otherwise. */
  local: boolean;
  /** The environment value that holds the key. */
  keyName?: string;
  /** The environment value that holds another address. */
  addressName?: string;
  /** What to do when it does not answer. */
  startHint: string;
  missingModelHint?: string;
  dialect: Dialect;
};

/** What holds for a server of which nothing is known but that it follows OpenAI's protocol. */
export const plainDialect: Dialect = {
  lengthField: 'max_tokens',
  inlineThinking: true,
  promptProgress: false,
  usageOnRequest: true,
  schema: true,
};

const localDialect: Dialect = {...plainDialect, thinking: 'template', repeatField: 'repeat_penalty'};
const cloudDialect: Dialect = {...plainDialect, thinking: 'effort', inlineThinking: false};
const cloudHint = 'Check the network, or choose another model with /model.';

/** The known backends. One more that speaks OpenAI's protocol is one more row. */
export const presets: readonly Preset[] = [
  {
    id: 'ollama',
    name: 'Ollama',
    protocol: 'ollama',
    baseUrl: 'http://127.0.0.1:11434',
    local: true,
    keyName: 'OLLAMA_API_KEY',
    addressName: 'OLLAMA_HOST',
    startHint: 'Start it with `ollama serve`, or choose another model with /model.',
    dialect: plainDialect,
  },
  {
    id: 'lmstudio',
    name: 'LM Studio',
    protocol: 'openai',
    baseUrl: 'http://127.0.0.1:1234/v1',
    local: true,
    keyName: 'LM_API_TOKEN',
    startHint: 'Start it with `lms server start`, or choose another model with /model.',
    missingModelHint: 'Get it with `lms get {model}`, or choose another with /model.',
    dialect: {...localDialect, thinking: 'effort', extras: 'lmstudio'},
  },
  {
    id: 'localai',
    name: 'LocalAI',
    protocol: 'openai',
    baseUrl: 'http://127.0.0.1:8080/v1',
    local: true,
    startHint: 'Start it with `local-ai run`, or choose another model with /model.',
    dialect: {...localDialect, thinking: 'effort'},
  },
  {
    id: 'vllm',
    name: 'vLLM',
    protocol: 'openai',
    baseUrl: 'http://127.0.0.1:8000/v1',
    local: true,
    startHint: 'Start it with `vllm serve MODEL`, or choose another model with /model.',
    dialect: {...localDialect, repeatField: 'repetition_penalty', extras: 'vllm'},
  },
  {
    id: 'llamacpp',
    name: 'llama.cpp',
    protocol: 'openai',
    baseUrl: 'http://127.0.0.1:8080/v1',
    local: true,
    startHint: 'Start it with `llama-server -m FILE.gguf`, or choose another model with /model.',
    dialect: {...localDialect, promptProgress: true, extras: 'llamacpp'},
  },
  {
    id: 'tgwui',
    name: 'text-generation-webui',
    protocol: 'openai',
    baseUrl: 'http://127.0.0.1:5000/v1',
    local: true,
    startHint: 'Start it with `python server.py --api`, or choose another model with /model.',
    dialect: {...localDialect, repeatField: 'repetition_penalty', extras: 'tgwui'},
  },
  {
    id: 'openai',
    name: 'OpenAI',
    protocol: 'openai',
    baseUrl: 'https://api.openai.com/v1',
    local: false,
    keyName: 'OPENAI_API_KEY',
    addressName: 'OPENAI_BASE_URL',
    startHint: cloudHint,
    dialect: {...cloudDialect, lengthField: 'max_completion_tokens', responses: true},
  },
  {
    id: 'anthropic',
    name: 'Anthropic',
    protocol: 'anthropic',
    baseUrl: 'https://api.anthropic.com',
    local: false,
    keyName: 'ANTHROPIC_API_KEY',
    addressName: 'ANTHROPIC_BASE_URL',
    startHint: cloudHint,
    dialect: plainDialect,
  },
  {
    id: 'gemini',
    name: 'Gemini',
    protocol: 'gemini',
    baseUrl: 'https://generativelanguage.googleapis.com/v1beta',
    local: false,
    keyName: 'GEMINI_API_KEY',
    startHint: cloudHint,
    dialect: plainDialect,
  },
  {
    id: 'deepseek',
    name: 'DeepSeek',
    protocol: 'openai',
    baseUrl: 'https://api.deepseek.com/v1',
    local: false,
    keyName: 'DEEPSEEK_API_KEY',
    startHint: cloudHint,
    dialect: {...plainDialect, inlineThinking: false, schema: false},
  },
  {
    id: 'groq',
    name: 'Groq',
    protocol: 'openai',
    baseUrl: 'https://api.groq.com/openai/v1',
    local: false,
    keyName: 'GROQ_API_KEY',
    startHint: cloudHint,
    dialect: {...cloudDialect, inlineThinking: true},
  },
  {
    id: 'openrouter',
    name: 'OpenRouter',
    protocol: 'openai',
    baseUrl: 'https://openrouter.ai/api/v1',
    local: false,
    keyName: 'OPENROUTER_API_KEY',
    startHint: cloudHint,
    dialect: {...cloudDialect, repeatField: 'repetition_penalty'},
  },
  {
    id: 'together',
    name: 'Together',
    protocol: 'openai',
    baseUrl: 'https://api.together.xyz/v1',
    local: false,
    keyName: 'TOGETHER_API_KEY',
    startHint: cloudHint,
    dialect: {...cloudDialect, inlineThinking: true, repeatField: 'repetition_penalty'},
  },
  {
    id: 'xai',
    name: 'xAI',
    protocol: 'openai',
    baseUrl: 'https://api.x.ai/v1',
    local: false,
    keyName: 'XAI_API_KEY',
    startHint: cloudHint,
    dialect: cloudDialect,
  },
  {
    id: 'mistral',
    name: 'Mistral',
    protocol: 'openai',
    baseUrl: 'https://api.mistral.ai/v1',
    local: false,
    keyName: 'MISTRAL_API_KEY',
    startHint: cloudHint,
    dialect: {
      ...plainDialect,
      usageOnRequest: false,
      inlineThinking: false,
      thinking: 'switch',
      seedField: 'random_seed',
    },
  },
];
