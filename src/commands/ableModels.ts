import {type Ability, isLacking, takesInstructions} from '../core/abilities.ts';
import type {Model} from '../core/backend.ts';
import {within} from '../core/within.ts';
import type {CommandContext} from './command.ts';
import {fullName} from './modelNames.ts';
import {modelsInTime} from './modelsInTime.ts';

/** How many models are named, and how many that do not tell in the list are looked at to find them. */
const named = 3;
const lookedAt = 8;
/** How long looking for them may take, in ms. */
const patienceMs = 1_500;

/**
 * Full names of up to three other models that can be asked without cost and are known to have an ability, the loaded
 * ones and those of the same backend first. Never fails, and takes no longer than 1.5 s.
 */
export async function ableModels(context: CommandContext, ability: Ability): Promise<readonly string[]> {
  const {model: current} = context.session.snapshot().conversation;
  const found: {name: string; place: number}[] = [];
  const search = async (): Promise<void> => {
    const models = (await modelsInTime(context))
      .filter(model => fullName(model) !== current && mayHave(ability, model))
      .sort((a, b) => rank(b, current, ability) - rank(a, current, ability))
      .slice(0, lookedAt);
    await Promise.all(
      models.map(async (model, place) => {
        const name = fullName(model);
        const facts = await context.modelFacts(name).catch(() => undefined);
        if (facts?.model.capabilities?.includes(ability) && !isLacking(ability, facts))
          found.push({name, place});
      }),
    );
  };
  await within(
    search().catch(() => {}),
    patienceMs,
  );
  return found
    .sort((a, b) => a.place - b.place)
    .slice(0, named)
    .map(({name}) => name);
}

function mayHave(ability: Ability, model: Model): boolean {
  const {capabilities, lacks} = model;
  return (
    takesInstructions(model) &&
    lacks?.includes(ability) !== true &&
    (capabilities === undefined || capabilities.includes('chat'))
  );
}

function rank({backend, loaded, capabilities}: Model, current: string, ability: Ability): number {
  return (
    (capabilities?.includes(ability) ? 4 : 0) + (loaded ? 2 : 0) + (current.startsWith(`${backend}/`) ? 1 : 0)
  );
}
