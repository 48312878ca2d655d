import {copyTarget} from '../../commands/copyTarget.ts';
import {describeFully} from '../../commands/describeFully.ts';
import {nameToPull, splitName} from '../../commands/managedName.ts';
import type {ManagerAction} from '../../commands/managerKeys.ts';
import type {Backend} from '../../core/backend.ts';
import {asSentence, describeError, toLlmError} from '../../core/errors.ts';
import {formatBytes} from '../../core/figures.ts';
import {neutraliseLine} from '../../core/neutralise.ts';
import {bufferOf} from '../composer/buffer.ts';
import type {Details, Item, ManagerSettings, Mode} from './manager.ts';

/** What the actions need of the manager. */
export type ManagerHands = Pick<ManagerSettings, 'shelf' | 'current'> & {
  selected(): Item | undefined;
  setMode(mode: Mode): void;
  mode(): Mode;
  /** Selects an item that is there, or will be. */
  select(key: string): void;
  say(text: string, tone?: 'info' | 'error'): void;
  /** Asks all backends again. */
  refresh(): Promise<void>;
};

type Managing = 'load' | 'unload' | 'remove' | 'copy';

/** What to say of a backend that cannot do what is asked. */
function unable(label: string): Record<Managing, string> {
  const byItself = `${label} loads models, and lets them go, by itself.`;
  return {
    load: byItself,
    unload: byItself,
    remove: `${label} does not delete models by asking; its own program does.`,
    copy: `${label} gives models no second name. Here, a gives one a short name.`,
  };
}

type ModelItem = Extract<Item, {type: 'model'}>;
type PullItem = Extract<Item, {type: 'pull'}>;

/** Why nothing is done with such a pull. */
export const pulledElsewhere = 'Another llm pulls it; it can be stopped there.';

