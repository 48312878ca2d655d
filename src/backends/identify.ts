import {listOf, objectOf, textOf} from './jsonFields.ts';

/**
 * Looks at a server for the marks that only one program has. LocalAI comes first, because it also answers in the
 * place of others. Returns the id of a preset, or an empty text for a server without a mark.
 */
export async function identify(root: string, signal: AbortSignal): Promise<string> {
  const probes: readonly {path: string; kind: string; fits(body: unknown): boolean}[] = [
    {path: '/.well-known/localai.json', kind: 'localai', fits: body => objectOf(body) !== undefined},
    {
      path: '/props',
      kind: 'llamacpp',
      fits: body => objectOf(objectOf(body)?.default_generation_settings) !== undefined,
    },
    {path: '/api/v1/models', kind: 'lmstudio', fits: body => Array.isArray(objectOf(body)?.models)},
    {path: '/api/version', kind: 'ollama', fits: body => textOf(objectOf(body)?.version) !== undefined},
    {path: '/v1/internal/health', kind: 'tgwui', fits: body => objectOf(body)?.status === 'ok'},
    {path: '/v1/models', kind: 'vllm', fits: body => ownerOf(body) === 'vllm'},
    {path: '/v1/models', kind: 'llamacpp', fits: body => ownerOf(body) === 'llamacpp'},
    {path: '/v1/models', kind: 'lmstudio', fits: body => ownerOf(body) === 'organization_owner'},
  ];
  const paths = [...new Set(probes.map(probe => probe.path))];
  const bodies = new Map(
    await Promise.all(paths.map(async path => [path, await peek(root + path, signal)] as const)),
  );
  return probes.find(({path, fits}) => fits(bodies.get(path)))?.kind ?? '';
}

/** The JSON at an address; undefined for everything else. */
async function peek(url: string, signal: AbortSignal): Promise<unknown> {
  try {
    const response = await fetch(url, {signal, redirect: 'manual'});
    if (response.ok) return await response.json();
    await response.body?.cancel();
  } catch {
    // What does not answer in JSON is not what is looked for.
  }
  return undefined;
}

function ownerOf(body: unknown): string | undefined {
  return textOf(objectOf(listOf(objectOf(body)?.data)[0])?.owned_by);
}
