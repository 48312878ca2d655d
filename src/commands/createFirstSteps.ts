import {describeError, type LlmError, toLlmError} from '../core/errors.ts';
import {neutraliseLine} from '../core/neutralise.ts';
import type {PullFigures} from '../core/pull.ts';
import type {Session} from '../core/session.ts';
import {type CommandResult, type SettingsPort, say} from './command.ts';
import type {PullEnd, Pulls} from './createPulls.ts';
import {answersComeFrom} from './model.ts';
import {describeStep, type HowToTake, type NextStep, type OfferedModel} from './nextStep.ts';

/** What a machine can do about having no model for real work. */
export type SetupPort = {
  /** The step that this machine as it is calls for. Never fails. */
  next(situation: SetupSituation): Promise<NextStep>;
  /** Starts the server that is installed; resolves when it answers. Throws `LlmError`. */
  startServer(signal: AbortSignal): Promise<void>;
  /** Fetches the embedded engine. Throws `LlmError`. */
  installEngine(signal: AbortSignal): Promise<void>;
};

export type SetupSituation = {
  /** Full name of the model that answers; empty as long as none is known. */
  model: string;
  /** Full names of the models whose pull has begun. */
  begun: readonly string[];
};

/** What is under way. */
export type SetupWork = {
  readonly kind: 'starting' | 'pulling' | 'fetching';
  /** Of what: for people. */
  readonly name: string;
  /** ms since 1970. */
  readonly started: number;
  /** Full name of the model that is pulled: one of all the pulls. */
  readonly pull?: string;
  readonly figures?: PullFigures;
};

/** The way to a first model for real work, a step at a time, each taken by the person. */
export type FirstSteps = {
  /** Looks at the machine and offers what it calls for. */
  look(): Promise<NextStep>;
  /** The same after an answer failed; undefined where no step has to do with that. */
  afterFailure(error: LlmError): Promise<NextStep | undefined>;
  /** What can be taken now; null when nothing is offered, and while something is under way. */
  offer(): NextStep | null;
  work(): SetupWork | null;
  /** Takes the step that is offered; looks for one where none is. Resolves when it is done; throws `LlmError`. */
  take(how: HowToTake): Promise<CommandResult>;
  /** Stops what is under way; resolves when it has ended. */
  stop(): Promise<void>;
  /** The program ends: stops what is under way but a pull, which ends with all the others, and says nothing more. */
  close(): Promise<void>;
  subscribe(listener: () => void): () => void;
};

export type FirstStepsSettings = {
  session: Pick<Session, 'snapshot' | 'use'>;
  port: SetupPort;
  /** All pulls of the program; the one of a step is one of them. */
  pulls: Pick<Pulls, 'list' | 'start' | 'stop' | 'subscribe' | 'onEnd'>;
  /** Where the model that a step led to is remembered. */
  settings: Pick<SettingsPort, 'list' | 'set'>;
  now?: () => number;
};

/** Where a step was taken: whoever is elsewhere by its end has taken another way. */
type Place = {model: string; conversation: string};