/** What can be done with the selected model or pull, each by a key. Whatever fails is said, and changes nothing. */
export function createManagerActions(hands: ManagerHands): Partial<Record<ManagerAction, () => void>> {
  const {shelf, say, setMode} = hands;

  const fail = (thrown: unknown): void => say(describeError(toLlmError(thrown)), 'error');
  /** Says what is being done, then what has come of it. */
  const work = async (doing: string, act: () => Promise<void>, done: string): Promise<void> => {
    say(`${doing} …`);
    try {
      await act();
      await hands.refresh();
      say(done);
    } catch (thrown) {
      fail(thrown);
    }
  };
  const withModel = (act: (item: ModelItem, shown: string) => Promise<void>) => (): void => {
    const item = hands.selected();
    if (item?.type === 'model') void act(item, neutraliseLine(item.name)).catch(fail);
    else say(item ? 'This model is not there yet.' : 'No model is selected.');
  };
  /** The backend of a model, if it can do something; else that it cannot is said. */
  const able = async <Name extends Managing>(
    name: string,
    method: Name,
  ): Promise<(Backend & Required<Pick<Backend, Name>>) | undefined> => {
    const backend = await shelf.open(splitName(name).backend);
    if (backend[method]) return backend as Backend & Required<Pick<Backend, Name>>;
    say(asSentence(unable(backend.label)[method]));
    return undefined;
  };
  const ask = (
    type: 'pull' | 'copy' | 'alias',
    question: string,
    submit: (text: string) => void,
    text = '',
  ): void => setMode({type: 'field', field: {type, question, buffer: bufferOf(text), submit}});

  const loading = (method: 'load' | 'unload', doing: string, done: string) =>
    withModel(async ({name}, shown) => {
      const backend = await able(name, method);
      const {signal} = new AbortController();
      if (backend)
        await work(
          `${doing} ${shown}`,
          () => backend[method](splitName(name).model, signal),
          `${shown} is ${done}.`,
        );
    });

  const remove = withModel(async ({name, model}, shown) => {
    if (model.builtIn) {
      say(`${shown} comes with the program, and cannot be deleted.`);
      return;
    }
    const backend = await able(name, 'remove');
    if (!backend) return;
    const size = model.size === undefined ? '' : ` (${formatBytes(model.size)})`;
    const inUse = name === hands.current() ? ' This chat is held with it.' : '';
    setMode({
      type: 'confirm',
      question: `Delete ${shown}${size} from the disk of ${backend.label}?${inUse}`,
      declined: 'Nothing was deleted.',
      confirmed: () =>
        void work(
          `Deleting ${shown}`,
          () => backend.remove(splitName(name).model, new AbortController().signal),
          `${shown} is deleted.`,
        ),
    });
  });

  const copy = withModel(async ({name}, shown) => {
    const backend = await able(name, 'copy');
    if (!backend) return;
    const {backend: id, model} = splitName(name);
    const {signal} = new AbortController();
    const make = async (typed: string): Promise<void> => {
      // Asked anew: what is on the screen may be out of date.
      const {name: target, taken} = copyTarget(typed, id, await backend.models(signal));
      const made = `${id}/${target}`;
      const confirmed = (): void => {
        hands.select(`model ${made.includes(':') ? made : `${made}:latest`}`);
        const done = `${neutraliseLine(made)} is a copy of ${shown}.`;
        void work(`Copying ${shown}`, () => backend.copy(model, target, signal), done);
      };
      if (taken === undefined) confirmed();
      else if (taken === model) say(`${shown} has this name already.`);
      else {
        const question = `${id}/${taken} is there already. Replace it with a copy of ${shown}?`;
        setMode({type: 'confirm', question, declined: 'Nothing was copied.', confirmed});
      }
    };
    ask('copy', `A second name for ${shown}`, typed => void make(typed).catch(fail));
  });

  const favourite = withModel(async ({name}, shown) => {
    const isOne = !shelf.favourites().includes(name);
    await shelf.setFavourite(name, isOne);
    say(isOne ? `★ ${shown} is a favourite.` : `${shown} is no favourite any more.`);
  });

  const alias = withModel(async ({name}, shown) => {
    const [known = ''] = Object.entries(shelf.aliases()).find(([, meant]) => meant === name) ?? [];
    const give = async (typed: string): Promise<void> => {
      if (typed !== '') await shelf.setAlias(typed, name);
      if (known !== '' && known !== typed) await shelf.setAlias(known, null);
      const instead = known !== '' && known !== typed ? `, in place of ${known}` : '';
      if (typed !== '') say(`${typed} means ${shown} from now on${instead}.`);
      else say(`${shown} has no short name${known === '' ? '' : ' any more'}.`);
    };
    const submit = async (typed: string): Promise<void> => {
      const aliases = shelf.aliases();
      const other = Object.hasOwn(aliases, typed) ? aliases[typed] : undefined;
      if (other === undefined || other === name) return give(typed);
      setMode({
        type: 'confirm',
        question: `${typed} means ${other} now. Shall it mean ${shown}?`,
        declined: 'Nothing was changed.',
        confirmed: () => void give(typed).catch(fail),
      });
    };
    const question = `A short name for ${shown}${known === '' ? '' : '; nothing takes it away'}`;
    ask('alias', question, typed => void submit(typed).catch(fail), known);
  });

  const details = withModel(async ({name, model: listed}) => {
    const {backend: id, model} = splitName(name);
    const label = shelf.backend(id)?.label ?? id;
    const show = (change: Partial<Details>): void => {
      const mode = hands.mode();
      const first = mode.type === 'details' ? mode.first : 0;
      // It may have been left meanwhile.
      if (change.state === 'asking' || (mode.type === 'details' && mode.details.name === name))
        setMode({
          type: 'details',
          details: {name, label, model: listed, state: 'known', ...change},
          first,
        });
    };
    show({state: 'asking'});
    try {
      const backend = await shelf.open(id);
      const described = await describeFully(backend, model, new AbortController().signal);
      shelf.learnt(name, described);
      show({model: {...listed, ...described}});
    } catch (thrown) {
      show({error: describeError(toLlmError(thrown))});
    }
  });

  const start = (typed: string): void => {
    try {
      const name = nameToPull(typed, {
        aliases: shelf.aliases(),
        isBackend: id => shelf.backend(id) !== undefined,
        hubHosts: shelf.hubHosts ?? [],
      });
      shelf.pulls.start(name);
      hands.select(`pull ${name}`);
    } catch (thrown) {
      fail(thrown);
    }
  };
  const pull = (): void =>
    ask('pull', 'Pull which model (qwen2.5:3b, hf.co/USER/REPO:QUANT, hf:USER/REPO:QUANT)', start);

  /** The selected pull, else the only one there is of a kind. */
  const pullMeant = (isMeant: (item: PullItem['pull']) => boolean): PullItem['pull'] | undefined => {
    const item = hands.selected();
    if (item?.type === 'pull') return item.pull;
    const [only, ...others] = shelf.pulls.list().filter(isMeant);
    if (only && others.length === 0) return only;
    say(only ? 'Select one of the pulls first; they stand at the top.' : 'There is no such pull.');
    return undefined;
  };
  const stop = (): void => {
    const meant = pullMeant(({state}) => state === 'running');
    if (!meant) return;
    const shown = neutraliseLine(meant.name);
    if (meant.state === 'elsewhere') say(pulledElsewhere);
    else if (meant.state === 'running') {
      shelf.pulls.stop(meant.name);
      say(`The pull of ${shown} is stopped; what has come is kept.`);
    } else {
      shelf.pulls.forget(meant.name);
      say(`${shown} is off the list; what had come stays with its backend.`);
    }
  };
  const resume = (): void => {
    const meant = pullMeant(({state}) => state !== 'running');
    if (meant?.state === 'elsewhere') say(pulledElsewhere);
    else if (meant) {
      say('');
      shelf.pulls.start(meant.name);
    }
  };

  return {
    remove,
    copy,
    favourite,
    alias,
    details,
    pull,
    stop,
    resume,
    load: loading('load', 'Loading', 'loaded'),
    unload: loading('unload', 'Letting go of', 'not loaded any more'),
    refresh: () => void work('Asking all backends', async () => {}, 'This is what they have now.'),
  };
}
