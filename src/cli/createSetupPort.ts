import path from 'node:path';
import {canChat} from '../backends/canChat.ts';
import type {RecommendedModel} from '../backends/recommendedModels.ts';
import {isLoopback} from '../backends/serverAddress.ts';
import type {SetupPort} from '../commands/createFirstSteps.ts';
import type {NextStep, OfferedModel} from '../commands/nextStep.ts';
import {takesInstructions} from '../core/abilities.ts';
import type {Backend, Model} from '../core/backend.ts';
import {LlmError} from '../core/errors.ts';
import type {Services} from './createServices.ts';

const serverId = 'ollama';
const serverName = 'Ollama';
const engineId = 'local';
/** How long a server may take for its list, in ms. */
const patienceMs = 1_000;
const getServer = 'install Ollama (https://ollama.com), or choose a model of a server or cloud with /model';

type UsedServices = Pick<Services, 'backends' | 'environment'>;

/** The way to a first model for real work, on this machine. Loads nothing before it is asked. */
export function createSetupPort({backends, environment}: UsedServices): SetupPort {
  const {paths} = environment;

  const modelsOf = async (backend: Backend): Promise<readonly Model[]> => {
    const models = await backend.models(AbortSignal.timeout(patienceMs));
    return models.filter(model => canChat(model) && takesInstructions(model));
  };

  /** What Ollama calls for: undefined where it is not installed, or runs elsewhere. */
  const serverStep = async (): Promise<NextStep | undefined> => {
    const entry = backends.find(serverId);
    if (!entry?.baseUrl) return undefined;
    const {listens} = await import('../backends/listens.ts');
    if (!(await listens(entry.baseUrl, AbortSignal.timeout(patienceMs)))) {
      const {findOllama} = await import('./startOllama.ts');
      return isLoopback(entry.baseUrl) && findOllama(environment)
        ? {type: 'start', server: serverName}
        : undefined;
    }
    const backend = await backends.open(serverId);
    const [first] = await modelsOf(backend);
    if (first) return {type: 'use', model: `${serverId}/${first.id}`};
    return offer(backend, await recommended(true));
  };

  const recommended = async (onGraphics: boolean): Promise<RecommendedModel | undefined> => {
    const [{recommendModel}, {machineMemory}] = await Promise.all([
      import('../backends/recommendedModels.ts'),
      import('../backends/hub/machineMemory.ts'),
    ]);
    const {free, video} = await machineMemory();
    return recommendModel({main: free, video: onGraphics ? (video?.total ?? 0) : 0});
  };

  const offer = (backend: Backend, model: RecommendedModel | undefined): NextStep | undefined => {
    if (!model || !backend.pull) return undefined;
    const isServer = backend.id === serverId;
    const {name, bytes} = isServer ? model.ollama : model.hub;
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

  /** What the embedded engine calls for. */
  const engineStep = async (): Promise<NextStep> => {
    const [{findEngine}, {enginePlatform}] = await Promise.all([
      import('../backends/local/findEngine.ts'),
      import('../backends/local/enginePlatform.ts'),
    ]);
    const platform = enginePlatform();
    if (platform.build === undefined) {
      const text = `There is no build of the embedded engine for ${platform.name}: ${getServer}.`;
      return {type: 'advice', text};
    }
    const found = findEngine({engineFolder: paths.engine, packageRoot: paths.packageRoot, platform});
    if (!found) {
      const {engineSetup} = await import('./engineSetup.ts');
      return {type: 'engine', bytes: (await engineSetup(environment)).bytes};
    }
    const backend = await backends.open(engineId);
    const [first] = await modelsOf(backend);
    if (first) return {type: 'use', model: `${engineId}/${first.id}`};
    const step = offer(backend, await recommended(found.gpus.length > 0));
    const byHand = `For a model for real work put a .gguf file into ${paths.models}, ${getServer}.`;
    return step ?? {type: 'advice', text: byHand};
  };

  return {
    async next() {
      try {
        return (await serverStep().catch(() => undefined)) ?? (await engineStep());
      } catch (thrown) {
        const what =
          thrown instanceof LlmError ? thrown.message : 'No model for real work can be set up here';
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
    async pull({backend: id, name}, signal, onProgress) {
      const backend = await backends.open(id);
      if (!backend.pull)
        throw new LlmError({kind: 'capability', message: `${backend.label} does not pull models by asking`});
      // What was pulled may get another name than it was asked for by.
      let pulled = name;
      for await (const progress of backend.pull(name, signal)) {
        pulled = progress.model ?? pulled;
        onProgress(progress);
      }
      return `${id}/${pulled}`;
    },
  };
}
