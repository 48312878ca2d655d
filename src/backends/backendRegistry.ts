import type {Backend} from '../core/backend.ts';

/** A backend that can be had. Nothing is loaded or asked before it is opened. */
export type BackendEntry = {
  readonly id: string;
  /** For people: `Ollama at 127.0.0.1:11434`. */
  readonly label: string;
  /** Runs on the person's own machine or network: may be asked for its models without being named. */
  readonly local: boolean;
  /** Without password; missing for a backend that is no server. */
  readonly baseUrl?: string;
  /** What it is known to be when nobody has looked; several may share one address. */
  readonly preset?: string;
  /** False for a cloud without a key: it can be named, but is not listed. */
  readonly ready: boolean;
  /** Makes the backend. Throws `LlmError` (`auth`, `usage`). */
  open(): Promise<Backend>;
};

/** All backends of this run. */
export type BackendRegistry = {
  readonly entries: readonly BackendEntry[];
  find(id: string): BackendEntry | undefined;
  /** The backend of an id, the same one each time. Throws `LlmError` (`model-unknown`, `auth`, `usage`). */
  open(id: string): Promise<Backend>;
  /** Closes those that were opened. */
  close(): Promise<void>;
};
