import type {Pulls} from '../commands/createPulls.ts';
import {neutraliseLine} from '../core/neutralise.ts';
import type {Io} from './io.ts';

/**
 * Runs a chat. Pulls end with it, however that ends; what has come of them is kept, and the next chat can go on with
 * them by this command.
 */
export async function withPulls<T>(
  pulls: Pulls,
  command: string,
  {stderr}: Pick<Io, 'stderr'>,
  chat: () => Promise<T>,
): Promise<T> {
  const running = (): readonly string[] =>
    pulls.list().flatMap(({name, state}) => (state === 'running' ? [neutraliseLine(name)] : []));
  const tell = (names: readonly string[]): void => {
    for (const name of names)
      stderr.write(
        `llm: the pull of ${name} was stopped; what has come is kept: ${command} goes on with it\n`,
      );
  };
  // A program that crashes has no time to wait for anything.
  const onExit = (): void => tell(running());
  process.once('exit', onExit);
  try {
    return await chat();
  } finally {
    const stopped = running();
    process.off('exit', onExit);
    await pulls.close();
    tell(stopped);
  }
}
