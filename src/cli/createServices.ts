import {existsSync} from 'node:fs';
import path from 'node:path';
import type {BackendEntry, BackendRegistry} from '../backends/backendRegistry.ts';
import type {ChosenModel} from '../backends/chooseModel.ts';
import {createBackends} from '../backends/createBackends.ts';
import type {Hub} from '../backends/hub/createHub.ts';
import type {Backend, Model} from '../core/backend.ts';
import type {Conversation} from '../core/conversation.ts';
import {LlmError} from '../core/errors.ts';
import type {Attachment} from '../core/message.ts';
import {type GenerationOptions, parseOption} from '../core/options.ts';
import type {PriceAnswer} from '../core/pricing.ts';
import {createKeyStore, type KeyStore} from '../storage/createKeyStore.ts';
import type {HeldStore} from '../storage/holdStore.ts';
import {newId} from '../storage/newId.ts';
import type {Store} from '../storage/openStore.ts';
import {tighten} from '../storage/privateMode.ts';
import {childProgram} from './childProgram.ts';
import type {ConversationOptions} from './conversationOptions.ts';
import {createPriceAnswer} from './createPriceAnswer.ts';
import type {Environment} from './environment.ts';
import {hubKey} from './keys/keySources.ts';
import {type ReadSettings, readSettings} from './settings.ts';
import type {ModelSurvey} from './surveyModels.ts';

/** The model that answers when there is no other. */
export const guideModel = 'local/guide';

/** Everything that a command needs, wired once and made when it is first asked for. */
export type Services = {
  readonly environment: Environment;
  readonly settings: ReadSettings['settings'];
  /** What is odd about the settings file, and who else could read it: to be said once. */
  readonly warnings: readonly string[];
  readonly backends: BackendRegistry;
  /** The keys that the person has stored. */
  readonly keys: KeyStore;
  /**
   * The model to answer, when the command line names `flag` or nothing; with `useHistory` also the one that answered
   * last counts. Throws `LlmError`.
   */
  chooseModel(mode: 'chat' | 'run', flag: string | undefined, useHistory: boolean): Promise<ChosenModel>;
  /** The full name behind a typed one. Throws `LlmError`. */
  resolveName(name: string): Promise<string>;
  /** The backend of a full name. Throws `LlmError`. */
  resolve(fullName: string): Promise<{backend: Backend; model: string}>;
  /**
   * All models that can be listed without cost: those of the local servers and of the models folder. `onFound` is told
   * of each backend as soon as it has answered.
   */
  surveyModels(onFound?: (backend: string, models: readonly Model[]) => void): Promise<ModelSurvey>;
  /** Hugging Face, or the hub that `HF_ENDPOINT` names; asked for nothing yet. Throws `LlmError` (`usage`, `auth`). */
  hub(): Promise<Hub>;
  /** Reads what is to be attached: a path, an address, or `-` for what `stdin` gives. Throws `LlmError` (`file`). */
  readAttachment(source: string, stdin?: () => Promise<Buffer>): Promise<Attachment>;
  /** What an answer cost. */
  priceOf: PriceAnswer;
  /** The conversations on disk; opened at the first call, and again where that failed. Throws `LlmError` (`storage`). */
  store(): Promise<Store>;
  /** The same, not opened: for a talk that is to be stored as soon as it can be. */
  heldStore(): Promise<HeldStore>;
  newId(now: number): string;
  /** A conversation that has not begun, with the options of the command line, environment and settings. */
  newConversation(id: string, model: string, options?: Partial<ConversationOptions>): Conversation;
  close(): Promise<void>;
};

