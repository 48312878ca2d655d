/** Where a name without a backend is taken to belong. */
const usualBackend = 'ollama';
/** Begins the name of a repository of Hugging Face, which the embedded engine gets by itself. */
const hubPrefix = 'hf:';

/**
 * The full name of a model that need not be there yet: `BACKEND/MODEL` stays as it is, `hf:USER/REPOSITORY:QUANT` is one
 * of the embedded engine, and a name alone is Ollama's, with all the slashes that it has.
 */
export function managedName(
  typed: string,
  {aliases, isBackend}: {aliases: Readonly<Record<string, string>>; isBackend(id: string): boolean},
): string {
  const meant = aliases[typed] ?? typed;
  if (meant.startsWith(hubPrefix)) return `local/${meant}`;
  const slash = meant.indexOf('/');
  return slash > 0 && isBackend(meant.slice(0, slash)) ? meant : `${usualBackend}/${meant}`;
}

/** The backend and the model of a full name. */
export function splitName(fullName: string): {backend: string; model: string} {
  const slash = fullName.indexOf('/');
  return {backend: fullName.slice(0, slash), model: fullName.slice(slash + 1)};
}
