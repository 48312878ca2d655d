import path from 'node:path';
import {canChat} from '../backends/canChat.ts';
import type {FoundEngine} from '../backends/local/findEngine.ts';
import type {ModelMemory, RecommendedModel} from '../backends/recommendedModels.ts';
import {isLoopback} from '../backends/serverAddress.ts';
import type {SetupPort} from '../commands/createFirstSteps.ts';
import {splitName} from '../commands/managedName.ts';
import {fullName} from '../commands/modelNames.ts';
import type {ModelShelf} from '../commands/modelShelf.ts';
import type {NextStep, OfferedModel} from '../commands/nextStep.ts';
import {takesInstructions} from '../core/abilities.ts';
import type {Backend, Model} from '../core/backend.ts';
import {LlmError} from '../core/errors.ts';
import {guideModel, type Services} from './createServices.ts';

const serverId = 'ollama';
const serverName = 'Ollama';
const engineId = 'local';
/** How long a server may take for its list, in ms. */
const patienceMs = 1_000;
const getServer = 'install Ollama (https://ollama.com), or choose a model of a server or cloud with /model';

type UsedServices = Pick<Services, 'backends' | 'environment'>;

/** The way to a first model for real work, on this machine. Loads nothing before it is asked. */
export function createSetupPort(
  {backends, environment}: UsedServices,
  shelf: Pick<ModelShelf, 'use'>,
): SetupPort {
  const {paths} = environment;

  /** The model of a backend to go on with: the one used last, else the newest, else the largest that has room. */
  const bestOf = async (
    backend: Backend,
    memory: () => Promise<ModelMemory>,
    signal: AbortSignal,
  ): Promise<NextStep | undefined> => {
    const all = await backend.models(signal);
    const models = all.filter(model => canChat(model) && takesInstructions(model));
    if (models.length === 0) return undefined;
    const used = models.length > 1 ? await shelf.use() : new Map<string, never>();
    const times = models.map(model => used.get(fullName(model))?.lastUsed ?? 0);
    const best =
      newest(models, model => times[models.indexOf(model)] ?? 0) ??
      newest(models, ({modified = 0}) => modified) ??
      largest(models, models.length > 1 ? await memory() : {main: 0});
    return best && {type: 'use', model: fullName(best)};
  };

  /** How Ollama is started; undefined where it runs, is not installed, or is on another machine. */
  const startStep = async (baseUrl: string): Promise<NextStep | 'runs' | undefined> => {
    const {listens} = await import('../backends/listens.ts');
    if (await listens(baseUrl, AbortSignal.timeout(patienceMs))) return 'runs';
    const {findOllama} = await import('./startOllama.ts');
    return isLoopback(baseUrl) && findOllama(environment) ? {type: 'start', server: serverName} : undefined;
  };

  /** What Ollama calls for: undefined where it is not installed, or runs elsewhere. */
  const serverStep = async (begun: readonly string[]): Promise<NextStep | undefined> => {
    const entry = backends.find(serverId);
    if (!entry?.baseUrl) return undefined;
    const step = await startStep(entry.baseUrl);
    if (step !== 'runs') return step;
    const backend = await backends.open(serverId);
    const memory = (): Promise<ModelMemory> => freeMemory(true);
    const best = await bestOf(backend, memory, AbortSignal.timeout(patienceMs));
    return best ?? offer(backend, memory, begun);
  };

  const freeMemory = async (onGraphics: boolean): Promise<ModelMemory> => {
    const {machineMemory} = await import('../backends/hub/machineMemory.ts');
    const {free, video} = await machineMemory();
    return {main: free, video: onGraphics ? (video?.free ?? 0) : 0};
  };

  /** A pull that was begun is gone on with, whatever has room by now. */
  const offer = async (
    backend: Backend,
    memory: () => Promise<ModelMemory>,
    begun: readonly string[],
  ): Promise<NextStep | undefined> => {
    if (!backend.pull) return undefined;
    const {recommendModel, recommendedModels} = await import('../backends/recommendedModels.ts');
    const isServer = backend.id === serverId;
    const sourceOf = ({ollama, hub}: RecommendedModel) => (isServer ? ollama : hub);
    const model =
      recommendedModels.find(each => begun.includes(`${backend.id}/${sourceOf(each).name}`)) ??
      recommendModel(await memory());
    if (!model) return undefined;
    const {name, bytes} = sourceOf(model);
    const pull: OfferedModel = {
      backend: backend.id,
      name,
      title: model.title,
      bytes,
      licence: model.licence,
      source: isServer ? 'Ollama’s library' : 'Hugging Face',
    };
    return {type: 'pull', pull};
  };

  /** The engine that is there, or what to do where none is. */
  const findOrFetch = async (): Promise<{engine: FoundEngine} | {step: NextStep}> => {
    const [{findEngine}, {enginePlatform}] = await Promise.all([
      import('../backends/local/findEngine.ts'),
      import('../backends/local/enginePlatform.ts'),
    ]);
    const platform = enginePlatform();
    if (platform.build === undefined) {
      const text = `There is no build of the embedded engine for ${platform.name}: ${getServer}.`;
      return {step: {type: 'advice', text}};
    }
    const engine = findEngine({engineFolder: paths.engine, packageRoot: paths.packageRoot, platform});
    if (engine) return {engine};
    const {engineSetup} = await import('./engineSetup.ts');
    return {step: {type: 'engine', bytes: (await engineSetup(environment)).bytes}};
  };

  /** What the embedded engine calls for. */
  const engineStep = async (begun: readonly string[]): Promise<NextStep> => {
    const found = await findOrFetch();
    if ('step' in found) return found.step;
    const backend = await backends.open(engineId);
    const memory = (): Promise<ModelMemory> => freeMemory(found.engine.gpus.length > 0);
    // The files are read one by one, however long that takes: nobody else has to answer.
    const best = await bestOf(backend, memory, new AbortController().signal);
    const step = best ?? (await offer(backend, memory, begun));
    const byHand = `For a model for real work put a .gguf file into ${paths.models}, ${getServer}.`;
    return step ?? {type: 'advice', text: byHand};
  };

  /** What a model for real work lacks to answer. */
  const lackOf = async (model: string): Promise<NextStep | undefined> => {
    const {backend} = splitName(model);
    if (backend === engineId) {
      const found = await findOrFetch();
      return 'step' in found ? found.step : undefined;
    }
    const {baseUrl} = (backend === serverId && backends.find(serverId)) || {};
    const step = baseUrl === undefined ? undefined : await startStep(baseUrl).catch(() => undefined);
    return step === 'runs' ? undefined : step;
  };

  return {
    async next({model, begun}) {
      try {
        if (model !== '' && model !== guideModel) return (await lackOf(model)) ?? {type: 'ready', model};
        return (await serverStep(begun).catch(() => undefined)) ?? (await engineStep(begun));
      } catch (thrown) {
        const isTold = thrown instanceof LlmError && thrown.kind !== 'cancelled';
        const what = isTold ? thrown.message : 'No model for real work can be set up here';
        return {type: 'advice', text: `${what}: ${getServer}.`};
      }
    },
    async startServer(signal) {
      const {findOllama, startOllama} = await import('./startOllama.ts');
      const start = findOllama(environment);
      const {baseUrl} = backends.find(serverId) ?? {};
      if (!start || baseUrl === undefined)
        throw new LlmError({kind: 'unreachable', message: `${serverName} is not installed`});
      await startOllama({...start, baseUrl, log: path.join(paths.data, 'ollama.log')}, signal);
    },
    async installEngine(signal) {
      const {engineSetup} = await import('./engineSetup.ts');
      await (await engineSetup(environment)).install(signal);
    },
  };
}

/** The one with the latest time (ms since 1970); undefined where none has any. */
function newest(models: readonly Model[], timeOf: (model: Model) => number): Model | undefined {
  const [first] = models.toSorted((a, b) => timeOf(b) - timeOf(a));
  return first && timeOf(first) > 0 ? first : undefined;
}

/** The largest of those that have room, else the smallest of all. */
function largest(models: readonly Model[], {main, video = 0}: ModelMemory): Model | undefined {
  const bySize = models.toSorted((a, b) => (b.size ?? 0) - (a.size ?? 0));
  return bySize.find(({size = 0}) => size <= Math.max(main, video)) ?? bySize.at(-1);
}
