import {stripVTControlCharacters} from 'node:util';
import {Box, Text, useCursor, useWindowSize} from 'ink';
import {useLayoutEffect, useMemo, useState, useSyncExternalStore} from 'react';
import stringWidth from 'string-width';
import wrapAnsi from 'wrap-ansi';
import type {Chat} from '../commands/createChat.ts';
import type {FirstSteps} from '../commands/createFirstSteps.ts';
import type {PendingAttachments} from '../commands/createPendingAttachments.ts';
import type {Pulls} from '../commands/createPulls.ts';
import type {KeyBindings} from '../commands/keyBindings.ts';
import {shortStep} from '../commands/nextStep.ts';
import {neutraliseLine} from '../core/neutralise.ts';
import type {Session} from '../core/session.ts';
import {sumCosts} from '../core/sumCosts.ts';
import {Activity, activityWidth, type Busy, busyWith} from './Activity.tsx';
import {ComposerView, composerHeight, composerWidths, promptWidth, visibleRows} from './ComposerView.tsx';
import {clipLines} from './clipLines.ts';
import type {Composer} from './composer/createComposer.ts';
import {createLayouter} from './composer/layout.ts';
import type {ContextGauge} from './createContextGauge.ts';
import type {Invitation} from './createInvitation.ts';
import type {Look} from './createLook.ts';
import {describePulls} from './describePulls.ts';
import {fitRegion} from './fitRegion.ts';
import type {Hint} from './hint.ts';
import type {LiveFrameRecord} from './liveFrame.ts';
import {MenuView, menuWidths} from './MenuView.tsx';
import type {Picker} from './picker/createPicker.ts';
import {pickerCursor, pickerWidths} from './picker/drawPicker.ts';
import {PickerView} from './picker/PickerView.tsx';
import {pickerHeight} from './picker/pickerLayout.ts';
import {StatusLine, statusText} from './StatusLine.tsx';
import type {Styles} from './styles.ts';
import type {Transcript} from './transcript.ts';

export type AppProps = {
  session: Session;
  chat: Chat;
  composer: Composer;
  picker: Picker;
  transcript: Transcript;
  hint: Hint;
  look: Pick<Look, 'styles' | 'subscribe'>;
  frame: LiveFrameRecord;
  gauge: ContextGauge;
  bindings: KeyBindings;
  pulls: Pick<Pulls, 'list' | 'subscribe'>;
  /** What goes with the next prompt. */
  attachments: PendingAttachments;
  /** The way to a first model for real work. */
  firstSteps: Pick<FirstSteps, 'work' | 'subscribe'>;
  invitation: Pick<Invitation, 'snapshot' | 'subscribe'>;
  /** Whether anything may move by itself. */
  motion: boolean;
};

