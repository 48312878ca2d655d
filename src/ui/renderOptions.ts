import type {RenderOptions} from 'ink';

/**
 * How Ink draws, on both screens: keys are ours, the console is left alone, only what has changed is written, and a typed
 * key waits for no frame rate (30 a second would delay its echo).
 */
export const renderOptions = {
  exitOnCtrlC: false,
  patchConsole: false,
  incrementalRendering: true,
  interactive: true,
  maxFps: 120,
} satisfies RenderOptions;
