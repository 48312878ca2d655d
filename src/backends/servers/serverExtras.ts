import type {Backend, Model} from '../../core/backend.ts';

/** What the extras of a server need to ask it. */
export type ServerApi = {
  id: string;
  label: string;
  /** The path of the version: `/v1`. */
  prefix: string;
  /** The models as `GET /v1/models` lists them. */
  plainList(signal: AbortSignal): Promise<Model[]>;
  /** Asks for JSON, with a body by POST. `long` waits as long as for an answer. Throws `LlmError`. */
  json(path: string, signal: AbortSignal, body?: object, wait?: 'long'): Promise<unknown>;
  /** The same by GET; undefined where the server has no such address. */
  tryJson(path: string, signal: AbortSignal): Promise<unknown>;
};

/** What one kind of server can do beyond OpenAI's protocol. */
export type ServerExtras = Pick<Backend, 'load' | 'unload' | 'countPrompt'> & {
  models?(signal: AbortSignal): Promise<Model[]>;
  /** What is known of one model only when it is asked for. */
  details?(model: string, signal: AbortSignal, listed: Model | undefined): Promise<Partial<Model>>;
  /** Answers by its only model, whatever name it is asked by. */
  runsOneModel?: boolean;
};
