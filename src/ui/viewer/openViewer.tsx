import {type ChatScreen, lendScreen} from '../lendScreen.ts';
import {RowsScreen} from '../RowsScreen.tsx';
import {type FullScreenSettings, showFullScreen} from '../showFullScreen.tsx';
import {createViewer} from './createViewer.ts';
import type {ViewerSettings} from './viewer.ts';

export type OpenViewerSettings = Pick<
  ViewerSettings,
  'session' | 'styles' | 'markdown' | 'codeNumber' | 'bindings' | 'copy' | 'detail' | 'place'
> &
  Omit<FullScreenSettings, 'open'> &
  ChatScreen;

/** Shows the whole conversation on the alternate screen until the person closes it. */
export async function openViewer(settings: OpenViewerSettings): Promise<void> {
  if (settings.signal.aborted) return;
  await lendScreen(settings, () =>
    showFullScreen({
      ...settings,
      open(host) {
        const viewer = createViewer({...settings, ...host});
        return {...viewer, element: <RowsScreen source={viewer} />};
      },
    }),
  );
}
