import type {Model} from '../core/backend.ts';
import {usedWindow} from '../core/modelWindow.ts';
import {within} from '../core/within.ts';
import type {CommandContext} from './command.ts';
import {fullName} from './modelNames.ts';
import {modelsInTime} from './modelsInTime.ts';

/** How many models are named, and how many are looked at to find them. */
const named = 3;
const lookedAt = 8;
/** How long looking for them may take, in ms. */
const patienceMs = 1_500;

/**
 * Up to three other models that can be asked without cost and whose window holds so many tokens, the loaded ones and
 * those of the same backend first. Never fails, and takes no longer than 1.5 s.
 */
export async function largerModels(
  context: CommandContext,
  needed: number,
): Promise<readonly {name: string; size: number}[]> {
  const {model: current, options} = context.session.snapshot().conversation;
  const found: {name: string; size: number; place: number}[] = [];
  const search = async (): Promise<void> => {
    const models = (await modelsInTime(context))
      .filter(model => fullName(model) !== current && mayFit(model, needed))
      .sort((a, b) => rank(b, current) - rank(a, current))
      .slice(0, lookedAt);
    await Promise.all(
      models.map(async (model, place) => {
        const window = await context.contextWindow(fullName(model)).catch(() => undefined);
        const {limit} = usedWindow(window, options);
        if (limit !== undefined && limit >= needed) found.push({name: fullName(model), size: limit, place});
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
    .map(({name, size}) => ({name, size}));
}

function mayFit({contextMax, capabilities}: Model, needed: number): boolean {
  return (contextMax ?? needed) >= needed && (capabilities === undefined || capabilities.includes('chat'));
}

function rank({backend, loaded}: Model, current: string): number {
  return (loaded ? 2 : 0) + (current.startsWith(`${backend}/`) ? 1 : 0);
}
