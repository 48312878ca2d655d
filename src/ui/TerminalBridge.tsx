import {type SuspendTerminal, useApp, useStdout} from 'ink';
import {useLayoutEffect} from 'react';

/** What only Ink's hooks give: writing above the live region, and handing the terminal to someone else. */
export type TerminalPort = {write(text: string): void; suspend: SuspendTerminal};

/** Draws nothing; hands Ink's terminal functions to the code outside of React. */
export function TerminalBridge({onReady}: {onReady(port: TerminalPort): void}) {
  const {write} = useStdout();
  const {suspendTerminal} = useApp();
  // biome-ignore lint/correctness/useExhaustiveDependencies: Ink's functions stay the same while it is mounted
  useLayoutEffect(() => onReady({write, suspend: suspendTerminal}), []);
  return null;
}
