import {RowsScreen} from '../RowsScreen.tsx';
import {type FullScreenSettings, showFullScreen} from '../showFullScreen.tsx';
import {createManager} from './createManager.ts';
import type {ManagerSettings} from './manager.ts';

export type OpenManagerSettings = Pick<ManagerSettings, 'shelf' | 'styles' | 'bindings' | 'current'> &
  Omit<FullScreenSettings, 'open'>;

/** How often it is looked again at what is loaded, in ms. */
const tickMs = 2_000;

/**
 * Shows the models on the alternate screen until the person leaves. Resolves with the full name of the one that the chat
 * is to go on with, if any. The terminal must be free.
 */
export async function openManager(settings: OpenManagerSettings): Promise<string | undefined> {
  let chosen: string | undefined;
  await showFullScreen({
    ...settings,
    open(host) {
      const manager = createManager({
        ...settings,
        ...host,
        now: Date.now,
        close(name) {
          chosen = name;
          host.close();
        },
      });
      const timer = setInterval(manager.tick, tickMs);
      return {
        ...manager,
        element: <RowsScreen source={manager} />,
        end() {
          clearInterval(timer);
          manager.end();
        },
      };
    },
  });
  return chosen;
}
