import type {BackendEntry} from '../../backends/backendRegistry.ts';
import {discover} from '../../backends/discover.ts';
import {presets} from '../../backends/presets.ts';
import {openAiRoots} from '../../backends/serverAddress.ts';
import type {Finding} from '../../commands/command.ts';
import {type LlmError, toLlmError} from '../../core/errors.ts';
import {formatDuration} from '../../core/figures.ts';
import type {Services} from '../createServices.ts';
import {isWantedServer} from '../isWantedServer.ts';

/** Longest wait for the servers, in ms. */
const longestMs = 3000;

type Needed = Pick<Services, 'backends' | 'settings' | 'environment'>;

/** Asks every local server: which answer, how fast, with how many models. Clouds are asked nothing. */
export async function backendFindings(services: Needed): Promise<Finding[]> {
  const {backends} = services;
  const servers = backends.entries.filter(entry => entry.local && entry.baseUrl !== undefined);
  const took = new Map<string, number>();
  const failed = new Map<string, LlmError>();
  const open = async (id: string): ReturnType<typeof backends.open> => {
    const backend = await backends.open(id);
    return {
      ...backend,
      async models(signal) {
        const start = performance.now();
        try {
          const models = await backend.models(signal);
          took.set(id, performance.now() - start);
          return models;
        } catch (thrown) {
          // An answer that is no list of models is a finding; silence is told of below.
          if (!signal.aborted) failed.set(id, toLlmError(thrown));
          throw thrown;
        }
      },
    };
  };
  const answering = await discover(servers, open, new AbortController().signal, {withinMs: longestMs});
  const found = await Promise.all(
    answering.map(async ({entry, models}): Promise<Finding> => {
      const version = await versionOf(entry.baseUrl ?? '');
      const count = `${models.length} ${models.length === 1 ? 'model' : 'models'}`;
      const text = `${entry.label}${version ? ` ${version}` : ''}: ${count}, ${formatDuration(took.get(entry.id) ?? 0)}`;
      return models.length > 0
        ? ok(text)
        : warning(
            text,
            'It has no model yet: get one with the server’s own command, for example `llm models pull gemma3` for Ollama.',
          );
    }),
  );
  const faulty = [...failed].map(([id, {message, hint}]) =>
    problem(message, hint || `See \`llm config list\`, backends.${id}`),
  );
  const isAnswered = (entry: BackendEntry): boolean =>
    failed.has(entry.id) || answering.some(each => each.entry.baseUrl === entry.baseUrl);
  const silent = servers.filter(entry => !isAnswered(entry));
  const wanted = silent.filter(entry => isWantedServer(entry, services));
  const others = silent.filter(entry => !wanted.includes(entry));
  return [
    ...found,
    ...faulty,
    ...wanted.map(entry => problem(`${entry.label} does not answer`, startHint(entry))),
    ...(others.length > 0 ? [ok(`not running: ${others.map(({label}) => label).join(', ')}`)] : []),
    ...(found.length + faulty.length + wanted.length === 0
      ? [
          warning(
            'no model server answers; the built-in guide does',
            'Start one, for example `ollama serve`, or open the chat: it offers the next step.',
          ),
        ]
      : []),
    ...(await broken(services)),
  ];
}

function startHint({id, baseUrl}: BackendEntry): string {
  const hint = presets.find(preset => preset.id === id)?.startHint;
  return hint ?? `Start it, or correct its address: it is ${baseUrl}`;
}

/** Backends whose address or settings make no sense: they have no address, and opening them says why. */
async function broken({backends}: Needed): Promise<Finding[]> {
  const entries = backends.entries.filter(({local, baseUrl}) => !local && baseUrl === undefined);
  const failures = await Promise.all(
    entries.map(({id}) =>
      backends.open(id).then(
        () => undefined,
        (thrown: unknown) => toLlmError(thrown),
      ),
    ),
  );
  return failures.flatMap((error, index) =>
    error
      ? [problem(error.message, error.hint || `See \`llm config list\`: backends.${entries[index]?.id}`)]
      : [],
  );
}

/** The version of a server, by the ways of Ollama, vLLM, LocalAI and llama.cpp; undefined when it tells none. */
async function versionOf(baseUrl: string): Promise<string | undefined> {
  const {root} = openAiRoots(baseUrl);
  const signal = AbortSignal.timeout(500);
  for (const [path, field] of [
    ['/api/version', 'version'],
    ['/version', 'version'],
    ['/props', 'build_info'],
  ] as const) {
    try {
      const response = await fetch(root + path, {signal, redirect: 'manual'});
      const body: unknown = response.ok ? await response.json() : await response.body?.cancel();
      const value =
        typeof body === 'object' && body !== null ? (body as Record<string, unknown>)[field] : undefined;
      if (typeof value === 'string' && value !== '') return value.slice(0, 40);
    } catch {
      // The next way, or none.
    }
  }
  return undefined;
}

function ok(text: string): Finding {
  return {area: 'backends', state: 'ok', text};
}

function warning(text: string, remedy: string): Finding {
  return {area: 'backends', state: 'warning', text, remedy};
}

function problem(text: string, remedy: string): Finding {
  return {area: 'backends', state: 'problem', text, remedy};
}