/** Offers nothing until somebody looks. */
export function createFirstSteps({
  session,
  port,
  pulls,
  settings,
  now = Date.now,
}: FirstStepsSettings): FirstSteps {
  const listeners = new Set<() => void>();
  const {promise: closed, resolve: close} = Promise.withResolvers<'closed'>();
  let offered: {step: NextStep; model: string} | null = null;
  let work: SetupWork | null = null;
  let controller: AbortController | null = null;
  let ended: Promise<unknown> = Promise.resolve();

  const tell = (): void => {
    for (const listener of listeners) listener();
  };
  const place = (): Place => {
    const {id, model} = session.snapshot().conversation;
    return {model, conversation: id};
  };
  const put = (step: NextStep): NextStep => {
    offered = {step, model: place().model};
    tell();
    return step;
  };

  /** What the machine calls for, and how much of it has come already. */
  const findStep = async (): Promise<NextStep> => {
    const step = await port.next({model: place().model, begun: pulls.list().map(({name}) => name)});
    if (step.type !== 'pull') return step;
    const come = pulls.list().find(({name}) => name === pulledName(step.pull))?.figures?.completed ?? 0;
    return come > 0 ? {...step, pull: {...step.pull, come}} : step;
  };
  const look = async (): Promise<NextStep> => put(await findStep());

  /** Does something that takes its time, and shows that it does. */
  const during = async <T>(
    what: Pick<SetupWork, 'kind' | 'name' | 'pull'>,
    run: (signal: AbortSignal) => Promise<T>,
  ): Promise<T> => {
    const own = new AbortController();
    controller = own;
    work = {...what, started: now()};
    tell();
    try {
      const running = run(own.signal);
      ended = running.catch(() => {});
      return await running;
    } finally {
      controller = null;
      work = null;
      tell();
    }
  };

  /** Has a model answer: here, and from now on wherever none is named. */
  const use = async (model: string, before: readonly string[] = []): Promise<CommandResult> => {
    offered = null;
    session.use(model);
    tell();
    return say([...before, answersComeFrom(model), ...(await remember(model))].join(' '), 'success');
  };
  /** Makes it the model of the settings where they name none, and resolves with what is to be said of that. */
  const remember = async (model: string): Promise<string[]> => {
    try {
      if (settings.list().some(({key}) => key === 'model')) return [];
      await settings.set('model', [model]);
      return ['New chats and runs begin with it from now on; `llm config unset model` forgets it.'];
    } catch (thrown) {
      return [`For the next time it could not be kept: ${describeError(toLlmError(thrown))}`];
    }
  };

  /** Goes on with a model, unless the person has gone elsewhere meanwhile: then it is only said to be there. */
  const arrive = async (model: string, done: string, from: Place): Promise<CommandResult> => {
    const here = place();
    if (here.model === from.model && here.conversation === from.conversation) return use(model, [done]);
    const there = `${done} /model ${neutraliseLine(model)} goes on with it.`;
    offered = null;
    tell();
    // Who has chosen another meanwhile keeps to that one.
    if (here.model !== from.model) return say(there, 'success');
    put({type: 'use', model});
    return say([there, ...(await remember(model))].join(' '), 'success');
  };

  /** Has a model pulled beside all others; resolves when that has ended, in one way or another. */
  const follow = (name: string, signal: AbortSignal): Promise<PullEnd | 'stopped'> => {
    const {promise, resolve} = Promise.withResolvers<PullEnd | 'stopped'>();
    const unfollowEnd = pulls.onEnd(end => end.name === name && resolve(end));
    const unfollow = pulls.subscribe(() => {
      const pull = pulls.list().find(each => each.name === name);
      if (pull?.state === 'stopped') return resolve('stopped');
      if (pull?.state !== 'running' || !pull.figures || pull.figures === work?.figures) return;
      if (work) work = {...work, figures: pull.figures};
      tell();
    });
    signal.addEventListener('abort', () => pulls.stop(name));
    pulls.start(name);
    return promise.finally(() => {
      unfollowEnd();
      unfollow();
    });
  };
  const pull = async (model: OfferedModel, how: HowToTake, from: Place): Promise<CommandResult> => {
    const name = pulledName(model);
    const what = {kind: 'pulling', name: model.title, pull: name} as const;
    const end = await during(what, signal => Promise.race([follow(name, signal), closed]));
    if (end === 'closed') return {type: 'none'};
    if (end === 'stopped') {
      if (offered?.step.type === 'pull' && pulledName(offered.step.pull) === name) put(await findStep());
      return say(`Stopped; what has come is kept. ${how} goes on.`);
    }
    if (end.state === 'failed') throw end.thrown;
    return arrive(end.there, `${model.title} is there.`, from);
  };

  /** Goes on after a step that was only the way to another. */
  const goOn = async (done: string, how: HowToTake, from: Place): Promise<CommandResult> => {
    const next = await findStep();
    if (next.type === 'use') return arrive(next.model, done, from);
    if (next.type === 'ready') {
      offered = null;
      tell();
      return say(`${done} ${answersComeFrom(neutraliseLine(next.model))}`, 'success');
    }
    put(next);
    return say(`${done} ${describeStep(next, how)}`, 'success');
  };

  const carryOut = async (step: NextStep, how: HowToTake): Promise<CommandResult> => {
    const from = place();
    switch (step.type) {
      case 'use':
        return use(step.model);
      case 'start':
        await during({kind: 'starting', name: step.server}, port.startServer);
        return goOn(`${step.server} runs.`, how, from);
      case 'engine':
        await during({kind: 'fetching', name: 'the embedded engine'}, port.installEngine);
        return goOn('The embedded engine is installed.', how, from);
      case 'pull':
        return pull(step.pull, how, from);
      case 'ready':
      case 'advice':
        return say(describeStep(step, how));
    }
  };

  const offer = (): NextStep | null => {
    if (work || !offered || offered.step.type === 'advice' || offered.step.type === 'ready') return null;
    // Whoever has chosen a model has taken another way.
    return offered.model === place().model ? offered.step : null;
  };

  return {
    look,
    async afterFailure(error) {
      if (!['engine', 'file', 'unreachable'].includes(error.kind)) return undefined;
      const wasOffered = offered !== null && offered.model === place().model;
      const step = await findStep();
      if (step.type === 'ready') return undefined;
      // A server that is away is no reason to offer anything but its start.
      if (error.kind === 'unreachable') return step.type === 'start' ? put(step) : undefined;
      // A damaged file of the person's own is no reason to offer anything.
      return wasOffered || step.type === 'engine' ? put(step) : undefined;
    },
    offer,
    work: () => work,
    async take(how) {
      if (work) return say('That is under way already.');
      const step = offer();
      // Nothing is done that was not said before: whoever has a model would not expect another.
      if (!step) return say(describeStep(await look(), how));
      try {
        return await carryOut(step, how);
      } catch (thrown) {
        const error = toLlmError(thrown);
        if (error.kind !== 'cancelled') throw error;
        return say('Stopped.');
      }
    },
    async stop() {
      controller?.abort();
      await ended;
    },
    async close() {
      close('closed');
      if (work?.pull === undefined) controller?.abort();
      await ended;
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

/** The name of an offered model among all pulls. */
function pulledName({backend, name}: OfferedModel): string {
  return `${backend}/${name}`;
}
