import {type LlmError, toLlmError} from '../core/errors.ts';
import {createPullMeter, type PullFigures, type PullProgress} from '../core/pull.ts';
import type {Session} from '../core/session.ts';
import {shownModel} from '../core/shownModel.ts';
import {type CommandResult, say} from './command.ts';
import {describeStep, type HowToTake, type NextStep, type OfferedModel} from './nextStep.ts';

/** What the steps are done with. */
export type SetupPort = {
  /** The step that this machine as it is calls for. Never fails. */
  next(): Promise<NextStep>;
  /** Starts the server that is installed; resolves when it answers. Throws `LlmError`. */
  startServer(signal: AbortSignal): Promise<void>;
  /** Fetches the embedded engine. Throws `LlmError`. */
  installEngine(signal: AbortSignal): Promise<void>;
  /** Pulls a model, and returns its full name. Throws `LlmError`. */
  pull(
    model: OfferedModel,
    signal: AbortSignal,
    onProgress: (progress: PullProgress) => void,
  ): Promise<string>;
};

/** What is under way. */
export type SetupWork = {
  readonly kind: 'starting' | 'pulling' | 'fetching';
  /** Of what: for people. */
  readonly name: string;
  /** ms since 1970. */
  readonly started: number;
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
  subscribe(listener: () => void): () => void;
};

export type FirstStepsSettings = {
  session: Pick<Session, 'snapshot' | 'use'>;
  port: SetupPort;
  /** How often listeners hear of bytes that have come, in ms. */
  pauseMs?: number;
  now?: () => number;
};

/** Offers nothing until somebody looks. */
export function createFirstSteps({
  session,
  port,
  pauseMs = 250,
  now = Date.now,
}: FirstStepsSettings): FirstSteps {
  const listeners = new Set<() => void>();
  let offered: {step: NextStep; model: string} | null = null;
  let work: SetupWork | null = null;
  let controller: AbortController | null = null;
  let ended: Promise<unknown> = Promise.resolve();
  let toldAt = 0;

  const tell = (): void => {
    toldAt = now();
    for (const listener of listeners) listener();
  };
  const currentModel = (): string => session.snapshot().conversation.model;

  const look = async (): Promise<NextStep> => {
    const step = await port.next();
    offered = {step, model: currentModel()};
    tell();
    return step;
  };

  /** Does something that takes its time, and shows that it does. */
  const during = async <T>(
    kind: SetupWork['kind'],
    name: string,
    run: (signal: AbortSignal) => Promise<T>,
  ): Promise<T> => {
    const own = new AbortController();
    controller = own;
    work = {kind, name, started: now()};
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

  const use = (model: string, before = ''): CommandResult => {
    offered = null;
    session.use(model);
    tell();
    return say(`${before}The next answers come from ${shownModel(model)}.`, 'success');
  };

  const pull = async (model: OfferedModel): Promise<CommandResult> => {
    const meter = createPullMeter(now);
    const name = await during('pulling', model.title, signal =>
      port.pull(model, signal, progress => {
        const figures = meter(progress);
        if (!work) return;
        work = {...work, figures};
        if (now() - toldAt >= pauseMs) tell();
      }),
    );
    return use(name, `${model.title} is there. `);
  };

  /** Goes on after a step that was only the way to another. */
  const goOn = async (done: string, how: HowToTake): Promise<CommandResult> => {
    const next = await look();
    return next.type === 'use'
      ? use(next.model, `${done} `)
      : say(`${done} ${describeStep(next, how)}`, 'success');
  };

  const carryOut = async (step: NextStep, how: HowToTake): Promise<CommandResult> => {
    switch (step.type) {
      case 'use':
        return use(step.model);
      case 'start':
        await during('starting', step.server, port.startServer);
        return goOn(`${step.server} runs.`, how);
      case 'engine':
        await during('fetching', 'the embedded engine', port.installEngine);
        return goOn('The embedded engine is installed.', how);
      case 'pull':
        return pull(step.pull);
      case 'advice':
        return say(step.text);
    }
  };

  const offer = (): NextStep | null => {
    if (work || !offered || offered.step.type === 'advice') return null;
    // Whoever has chosen a model has taken another way.
    return offered.model === currentModel() ? offered.step : null;
  };

  return {
    look,
    async afterFailure(error) {
      if (error.kind !== 'engine' && error.kind !== 'file') return undefined;
      const wasOffered = offered !== null && offered.model === currentModel();
      const step = await port.next();
      // A damaged file of the person's own is no reason to offer anything.
      if (!wasOffered && step.type !== 'engine') return undefined;
      offered = {step, model: currentModel()};
      tell();
      return step;
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
        return say(step.type === 'pull' ? `Stopped; what has come is kept. ${how} goes on.` : 'Stopped.');
      }
    },
    async stop() {
      controller?.abort();
      await ended;
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
