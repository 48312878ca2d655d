import type {Model} from '../core/backend.ts';
import {fullName} from './modelNames.ts';
import type {SilentServer} from './modelShelf.ts';

/** What is known of the models in this run: what their backends listed, and what was found out about single ones. */
export type KnownModels = {
  now(): readonly Model[];
  silent(): readonly SilentServer[];
  /** Whether all models of a backend are known: it has listed them, or is not there. */
  isKnown(backend: string): boolean;
  /** A backend has listed its models. */
  found(backend: string, models: readonly Model[]): void;
  /** All were asked: of these `silent` ones the models stay that they had, others that did not list theirs are gone. */
  ended(answered: ReadonlySet<string>, silent: readonly SilentServer[]): void;
  /** A model (full name) was described. It counts as long as the weights stay the same. */
  learnt(name: string, described: Model): void;
  /** Whether the window or the abilities of a model are not known, and nobody has told of them yet. */
  isBlank(name: string): boolean;
  subscribe(listener: () => void): () => void;
};

type Facts = Pick<
  Model,
  'parameters' | 'quantization' | 'contextMax' | 'capabilities' | 'lacks' | 'thinkLevels'
>;

/** Starts with nothing; `order` has the ids of all backends that are asked for a list, in the order of their lists. */
export function createKnownModels(order: readonly string[]): KnownModels {
  const listeners = new Set<() => void>();
  const lists = new Map<string, readonly Model[]>();
  const absent = new Set<string>();
  const facts = new Map<string, Facts>();
  /** Those of models that were described before they were listed, by full names. */
  const early = new Map<string, Facts>();
  let models: readonly Model[] = [];
  let silent: readonly SilentServer[] = [];

  const changed = (): void => {
    models = order.flatMap(id => lists.get(id) ?? []).map(model => ({...facts.get(keyOf(model)), ...model}));
    for (const listener of listeners) listener();
  };
  const rowOf = (name: string): Model | undefined => models.find(model => fullName(model) === name);
  const isSilent = (backend: string): boolean => silent.some(each => each.backend === backend);

  return {
    now: () => models,
    silent: () => silent,
    isKnown: backend => absent.has(backend) || (lists.has(backend) && !isSilent(backend)),
    found(backend, listed) {
      lists.set(backend, listed);
      absent.delete(backend);
      silent = silent.filter(each => each.backend !== backend);
      for (const model of listed) {
        const found = early.get(fullName(model));
        if (found) facts.set(keyOf(model), found);
        early.delete(fullName(model));
      }
      changed();
    },
    ended(answered, without) {
      silent = without;
      for (const id of order) {
        if (answered.has(id)) continue;
        if (!isSilent(id)) {
          lists.delete(id);
          absent.add(id);
        } else {
          absent.delete(id);
          const kept = lists.get(id);
          if (kept) lists.set(id, kept.map(atRest));
        }
      }
      changed();
    },
    learnt(name, {parameters, quantization, contextMax, capabilities, lacks, thinkLevels}) {
      const found: Facts = {
        ...(parameters !== undefined && {parameters}),
        ...(quantization !== undefined && {quantization}),
        ...(contextMax !== undefined && {contextMax}),
        ...(capabilities && {capabilities}),
        ...(lacks && {lacks}),
        ...(thinkLevels && {thinkLevels}),
      };
      const row = rowOf(name);
      if (row) facts.set(keyOf(row), found);
      else early.set(name, found);
      changed();
    },
    isBlank(name) {
      const row = rowOf(name);
      if (!row) return !early.has(name);
      if (facts.has(keyOf(row))) return false;
      return row.contextMax === undefined || row.capabilities === undefined;
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

/** A model that is pulled anew under its name is another one. */
function keyOf(model: Model): string {
  return `${fullName(model)}\n${model.digest ?? ''}`;
}

/** What is known of a model whose server does not say whether it is loaded any more. */
function atRest(model: Model): Model {
  const {loaded, context, memory, gpuMemory, expires, gpu, ...lasting} = model;
  return lasting;
}
