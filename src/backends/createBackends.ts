import type {Backend} from '../core/backend.ts';
import {LlmError, toLlmError} from '../core/errors.ts';
import type {BackendEntry, BackendRegistry} from './backendRegistry.ts';
import {
  type Dialect,
  type Preset,
  type Protocol,
  plainDialect,
  protocols,
  presets as usualPresets,
} from './presets.ts';
import type {ProxySettings} from './proxyFor.ts';
import {
  addressOf,
  hostOf,
  isLoopback,
  isPrivateHost,
  normaliseOllamaHost,
  openAiRoots,
} from './serverAddress.ts';
import type {Timeouts} from './transport.ts';

/** `backends.ID.*` of the settings. */
export type BackendSettings = {
  /** How many models a comparison asks at once. */
  parallel?: number;
  baseUrl?: string;
  protocol?: string;
  /** A command that prints the key. */
  keyCommand?: string;
  enabled?: boolean;
  /** Names to list, for a server that lists none or too many. */
  models?: readonly string[];
};

export type CreateBackendsOptions = {
  settings?: Readonly<Record<string, BackendSettings>>;
  /** Environment values by name: OLLAMA_HOST, OPENAI_API_KEY, OPENAI_BASE_URL, LM_API_TOKEN … */
  env?: Readonly<Record<string, string | undefined>>;
  /** In ms. */
  timeouts?: Partial<Timeouts>;
  /** The known backends, where they are not those of the table. */
  presets?: readonly Preset[];
  /** The proxies of the environment. */
  proxy?: ProxySettings;
  /** Runs the `keyCommand` of a backend and returns what it prints. Throws `LlmError` (`auth`, `cancelled`). */
  runKeyCommand?(command: string, backend: string): Promise<string>;
  /** Keys that the person has stored, by backend id. `has` asks nobody. `get` throws `LlmError` (`auth`). */
  storedKeys?: {has(id: string): boolean; get(id: string): Promise<string | undefined>};
  /** How much room is left where an Ollama on this machine keeps its models, in bytes; undefined when nobody knows. */
  ollamaSpace?(): Promise<number | undefined>;
  /** Backends that are no servers; they come last. */
  extra?: readonly BackendEntry[];
};

/** Everything that is known of one server before it is asked. */
type Plan = {
  id: string;
  name: string;
  label: string;
  protocol: Protocol;
  baseUrl: string;
  /** The same without a password. */
  shownUrl: string;
  local: boolean;
  dialect: Dialect;
  responses: boolean;
  /** Nothing but the usual port says what answers there. */
  guessed?: boolean;
  key?: string;
  keyCommand?: string;
  keyName?: string;
  needsKey: boolean;
  startHint: string;
  missingModelHint?: string;
  models?: readonly string[];
};

/**
 * Sets up all backends from settings and environment: those of the table, and one for each further id in the settings
 * that has a `baseUrl`. Settings that make no sense are reported when their backend is opened. Loads no adapter before.
 */
export function createBackends(options: CreateBackendsOptions): BackendRegistry {
  const {settings = {}, env = {}, extra = [], presets = usualPresets} = options;
  const opened = new Map<string, Promise<Backend>>();
  const disabled = new Set(Object.keys(settings).filter(id => settings[id]?.enabled === false));
  const extraIds = new Set(extra.map(entry => entry.id));

  /** Settings that make no sense concern nobody but who uses them. */
  const entryOf = (id: string, makePlan: () => Plan): BackendEntry => {
    try {
      const plan = makePlan();
      return {
        id,
        label: plan.label,
        local: plan.local,
        baseUrl: plan.shownUrl,
        ...(presets.some(preset => preset.id === id) && {preset: id}),
        ready:
          !plan.needsKey ||
          plan.key !== undefined ||
          plan.keyCommand !== undefined ||
          options.storedKeys?.has(id) === true,
        open: () => openPlan(plan, options),
      };
    } catch (thrown) {
      return {id, label: id, local: false, ready: false, open: () => Promise.reject(toLlmError(thrown))};
    }
  };

  const entries: BackendEntry[] = [
    ...presets.map(preset => entryOf(preset.id, () => planOf(preset, settings[preset.id] ?? {}, env))),
    ...Object.entries(settings)
      .filter(([id]) => !extraIds.has(id) && !presets.some(preset => preset.id === id))
      .map(([id, own]) => entryOf(id, () => customPlan(id, own, presets))),
    ...extra,
  ].filter(entry => !disabled.has(entry.id));
  const find = (id: string): BackendEntry | undefined => entries.find(entry => entry.id === id);

  return {
    entries,
    find,
    async open(id) {
      const entry = find(id);
      if (!entry) {
        throw new LlmError({
          kind: 'model-unknown',
          message: `There is no backend ${JSON.stringify(id)}.`,
          hint: disabled.has(id)
            ? `It is switched off: \`llm config unset backends.${id}.enabled\` brings it back.`
            : `These exist: ${entries.map(each => each.id).join(', ')}.`,
        });
      }
      let backend = opened.get(id);
      if (!backend) {
        backend = entry.open();
        opened.set(id, backend);
        // What failed once, such as a key that was missing, may be tried again.
        backend.catch(() => opened.delete(id));
      }
      return backend;
    },
    async close() {
      const backends = await Promise.allSettled(opened.values());
      opened.clear();
      await Promise.all(
        backends.map(result => (result.status === 'fulfilled' ? result.value.close() : undefined)),
      );
    },
  };
}

