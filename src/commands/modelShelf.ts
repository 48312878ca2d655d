import type {Backend, Model} from '../core/backend.ts';
import type {ModelUse} from '../storage/readModelUse.ts';
import type {Pulls} from './createPulls.ts';

/** A server that gave no list of its models when it was asked last; `text` says so in one line, without a stop. */
export type SilentServer = {backend: string; text: string};

/** The models of all backends, as the list to choose from and the manager handle them. */
export type ModelShelf = {
  /**
   * What was listed last, with what was found out since; empty as long as nothing was. While the backends are asked,
   * what has come already counts. Of a server that has fallen silent it is what it had; the same array until it changes.
   */
  known(): readonly Model[];
  /** Whether all models of a backend are among them: it has listed them, or is not there. */
  isKnown(backend: string): boolean;
  /** The servers that should have answered when all were asked last. */
  silent(): readonly SilentServer[];
  /** Is told when any of this changes. Returns the unsubscriber. */
  subscribe(listener: () => void): () => void;
  /**
   * Asks every backend anew that can be asked without cost; a server that is there is waited for up to 5 s. Resolves
   * with what is known then.
   */
  list(): Promise<readonly Model[]>;
  /** Asks a local backend for the window and the abilities of a model (full name) that it has not listed. Never fails. */
  learn(name: string, signal: AbortSignal): Promise<void>;
  /** Keeps for this run what describing a model (full name) has told. */
  learnt(name: string, described: Model): void;
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
