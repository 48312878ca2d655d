const stopSignals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** The exit statuses of a program that a signal has stopped. */
export const signalStatus: Partial<Record<NodeJS.Signals, number>> = {
  SIGHUP: 129,
  SIGINT: 130,
  SIGTERM: 143,
};

export type StopSignals = {
  /** The exit status by the first signal that came; undefined as long as none has. */
  status(): number | undefined;
  /** Leaves signals to what they do by themselves again. */
  release(): void;
};

/** Calls `onSignal` for each signal that asks the program to stop, in place of its end. */
export function onStopSignal(onSignal: (signal: NodeJS.Signals) => void): StopSignals {
  let first: NodeJS.Signals | undefined;
  const listener = (signal: NodeJS.Signals): void => {
    first ??= signal;
    onSignal(signal);
  };
  for (const signal of stopSignals) process.on(signal, listener);
  return {
    status: () => first && (signalStatus[first] ?? 1),
    release() {
      for (const signal of stopSignals) process.off(signal, listener);
    },
  };
}
