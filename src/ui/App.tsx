import {stripVTControlCharacters} from 'node:util';
import {Box, Text, useCursor, useWindowSize} from 'ink';
import {useLayoutEffect, useState, useSyncExternalStore} from 'react';
import stringWidth from 'string-width';
import wrapAnsi from 'wrap-ansi';
import type {Chat} from '../commands/createChat.ts';
import {neutraliseLine} from '../core/neutralise.ts';
import type {Session} from '../core/session.ts';
import {Activity, activityWidth} from './Activity.tsx';
import {ComposerView, promptWidth, visibleRows} from './ComposerView.tsx';
import {clipLines} from './clipLines.ts';
import type {Composer} from './composer/createComposer.ts';
import {createLayouter} from './composer/layout.ts';
import type {ContextGauge} from './createContextGauge.ts';
import {fitRegion} from './fitRegion.ts';
import type {Hint} from './hint.ts';
import type {LiveFrameRecord} from './liveFrame.ts';
import {MenuView, menuWidths} from './MenuView.tsx';
import {StatusLine, statusText} from './StatusLine.tsx';
import type {Styles} from './styles.ts';
import type {Transcript} from './transcript.ts';

export type AppProps = {
  session: Session;
  chat: Chat;
  composer: Composer;
  transcript: Transcript;
  hint: Hint;
  styles: Styles;
  frame: LiveFrameRecord;
  gauge: ContextGauge;
};

/** The live region: everything below the printed transcript. It always stays shorter than the terminal. */
export function App({session, chat, composer, transcript, hint, styles, frame, gauge}: AppProps) {
  const {live, conversation} = useSyncExternalStore(session.subscribe, session.snapshot);
  const queue = useSyncExternalStore(chat.subscribe, chat.queue);
  const {buffer, menu} = useSyncExternalStore(composer.subscribe, composer.snapshot);
  const tail = useSyncExternalStore(transcript.subscribe, transcript.tail);
  const hintText = useSyncExternalStore(hint.subscribe, hint.snapshot);
  const window = useSyncExternalStore(gauge.subscribe, gauge.snapshot);
  const {columns, rows} = useWindowSize();
  const {setCursorPosition} = useCursor();

  // One column stays free: a line as wide as the terminal would be wrapped by it when the window narrows.
  const width = Math.max(10, columns - 1);
  const [layOut] = useState(createLayouter);
  const composed = layOut(buffer, width - promptWidth);
  const wishes = {
    terminal: rows,
    composer: composed.rows.length,
    activity: live !== null && live.phase !== 'answering',
    queued: queue.length,
    menu: menu && {items: menu.items.length},
  };
  const room = fitRegion(wishes);
  const shown = visibleRows(composed, room.composer);
  const queued = room.queued === 0 ? [] : queue.slice(-room.queued);
  const tailRows = tail.flatMap(line => wrapAnsi(line, width, {hard: true, trim: false}).split('\n'));
  const clipped = clipLines(tailRows, room.tail);
  const above = clipped.length + (clipped.length > 0 ? 1 : 0) + (room.activity ? 2 : 0) + queued.length;

  const status = {
    conversation,
    window,
    columns: width,
    isStreaming: live !== null,
    isChoosing: menu?.title !== undefined,
    hint: hintText,
  };

  setCursorPosition({
    x: promptWidth + composed.cursor.column,
    y: above + composed.cursor.row - shown.first,
  });

  useLayoutEffect(() => {
    const composerRow = composed.cursor.row - shown.first;
    frame.set({
      widthsAbove: [
        ...clipped.map(drawnWidth),
        ...(clipped.length > 0 ? [1] : []),
        ...(room.activity && live ? [activityWidth(live), 1] : []),
        ...queued.map(line => Math.min(columns, stringWidth(line) + 2)),
        ...shown.rows.slice(0, composerRow).map(row => drawnWidth(`  ${row.text}`)),
      ],
      cursorColumn: promptWidth + composed.cursor.column,
      widthsBelow: [
        ...shown.rows.slice(composerRow + 1).map(row => drawnWidth(`  ${row.text}`)),
        ...(menu ? menuWidths(menu, room.menuItems) : []),
        stringWidth(Object.values(statusText(status)).join('')),
      ].map(each => Math.min(columns, each)),
    });
  });

  return (
    <Box flexDirection="column">
      {clipped.length > 0 && <Text wrap="truncate">{`${clipped.join('\n')}\n `}</Text>}
      {room.activity && live && <Activity live={live} styles={styles} />}
      {room.activity && <Text> </Text>}
      {queued.map((line, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the same line may wait twice
        <Text key={index} wrap="truncate">
          {styles.dim(`⋯ ${neutraliseLine(line)}`)}
        </Text>
      ))}
      <ComposerView rows={shown.rows} placeholder={live ? '' : 'Ask anything'} styles={styles} />
      {menu && room.menuItems > 0 && <MenuView menu={menu} height={room.menuItems} styles={styles} />}
      {room.status && <StatusLine status={status} styles={styles} />}
    </Box>
  );
}

/** Columns that a line takes on the screen: Ink draws no blanks at the end of one. */
function drawnWidth(line: string): number {
  return stringWidth(stripVTControlCharacters(line).trimEnd());
}
