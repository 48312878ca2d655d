import {LlmError} from '../../core/errors.ts';
import {neutraliseLine} from '../../core/neutralise.ts';
import type {HubRepository} from './createHub.ts';
import type {HubVariant} from './hubFiles.ts';
import type {HubName} from './hubName.ts';
import {pulledId} from './pulledModels.ts';
import {isSameQuantisation} from './quantisation.ts';

/**
 * The model of a repository that a name means; undefined where it names none of them. Throws `model-unknown` with what
 * there is.
 */
export function namedVariant(name: HubName, repository: HubRepository): HubVariant | undefined {
  const {models} = repository;
  if (models.length === 0)
    throw new LlmError({
      kind: 'model-unknown',
      message: `${name.repo} has no GGUF file.`,
      hint: `Others have converted it, perhaps: llm models search ${name.repo.split('/')[1]}`,
    });
  if (name.file !== undefined) {
    const wanted = pulledId(name.repo, name.file);
    const found = models.find(({file}) => pulledId(name.repo, file) === wanted);
    return found ?? reject(`${name.repo} has no model ${neutraliseLine(name.file)}.`, repository);
  }
  if (name.quant === undefined) return undefined;
  const wanted = name.quant;
  const exact = models.filter(({quantisation = ''}) => quantisation === wanted.toUpperCase());
  const same = models.filter(({quantisation = ''}) => isSameQuantisation(quantisation, wanted));
  const [found, other] = exact.length > 0 ? exact : same;
  if (!found) return reject(`${name.repo} has no quantisation ${neutraliseLine(wanted)}.`, repository);
  if (!other) return found;
  return reject(
    `${name.repo} has several models in ${neutraliseLine(wanted)}: name the file.`,
    repository,
    exact.length > 0 ? exact : same,
  );
}

function reject(
  message: string,
  {repo, models}: HubRepository,
  shown: readonly HubVariant[] = models,
): never {
  const names = shown.map(variant =>
    variant.quantisation === undefined || shown !== models
      ? `hf:${repo}/${variant.file}`
      : variant.quantisation,
  );
  const rest = names.length > 12 ? ` and ${names.length - 12} more` : '';
  throw new LlmError({
    kind: 'model-unknown',
    message,
    hint: `It has: ${neutraliseLine([...new Set(names)].slice(0, 12).join(', '))}${rest}.`,
  });
}