/** Reads the settings and wires backends and store to them. Loads no adapter and opens no file but the settings. */
export function createServices(environment: Environment): Services {
  const {paths, variables} = environment;
  const {settings, warnings} = readSettings(paths.config);
  const settingsFolder = path.dirname(paths.config);
  // Where all is in one folder, the store looks after it and says so.
  const tightened = settingsFolder === paths.data ? [] : tighten(settingsFolder);
  const controller = new AbortController();
  const readKeys = (): KeyStore =>
    createKeyStore({
      path: paths.keys,
      home: paths.home,
      async keychain() {
        const {createKeychain} = await import('../storage/createKeychain.ts');
        return createKeychain(childProgram(paths.packageRoot, 'src/storage', 'keychainProcess'));
      },
    });
  const keys = readKeys();
  let held: Promise<HeldStore> | undefined;
  /** One for each token that there was: a pull may still go on with an earlier one. */
  const hubs = new Map<string | undefined, Hub>();

  const hub = async (): Promise<Hub> => {
    const {createHub} = await import('../backends/hub/createHub.ts');
    // Another program may have stored a token since.
    const token = variables.HF_TOKEN ?? (await readKeys().get(hubKey.id, controller.signal));
    const opened =
      hubs.get(token) ??
      createHub({
        proxy: environment.proxy,
        timeouts: milliseconds(settings.timeouts),
        ...(variables.HF_ENDPOINT !== undefined && {endpoint: variables.HF_ENDPOINT}),
        ...(token !== undefined && {token}),
      });
    hubs.set(token, opened);
    return opened;
  };

  const backends = createBackends({
    settings: settings.backends,
    env: variables,
    timeouts: milliseconds(settings.timeouts),
    proxy: environment.proxy,
    async ollamaSpace() {
      const {ollamaSpace} = await import('../backends/ollamaSpace.ts');
      return ollamaSpace(paths.home, variables.OLLAMA_MODELS);
    },
    async runKeyCommand(command, backend) {
      const {runKeyCommand} = await import('./runKeyCommand.ts');
      return runKeyCommand(command, backend, {signal: controller.signal});
    },
    storedKeys: {
      has: id => keys.placeOf(id) !== undefined,
      get: id => keys.get(id, controller.signal),
    },
    extra: [
      {
        id: 'local',
        label: 'the embedded engine',
        local: true,
        ready: true,
        async open() {
          const [{createLocal}, {findEngine}, {findNpm}] = await Promise.all([
            import('../backends/local/createLocal.ts'),
            import('../backends/local/findEngine.ts'),
            import('./findNpm.ts'),
          ]);
          return createLocal({
            guidePath: paths.guide,
            modelsFolder: paths.models,
            enginePath: childProgram(paths.packageRoot, 'src/backends/local', 'engineProcess'),
            hub: {
              open: hub,
              async watch() {
                const {processWatch} = await import('./processWatch.ts');
                return processWatch;
              },
            },
            findEngine: () => findEngine({engineFolder: paths.engine, packageRoot: paths.packageRoot}),
            canFetch: () => findNpm(environment) !== undefined,
          });
        },
      },
    ],
  });

  const resolveOptions = {
    backends,
    aliases: settings.alias,
    fileBackend: 'local',
    async findPulled(name: string) {
      const [{findPulled}, {hubNameOf}] = await Promise.all([
        import('../backends/hub/findPulled.ts'),
        import('./models/hubNameOf.ts'),
      ]);
      return findPulled(paths.models, hubNameOf(name, environment) ?? {repo: name});
    },
    folder: process.cwd(),
    home: paths.home,
    signal: controller.signal,
  };

  const heldStore = (): Promise<HeldStore> => {
    held ??= import('../storage/holdStore.ts').then(({holdStore}) =>
      holdStore({path: paths.database, home: paths.home}),
    );
    return held;
  };
  const openStore = async (): Promise<Store> => {
    const store = await heldStore();
    await store.open();
    return store;
  };

  /** The guide answers when there is nothing else; that it did is no choice that should hide a server started since. */
  const lastUsedModel = async (): Promise<string | undefined> => {
    if (!existsSync(paths.database)) return undefined;
    // A store that cannot be opened is told of where something is to be stored, and waited for there.
    const model = (await heldStore()).failure
      ? undefined
      : await openStore().then(
          store => store.lastModel(),
          () => undefined,
        );
    return model === guideModel ? undefined : model;
  };

  return {
    environment,
    settings,
    warnings: [...tightened, ...warnings, ...keys.warnings],
    backends,
    keys,
    async chooseModel(mode, flag, useHistory) {
      const {chooseModel} = await import('../backends/chooseModel.ts');
      const lastUsed = useHistory && flag === undefined ? await lastUsedModel() : undefined;
      return chooseModel({
        ...resolveOptions,
        mode,
        fallback: guideModel,
        ...(flag !== undefined && {flag}),
        ...(variables.LLM_MODEL !== undefined && {environment: variables.LLM_MODEL}),
        ...(settings.model !== undefined && {configured: settings.model}),
        ...(lastUsed !== undefined && {lastUsed}),
      });
    },
    async resolveName(name) {
      const {resolveModel} = await import('../backends/resolveModel.ts');
      return (await resolveModel(name, resolveOptions)).name;
    },
    async resolve(fullName) {
      const slash = fullName.indexOf('/');
      return {backend: await backends.open(fullName.slice(0, slash)), model: fullName.slice(slash + 1)};
    },
    async surveyModels(onFound) {
      const [{surveyModels}, {isWantedServer}] = await Promise.all([
        import('./surveyModels.ts'),
        import('./isWantedServer.ts'),
      ]);
      const isWanted = (entry: BackendEntry): boolean => isWantedServer(entry, {settings, environment});
      return surveyModels(backends, isWanted, controller.signal, onFound);
    },
    hub,
    async readAttachment(source, stdin) {
      const {readAttachment} = await import('./readAttachments.ts');
      const pdfProgram = childProgram(paths.packageRoot, 'src/cli', 'pdfWorker');
      return readAttachment(source, {pdfProgram, ...(stdin && {stdin})});
    },
    priceOf: createPriceAnswer(backends),
    store: openStore,
    heldStore,
    newId,
    newConversation(id, model, given = {}) {
      const now = Date.now();
      const system = given.system ?? variables.LLM_SYSTEM ?? settings.system;
      return {
        id,
        title: '',
        created: now,
        updated: now,
        model,
        options: {...settings.options, ...environmentOptions(environment), ...given.options},
        ...(system && {system}),
        ...(given.think && {think: given.think}),
        nodes: new Map(),
        head: null,
      };
    },
    async close() {
      controller.abort();
      await Promise.all([backends.close(), ...[...hubs.values()].map(each => each.close())]);
      (await held)?.close();
    },
  };
}

function milliseconds(timeouts: {
  connect?: number;
  firstByte?: number;
  idle?: number;
}): Record<string, number> {
  return Object.fromEntries(Object.entries(timeouts).map(([name, seconds]) => [name, seconds * 1000]));
}

/** Options from `LLM_TEMPERATURE` and `LLM_MAX_TOKENS`. Throws `LlmError` (`usage`) for a value that makes no sense. */
function environmentOptions({variables}: Environment): GenerationOptions {
  const pairs = [
    ['LLM_TEMPERATURE', 'temperature', variables.LLM_TEMPERATURE],
    ['LLM_MAX_TOKENS', 'max_tokens', variables.LLM_MAX_TOKENS],
  ] as const;
  const options: Record<string, unknown> = {};
  for (const [variable, key, value] of pairs) {
    if (value === undefined) continue;
    const parsed = parseOption(key, value);
    if (!parsed.ok) {
      const expected = parsed.reason === 'invalid' ? parsed.expected : 'another value';
      throw new LlmError({kind: 'usage', message: `${variable} wants ${expected}, got "${value}"`});
    }
    options[parsed.name] = parsed.value;
  }
  return options;
}
