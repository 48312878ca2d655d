import {formatHubName, parseHubName} from '../backends/hub/hubName.ts';
import {LlmError} from '../core/errors.ts';
import {neutraliseLine} from '../core/neutralise.ts';

/** Where a name without a backend is taken to belong. */
const usualBackend = 'ollama';
/** Where a model of Hugging Face is taken to belong: the embedded engine gets it by itself. */
const fileBackend = 'local';

/** What a name of a model may begin with, or stand for. */
export type NameRules = {
  /** Full names by their short ones. */
  aliases: Readonly<Record<string, string>>;
  isBackend(id: string): boolean;
  /** Whose addresses name models of the hub, beside those of Hugging Face. */
  hubHosts?: readonly string[];
};

/**
 * The full name of a model that need not be there yet: `BACKEND/MODEL` stays as it is, `hf:USER/REPOSITORY:QUANT` and an
 * address of Hugging Face are of the embedded engine, and a name alone is Ollama's, with all the slashes that it has.
 * Throws `LlmError` (`usage`) for a name of the hub that is not whole.
 */
export function managedName(typed: string, {aliases, isBackend, hubHosts}: NameRules): string {
  const meant = (Object.hasOwn(aliases, typed) && aliases[typed]) || typed;
  const hub = parseHubName(meant.replace(/^local\/(?=hf:)/, ''), hubHosts);
  if (hub) return `${fileBackend}/${formatHubName(hub)}`;
  const slash = meant.indexOf('/');
  return slash > 0 && isBackend(meant.slice(0, slash)) ? meant : `${usualBackend}/${meant}`;
}

/**
 * The full name of a model that is to be pulled, as `managedName` has it. Throws `LlmError` (`usage`) as well for what is
 * no name of a model there: its backend would only look for it in vain.
 */
export function nameToPull(typed: string, rules: NameRules): string {
  const name = managedName(typed, rules);
  const {backend, model} = splitName(name);
  const [first = ''] = typed.split('/');
  if (typed.includes('/') && !rules.isBackend(first) && Object.hasOwn(rules.aliases, first))
    throw new LlmError({
      kind: 'usage',
      message: `${neutraliseLine(first)} is the short name of a model, not a backend.`,
      hint: `A model of Ollama that is called so is ${neutraliseLine(`${usualBackend}/${typed}`)}`,
    });
  const isName =
    backend === usualBackend
      ? isOllamaName(model)
      : backend !== fileBackend || parseHubName(model, rules.hubHosts) !== undefined;
  if (isName) return name;
  throw new LlmError({
    kind: 'usage',
    message: `${JSON.stringify(neutraliseLine(typed))} names no model that can be pulled.`,
    hint: 'Such a name is qwen2.5:3b, hf.co/USER/REPO:QUANT or hf:USER/REPO:QUANT.',
  });
}

/** The backend and the model of a full name. */
export function splitName(fullName: string): {backend: string; model: string} {
  const slash = fullName.indexOf('/');
  return {backend: fullName.slice(0, slash), model: fullName.slice(slash + 1)};
}

/** `[HOST[:PORT]/][USER/]MODEL[:TAG]`: https://github.com/ollama/ollama/blob/main/types/model/name.go */
function isOllamaName(name: string): boolean {
  const part = String.raw`\w[\w.-]*`;
  return new RegExp(String.raw`^(https?://)?(${part}(:\d+)?/)?(${part}/){0,2}${part}(:${part})?$`).test(name);
}