/** The live region: everything below the printed transcript. It always stays shorter than the terminal. */
export function App(props: AppProps) {
  const {
    session,
    chat,
    composer,
    picker,
    transcript,
    hint,
    look,
    frame,
    gauge,
    bindings,
    pulls,
    attachments,
    firstSteps,
    invitation,
    motion,
  } = props;
  const {live, aside, conversation} = useSyncExternalStore(session.subscribe, session.snapshot);
  const queue = useSyncExternalStore(chat.subscribe, chat.queue);
  const {buffer, chips, menu, ghost, note, mode, selection} = useSyncExternalStore(
    composer.subscribe,
    composer.snapshot,
  );
  const list = useSyncExternalStore(picker.subscribe, picker.snapshot);
  const tail = useSyncExternalStore(transcript.subscribe, transcript.tail);
  const thought = useSyncExternalStore(transcript.subscribe, transcript.thought);
  const hintText = useSyncExternalStore(hint.subscribe, hint.snapshot);
  const window = useSyncExternalStore(gauge.subscribe, gauge.snapshot);
  const pulled = useSyncExternalStore(pulls.subscribe, pulls.list);
  const pending = useSyncExternalStore(attachments.subscribe, attachments.pending);
  const work = useSyncExternalStore(firstSteps.subscribe, firstSteps.work);
  const step = useSyncExternalStore(invitation.subscribe, invitation.snapshot);
  const styles = useSyncExternalStore(look.subscribe, look.styles);
  const {columns, rows} = useWindowSize();
  const {setCursorPosition} = useCursor();

  // One column stays free: a line as wide as the terminal would be wrapped by it when the window narrows.
  const width = Math.max(10, columns - 1);
  const [layOut] = useState(createLayouter);
  const composed = layOut(buffer, width - promptWidth, {chips, ghost: markGhost(ghost, styles), selection});
  const size = {rows, columns};
  const talk: Busy | null = live ?? (aside && {...aside, phase: 'aside'});
  const busy: Busy | null = talk ?? (work && busyWith(work));
  const waiting = [...pending.map(({name}) => `+ ${name}`), ...queue.map(line => `⋯ ${line}`)];
  const room = fitRegion({
    terminal: rows,
    composer: list ? pickerHeight(list, size) : composerHeight(composed, note),
    isList: list !== null,
    activity: busy !== null && busy.phase !== 'answering',
    queued: waiting.length,
    menu: list ? null : menu && {items: menu.items.length},
  });
  const shown = visibleRows(composed, room.composer, note);
  const queued = room.queued === 0 ? [] : waiting.slice(-room.queued).map(line => neutraliseLine(line));
  const tailRows = tail.flatMap(line => wrapAnsi(line, width, {hard: true, trim: false}).split('\n'));
  const clipped = clipLines(tailRows, room.tail, count => styles.dim(`⋮ ${count} lines above`));
  const above = clipped.length + (clipped.length > 0 ? 1 : 0) + (room.activity ? 2 : 0) + queued.length;
  const placeholder =
    live || pending.length > 0 ? '' : composerInvitation(step && shortStep(step), bindings.labelOf('send'));
  const activity = {columns: width, thought};
  // What is told in full above is not told again below.
  const shownPull = talk === null && room.activity ? work?.pull : undefined;

  const status = {
    conversation,
    window,
    background: describePulls(pulled.filter(({name}) => name !== shownPull)),
    cost: useMemo(() => sumCosts(conversation.nodes.values()), [conversation.nodes]),
    columns: width,
    isStreaming: live !== null || aside !== null,
    choosing: list?.hints ?? null,
    hint: hintText,
    labelOf: bindings.labelOf,
    mode,
  };

  const cursor = list
    ? pickerCursor(list, size)
    : {row: composed.cursor.row - shown.first, column: promptWidth + composed.cursor.column};
  setCursorPosition({x: cursor.column, y: above + cursor.row});

  useLayoutEffect(() => {
    const own = list ? pickerWidths(list, size) : composerWidths(shown, placeholder);
    frame.set({
      widthsAbove: [
        ...clipped.map(drawnWidth),
        ...(clipped.length > 0 ? [1] : []),
        ...(room.activity && busy ? [activityWidth(busy, activity), 1] : []),
        ...queued.map(line => Math.min(columns, stringWidth(line))),
        ...own.slice(0, cursor.row),
      ],
      cursorColumn: cursor.column,
      widthsBelow: [
        ...own.slice(cursor.row + 1),
        ...(menu && !list ? menuWidths(menu, room.menuItems) : []),
        stringWidth(Object.values(statusText(status)).join('')),
      ].map(each => Math.min(columns, each)),
    });
  });

  return (
    <Box flexDirection="column">
      {clipped.length > 0 && <Text wrap="truncate">{`${clipped.join('\n')}\n `}</Text>}
      {room.activity && busy && <Activity live={busy} styles={styles} motion={motion} {...activity} />}
      {room.activity && <Text> </Text>}
      {queued.map((line, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the same line may wait twice
        <Text key={index} wrap="truncate">
          {styles.dim(line)}
        </Text>
      ))}
      {list ? (
        <PickerView state={list} picker={picker} size={size} styles={styles} />
      ) : (
        <ComposerView shown={shown} placeholder={placeholder} styles={styles} />
      )}
      {menu && !list && room.menuItems > 0 && (
        <MenuView menu={menu} height={room.menuItems} styles={styles} />
      )}
      {room.status && <StatusLine status={status} styles={styles} />}
    </Box>
  );
}

/** What stands where nothing is typed yet. Enter does what was offered, as long as it says so here. */
function composerInvitation(step: string | null, sendKey: string): string {
  return step ? `Ask anything, or ${sendKey}: ${step}` : 'Ask anything';
}

/** Where nothing is painted, brackets tell a suggestion from what is typed. */
function markGhost(ghost: string, {suggestion}: Styles): string {
  return ghost === '' || suggestion(ghost) !== ghost ? ghost : `[${ghost}]`;
}

/** Columns that a line takes on the screen: Ink draws no blanks at the end of one. */
function drawnWidth(line: string): number {
  return stringWidth(stripVTControlCharacters(line).trimEnd());
}