async function openPlan(guess: Plan, options: CreateBackendsOptions): Promise<Backend> {
  const plan = guess.guessed ? await asFound(guess, options.presets ?? usualPresets) : guess;
  const key = await keyOf(plan, options);
  const keyHint = `Store its key with \`llm keys set ${plan.id}\`${plan.keyName ? `, or put it into ${plan.keyName}` : ''}.`;
  if (!key && plan.needsKey) {
    throw new LlmError({kind: 'auth', message: `There is no key for ${plan.name}.`, hint: keyHint});
  }
  const common = {
    id: plan.id,
    label: plan.label,
    baseUrl: plan.baseUrl,
    local: plan.local,
    unreachableHint: plan.startHint,
    keyHint,
    ...(plan.missingModelHint && {missingModelHint: plan.missingModelHint}),
    ...(options.timeouts && {timeouts: options.timeouts}),
    ...(options.proxy && {proxy: options.proxy}),
  };
  const freeSpace = isLoopback(plan.baseUrl) ? options.ollamaSpace : undefined;
  const opened = await openProtocol(plan, common, key || undefined, freeSpace);
  const loadingMs = options.timeouts?.firstByte;
  const backend: Backend = {
    ...opened,
    async *reply(request, signal) {
      // Not before the first question: while servers are looked for, each millisecond counts.
      const {withRetries} = await import('./withRetries.ts');
      yield* withRetries(opened, loadingMs === undefined ? {} : {loadingMs}).reply(request, signal);
    },
  };
  const {models} = plan;
  if (!models) return backend;
  return {...backend, models: async () => models.map(model => ({id: model, backend: plan.id}))};
}

/** The plan for what really answers at the address of a preset. The id stays: it is what leads to this address. */
async function asFound(plan: Plan, presets: readonly Preset[]): Promise<Plan> {
  const {presetAt} = await import('./presetAt.ts');
  const found = await presetAt(plan.baseUrl, presets);
  if (!found || found.id === plan.id) return plan;
  const {missingModelHint: _, ...rest} = plan;
  return {
    ...rest,
    name: found.name,
    label: `${found.name} at ${hostOf(plan.shownUrl)}`,
    protocol: found.protocol,
    baseUrl: found.protocol === 'ollama' ? openAiRoots(plan.baseUrl).root : plan.baseUrl,
    dialect: found.dialect,
    startHint: found.startHint,
    ...(found.missingModelHint && {missingModelHint: found.missingModelHint}),
  };
}

/**
 * The environment comes first, then the command, then what was stored: the nearest to this run counts most. Throws
 * `auth` where the command fails or prints nothing.
 */
async function keyOf(
  {id, key, keyCommand}: Plan,
  {runKeyCommand, storedKeys}: CreateBackendsOptions,
): Promise<string | undefined> {
  if (key !== undefined) return key;
  if (keyCommand !== undefined && runKeyCommand) {
    const printed = (await runKeyCommand(keyCommand, id)).trim();
    if (printed !== '') return printed;
    throw new LlmError({
      kind: 'auth',
      message: `the keyCommand of the backend ${id} printed no key`,
      hint: `Try it in a shell: \`llm config get backends.${id}.keyCommand\` shows it.`,
    });
  }
  return storedKeys?.get(id);
}

