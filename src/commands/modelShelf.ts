import type {Backend, Model} from '../core/backend.ts';
import type {ModelUse} from '../storage/readModelUse.ts';
import type {Pulls} from './createPulls.ts';

/** The models of all backends, as the list to choose from and the manager handle them. */
export type ModelShelf = {
  /** What was listed last; empty as long as nothing was. */
  known(): readonly Model[];
  /** Asks every backend anew that can be asked without cost. */
  list(): Promise<readonly Model[]>;
  /** How the models were used on this machine, by their full names; empty where that cannot be read. */
  use(): Promise<ReadonlyMap<string, ModelUse>>;
  /**
   * What is known of a backend without asking it; undefined when there is none of this id. `label` is for people:
   * `Ollama at 127.0.0.1:11434`. One that is not `ready` is a cloud without a key.
   */
  backend(id: string): {label: string; local: boolean; ready: boolean} | undefined;
  /** Throws `LlmError` (`model-unknown`, `auth`, `usage`). */
  open(backend: string): Promise<Backend>;
  /** Full names. */
  favourites(): readonly string[];
  /** Throws `LlmError` (`storage`, `file`). */
  setFavourite(name: string, isOne: boolean): Promise<void>;
  /** Full names by their short ones. */
  aliases(): Readonly<Record<string, string>>;
  /** Gives a model (full name) a short name, or takes that away. Throws `LlmError` (`usage`, `storage`, `file`). */
  setAlias(alias: string, name: string | null): Promise<void>;
  /** Whose addresses name models of the hub, beside those of Hugging Face. */
  readonly hubHosts?: readonly string[];
  readonly pulls: Pulls;
};
