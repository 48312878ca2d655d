import type {BackendEntry, BackendRegistry} from '../backends/backendRegistry.ts';
import {discover, type Silence} from '../backends/discover.ts';
import type {SilentServer} from '../commands/modelShelf.ts';
import type {Model} from '../core/backend.ts';

/** What all backends have that can be asked without cost, and the servers that gave no list. */
export type ModelSurvey = {
  models: readonly Model[];
  silent: readonly (SilentServer & {
    /** False where nothing listens, or something else than a model server may: worth telling only of who is missed. */
    isTold: boolean;
  })[];
};

/** How long the list is waited for, in ms: of a server that has to be connected to, and of one that is connected. */
const connectMs = 1_000;
const answerMs = 5_000;

/**
 * Asks the local servers and the models folder, somebody being about to read the answers: a server that is there may
 * take its time. `onFound` is told of each backend as soon as it has answered. Never throws but for an abort.
 */
export async function surveyModels(
  backends: BackendRegistry,
  isWanted: (entry: BackendEntry) => boolean,
  signal: AbortSignal,
  onFound: (backend: string, models: readonly Model[]) => void = () => {},
): Promise<ModelSurvey> {
  const silent: ModelSurvey['silent'][number][] = [];
  const [servers, local] = await Promise.all([
    discover(backends.entries, backends.open, signal, {
      withinMs: connectMs,
      answerMs,
      onFound: ({entry, models}) => onFound(entry.id, models),
      onSilent(entry, why) {
        silent.push({
          backend: entry.id,
          text: silenceText(entry, why),
          isTold: why.type === 'late' || isWanted(entry),
        });
      },
    }),
    backends
      .open('local')
      .then(backend => backend.models(signal))
      .catch(() => [])
      .then(models => {
        onFound('local', models);
        return models;
      }),
  ]);
  return {models: [...servers.flatMap(({models}) => models), ...local], silent};
}

function silenceText({label}: BackendEntry, why: Silence): string {
  switch (why.type) {
    case 'absent':
      return `${label} does not answer`;
    case 'late':
      return `${label} has not answered in time`;
    case 'failed':
      return why.error.message.replace(/\.$/, '');
  }
}
