import type {Model, ModelCapability} from '../core/backend.ts';
import {type ThinkLevel, thinkLevels} from '../core/options.ts';
import {type JsonObject, listOf, objectOf, textOf} from './jsonFields.ts';

/** What a server tells of what a model can and cannot do. What it does not tell is in neither list. */
export type Abilities = Pick<Model, 'capabilities' | 'lacks' | 'thinkLevels'>;

/**
 * The abilities of one entry of an OpenAI-style list, beside the `given` ones that its `capabilities` name: OpenRouter
 * and llama.cpp have `architecture.input_modalities`, OpenRouter `supported_parameters`, Mistral and LM Studio
 * `capabilities` with yes and no; in LM Studio's older list a model that sees is a `vlm` and no `llm`.
 */
export function listedAbilities(
  fields: JsonObject,
  given: readonly ModelCapability[] | undefined,
): Abilities {
  const flags = objectOf(fields.capabilities);
  const inputs = objectOf(fields.architecture)?.input_modalities;
  const parameters = fields.supported_parameters;
  const type = textOf(fields.type);
  const answers = new Map<ModelCapability, boolean>();
  if (Array.isArray(inputs)) answers.set('vision', inputs.includes('image'));
  else if (typeof flags?.vision === 'boolean') answers.set('vision', flags.vision);
  else if (type === 'vlm' || type === 'llm') answers.set('vision', type === 'vlm');
  if (Array.isArray(parameters)) {
    const takes = (...names: readonly string[]): boolean => names.some(name => parameters.includes(name));
    answers.set('thinking', takes('reasoning', 'include_reasoning', 'reasoning_effort'));
    answers.set('schema', takes('structured_outputs', 'response_format'));
    answers.set('tools', takes('tools'));
  }
  if (flags?.reasoning === false) answers.set('thinking', false);
  return {
    ...abilitiesOf(given, answers),
    ...levelsOf(listOf(objectOf(flags?.reasoning)?.allowed_options)),
  };
}

/** The same of the one model of llama.cpp, from `GET /props`: its modalities, and its chat template. */
export function propsAbilities(body: unknown): Abilities {
  const props = objectOf(body);
  const {vision} = objectOf(props?.modalities) ?? {};
  const template = textOf(props?.chat_template);
  const answers = new Map<ModelCapability, boolean>();
  if (typeof vision === 'boolean') answers.set('vision', vision);
  if (template !== undefined) {
    if (/<think>|enable_thinking/.test(template)) answers.set('thinking', true);
    // Other templates have other words for it; only one without any of them belongs to a model that does not think.
    else if (!/think|reason|analysis/i.test(template)) answers.set('thinking', false);
  }
  return abilitiesOf(undefined, answers);
}

/** The same for Ollama, which names all that a model can do. Only gpt-oss has levels, and cannot be switched off. */
export function ollamaAbilities(id: string, capabilities: readonly ModelCapability[] | undefined): Abilities {
  if (!capabilities) return {};
  const lacks = (['thinking', 'vision', 'tools'] as const).filter(each => !capabilities.includes(each));
  return {
    capabilities,
    ...(lacks.length > 0 && {lacks}),
    ...(/gpt-?oss/i.test(id) && levelsOf(['low', 'medium', 'high'])),
  };
}

function abilitiesOf(
  given: readonly ModelCapability[] | undefined,
  answers: ReadonlyMap<ModelCapability, boolean>,
): Abilities {
  const has = [...answers].flatMap(([ability, answer]) => (answer ? [ability] : []));
  const lacks = [...answers].flatMap(([ability, answer]) => (answer ? [] : [ability]));
  // What has any of these answers prompts; a server that only says what a model lacks has not said that it does.
  const known = given ?? (has.length > 0 ? (['chat'] as const) : undefined);
  return {
    ...(known && {capabilities: [...new Set([...known, ...has])]}),
    ...(lacks.length > 0 && {lacks}),
  };
}

function levelsOf(options: readonly unknown[]): Pick<Model, 'thinkLevels'> {
  const levels = thinkLevels.filter((level): level is ThinkLevel => options.includes(level));
  // On and off alone are no levels.
  return levels.some(level => level !== 'off') ? {thinkLevels: levels} : {};
}