async function openProtocol(
  plan: Plan,
  common: Omit<Parameters<typeof import('./openai.ts').createOpenAi>[0], 'apiKey' | 'dialect'>,
  key: string | undefined,
  freeSpace: CreateBackendsOptions['ollamaSpace'],
): Promise<Backend> {
  switch (plan.protocol) {
    case 'ollama': {
      const {createOllama} = await import('./ollama.ts');
      return createOllama({
        ...common,
        ...(key && {headers: {authorization: `Bearer ${key}`}}),
        ...(freeSpace && {freeSpace}),
      });
    }
    case 'anthropic': {
      const {createAnthropic} = await import('./anthropic.ts');
      return createAnthropic({...common, ...(key && {apiKey: key})});
    }
    case 'gemini': {
      const {createGemini} = await import('./gemini.ts');
      return createGemini({...common, ...(key && {apiKey: key})});
    }
    case 'openai': {
      const {createOpenAi} = await import('./openai.ts');
      const {responses, dialect} = plan;
      return createOpenAi({...common, dialect, responses, ...(key && {apiKey: key})});
    }
  }
}

function planOf(
  preset: Preset,
  own: BackendSettings,
  env: Readonly<Record<string, string | undefined>>,
): Plan {
  const fromEnv = preset.addressName ? env[preset.addressName]?.trim() : undefined;
  const protocol = protocolOf(preset.id, own, preset.protocol);
  const given = fromEnv || own.baseUrl;
  const address = given && protocol === 'ollama' ? normaliseOllamaHost(given) : given;
  const baseUrl = address ?? preset.baseUrl;
  const shown = addressOf(baseUrl, preset.name).url;
  const local = preset.local || (address !== undefined && isPrivateHost(shown));
  const key = preset.keyName ? env[preset.keyName]?.trim() : undefined;
  return {
    id: preset.id,
    name: preset.name,
    label: `${preset.name} at ${hostOf(shown)}`,
    protocol,
    baseUrl,
    shownUrl: shown,
    local,
    dialect: preset.dialect,
    // Others that stand in for OpenAI speak its older protocol.
    responses: preset.dialect.responses === true && hostOf(shown) === hostOf(preset.baseUrl),
    guessed: preset.local && protocol === 'openai' && address === undefined && own.protocol === undefined,
    // Another server under a cloud's name may well want no key.
    needsKey: !preset.local && address === undefined,
    startHint: preset.startHint,
    ...(preset.missingModelHint && {missingModelHint: preset.missingModelHint}),
    ...(key && {key}),
    ...(preset.keyName && {keyName: preset.keyName}),
    ...(own.keyCommand && {keyCommand: own.keyCommand}),
    ...(own.models && {models: own.models}),
  };
}

function customPlan(id: string, own: BackendSettings, presets: readonly Preset[]): Plan {
  if (!own.baseUrl) {
    throw new LlmError({
      kind: 'usage',
      message: `The backend ${JSON.stringify(id)} in the settings has no address.`,
      hint: `\`llm config set backends.${id}.baseUrl http://127.0.0.1:8000/v1\``,
    });
  }
  const protocol = protocolOf(id, own, 'openai');
  // A second server of a kind is named after it: `vllm-2`.
  const kin = presets.find(preset => id.startsWith(`${preset.id}-`));
  const baseUrl = protocol === 'ollama' ? normaliseOllamaHost(own.baseUrl) : own.baseUrl;
  const shown = addressOf(baseUrl, id).url;
  return {
    id,
    name: id,
    label: `${id} at ${hostOf(shown)}`,
    protocol,
    baseUrl,
    shownUrl: shown,
    local: isPrivateHost(shown),
    dialect: kin?.protocol === protocol ? kin.dialect : plainDialect,
    responses: false,
    needsKey: false,
    startHint: 'Start the server, or choose another model with /model.',
    ...(kin?.protocol === protocol && kin.missingModelHint && {missingModelHint: kin.missingModelHint}),
    ...(own.keyCommand && {keyCommand: own.keyCommand}),
    ...(own.models && {models: own.models}),
  };
}

function protocolOf(id: string, own: BackendSettings, usual: Protocol): Protocol {
  const named = own.protocol ?? usual;
  const protocol = protocols.find(each => each === named);
  if (protocol) return protocol;
  throw new LlmError({
    kind: 'usage',
    message: `backends.${id}.protocol is ${JSON.stringify(named)}, which is not spoken here.`,
    hint: `It can be ${protocols.slice(0, -1).join(', ')} or ${protocols.at(-1)}.`,
  });
}
