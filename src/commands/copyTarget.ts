import type {Model} from '../core/backend.ts';

/** What a name without a tag means to a server of models. */
const usualTag = ':latest';

/**
 * What a copy will be called on its server, and the model there that has this name already: a copy would take its place.
 * The backend may be named in what was typed too; a copy never leaves its server. Large and small letters name the same.
 */
export function copyTarget(
  typed: string,
  backend: string,
  models: readonly Pick<Model, 'id'>[],
): {name: string; taken?: string} {
  const name = typed.startsWith(`${backend}/`) ? typed.slice(backend.length + 1) : typed;
  const taken = models.find(({id}) => withTag(id) === withTag(name))?.id;
  return {name, ...(taken !== undefined && {taken})};
}

/** The whole name in one spelling: `registry.ollama.ai/library/` is left out by a server that lists its models. */
function withTag(name: string): string {
  const own = name.toLowerCase().replace(/^(registry\.ollama\.ai\/)?(library\/)?/, '');
  return /:[^/]*$/.test(own) ? own : `${own}${usualTag}`;
}
