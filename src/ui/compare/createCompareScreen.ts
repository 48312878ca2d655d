import {type CompareAction, compareAction} from '../../commands/compareKeys.ts';
import type {ComparisonPane, PaneTurn} from '../../core/compare/createComparison.ts';
import type {Verdict} from '../../core/compare/vote.ts';
import {describeError, toLlmError} from '../../core/errors.ts';
import {neutraliseLine} from '../../core/neutralise.ts';
import type {Intent} from '../composer/createComposer.ts';
import {graphemeSpans} from '../composer/graphemes.ts';
import type {KeyEvent} from '../keys/parseKeys.ts';
import {castVote} from './castVote.ts';
import {type CompareLayout, isSameLayout, layOutCompare} from './compareLayout.ts';
import type {CompareSettings} from './compareSettings.ts';
import {createBallot} from './createBallot.ts';
import {createOverlay} from './createOverlay.ts';
import {createPaneView, type PaneView} from './createPaneView.ts';
import {createRowFiller} from './createRowFiller.ts';
import {type DrawnPane, headingRows} from './drawCompare.ts';
import {type CompareFrame, drawFrame, roomFor} from './drawFrame.ts';
import {modelRequest} from './modelRequest.ts';
import {createPaneFigures, type PaneFigures} from './paneFigures.ts';

/** The most panes that are compared. */
export const mostPanes = 6;

/** The panes without a screen: what its rows are, and what keys do to them. */
export type CompareScreen = {
  press(event: Exclude<KeyEvent, {type: 'reply'}>): void;
  resize(columns: number, rows: number): void;
  restyle(): void;
  /** What is to be seen now; the same object until something changes. */
  frame(): CompareFrame;
  subscribe(listener: () => void): () => void;
  end(): void;
};

/** Opens the panes, and has them answer the prompt when there is one; else it is asked for. */
export function createCompareScreen(settings: CompareSettings): CompareScreen {
  const {comparison, styles, bindings, composer, picker} = settings;
  const listeners = new Set<() => void>();
  const ballot = createBallot(comparison, settings.random);
  const shown = new Map<number, {view: PaneView; figures: PaneFigures}>();
  let {size} = settings;
  let focus = 0;
  let isComposing = comparison.firstPrompt() === null;
  let isZoomed = false;
  let isSynced = false;
  let hasThinking = false;
  let isLeaving = false;
  let notice = '';
  let frame: CompareFrame | undefined;
  /** The panes as they were drawn last, while nothing but the composer has changed. */
  let drawn: {panes: readonly DrawnPane[]; layout: CompareLayout} | undefined;
  const fill = createRowFiller();

  const redraw = (): void => {
    frame = undefined;
    for (const listener of listeners) listener();
  };
  const changed = (): void => {
    drawn = undefined;
    redraw();
  };
  const say = (text: string): void => {
    notice = neutraliseLine(text);
    changed();
  };
  const fail = (thrown: unknown): void => say(describeError(toLlmError(thrown, 'usage')));

  const overlay = createOverlay({ballot, focus: () => focus, styles, hasChat: settings.hasChat});
  const focused = (): ComparisonPane | undefined => ballot.panes()[focus];
  const viewOf = (pane: ComparisonPane): {view: PaneView; figures: PaneFigures} => {
    const known = shown.get(pane.id);
    if (known) return known;
    const view = createPaneView({
      session: pane.session,
      first: comparison.firstPrompt,
      isOwn: comparison.isOwn,
      styles,
      markdown: settings.markdown,
    });
    view.setThinking(hasThinking);
    const made = {view, figures: createPaneFigures()};
    shown.set(pane.id, made);
    return made;
  };

  const layout = (): CompareLayout => {
    const room = roomFor({size, isComposing, composer: composer.snapshot(), picker: picker.snapshot()});
    return layOutCompare(
      ballot.panes().length,
      {columns: size.columns - 1, rows: room.panes},
      focus,
      isZoomed,
    );
  };
  /** Panes that are gone are not followed any more, and those that are seen fit their boxes. */
  const arrange = (): CompareLayout => {
    const panes = ballot.panes();
    for (const [id, {view}] of shown) {
      if (panes.some(pane => pane.id === id)) continue;
      view.end();
      shown.delete(id);
    }
    focus = Math.max(0, Math.min(focus, panes.length - 1));
    const placed = layout();
    for (const [index, {width, height}] of placed.boxes) {
      const pane = panes[index];
      const heading = headingRows(placed.arrangement);
      if (pane) viewOf(pane).view.setSize(Math.max(8, width), Math.max(1, height - heading));
    }
    return placed;
  };

  const report = (turns: readonly PaneTurn[]): void => {
    for (const {turn} of turns) for (const warning of turn.warnings) say(warning);
    changed();
  };
  const follow = (work: Promise<readonly PaneTurn[] | PaneTurn | undefined>): void => {
    ballot.clear();
    work.then(turns => report(turns ? [turns].flat() : []), fail);
  };

  const send = async (line: string, typed: string): Promise<void> => {
    if (line.startsWith('/') && !line.startsWith('//')) {
      composer.setText(line);
      say('Commands are for the chat. A text that begins with a slash: //…');
      return;
    }
    const prompt = line.replace(/^\/\//, '/');
    try {
      const files = await settings.gatherFiles(typed);
      isComposing = false;
      settings.remember(prompt);
      follow(comparison.send(prompt, files));
    } catch (thrown) {
      composer.setText(line);
      fail(thrown);
    }
    changed();
  };
  const obey = (intent: Intent): void => {
    if (intent.type === 'submit') void send(intent.line, intent.typed);
    if (intent.type !== 'pass') return;
    if (intent.action === 'stop' || intent.action === 'cancel') {
      if (comparison.firstPrompt() === null) leave();
      else isComposing = false;
    } else if (intent.action === 'help') overlay.openHelp();
  };

  const judge = (verdict: Verdict): void => void castVote(ballot, verdict, settings.judge, say).catch(fail);

  const scroll = (by: (view: PaneView) => void): void => {
    const pane = focused();
    for (const each of isSynced ? ballot.panes() : pane ? [pane] : []) by(viewOf(each).view);
  };
  const page = (view: PaneView): number => Math.max(1, view.height() - 2);

  const chooseModel = async (): Promise<void> => {
    const pane = focused();
    say('Looking for models …');
    const models = await settings.listModels().catch(() => []);
    say('');
    const add = (model: string, inPlaceOf?: number): void => {
      const isFull = inPlaceOf === undefined && comparison.panes().length >= mostPanes;
      if (isFull) say(`${mostPanes} panes are the most.`);
      else follow(comparison.add({model}, inPlaceOf).then(() => []));
    };
    const shown = pane && (ballot.isBlind() ? {} : {model: pane.contestant.model});
    picker.open(modelRequest(models, shown, {replace: model => add(model, pane?.id), add}));
  };
  const remove = (): void => {
    const pane = focused();
    if (comparison.panes().length <= 1) leave();
    else if (pane) follow(comparison.remove(pane.id).then(() => []));
  };
  const copy = async (): Promise<void> => {
    const answer = focused()?.answer();
    if (answer) await settings.copy(answer.text.trim()).then(say, fail);
    else say('There is no answer to copy yet.');
  };
  const diff = (): void => {
    const panes = ballot.panes();
    if (panes.length < 2) say('There is no other pane.');
    else overlay.openDiff((focus + 1) % panes.length);
  };
  const promote = (): void => {
    if (comparison.isBusy())
      say(`Esc stops what streams; then p ${settings.hasChat ? 'goes on with' : 'keeps'} this one.`);
    else settings.close({pane: focused(), promoted: true});
  };
  function leave(): void {
    if (comparison.isBusy()) {
      void comparison.stop().then(() => say('Stopped. Esc again leaves.'), fail);
      return;
    }
    isLeaving = true;
  }

  const acts: Record<Exclude<CompareAction, 'best' | 'tie' | 'bad'>, () => void> = {
    next() {
      focus = (focus + 1) % Math.max(1, ballot.panes().length);
    },
    previous() {
      const count = Math.max(1, ballot.panes().length);
      focus = (focus + count - 1) % count;
    },
    up: () => scroll(view => view.scroll(-1)),
    down: () => scroll(view => view.scroll(1)),
    'page-up': () => scroll(view => view.scroll(-page(view))),
    'page-down': () => scroll(view => view.scroll(page(view))),
    start: () => scroll(view => view.goToStart()),
    end: () => scroll(view => view.goToEnd()),
    zoom() {
      isZoomed = !isZoomed;
    },
    sync() {
      isSynced = !isSynced;
      say(isSynced ? 'All panes scroll together.' : 'Each pane scrolls by itself.');
    },
    diff,
    compose() {
      isComposing = true;
    },
    retry() {
      const pane = focused();
      if (pane?.session.snapshot().live) say('It is answering already.');
      else if (pane) follow(comparison.retry(pane.id));
    },
    model: () => void chooseModel(),
    remove,
    blind() {
      ballot.toggleBlind();
      say(ballot.isBlind() ? 'The names are hidden until you have judged.' : 'The names are shown.');
    },
    promote,
    copy: () => void copy(),
    thinking() {
      hasThinking = !hasThinking;
      for (const {view} of shown.values()) view.setThinking(hasThinking);
    },
    help() {
      overlay.openHelp();
    },
    leave,
  };

  const onKey = (key: string): void => {
    const bound = bindings.actionOf(key);
    const action =
      compareAction(key) ?? (bound === 'cancel' ? 'leave' : bound === 'thinking' ? 'thinking' : undefined);
    if (bound === 'suspend') settings.suspend();
    else if (bound === 'redraw') settings.redraw();
    else if (isLeaving) {
      isLeaving = false;
      if (action === 'leave' || key === 'y' || key === 'enter')
        settings.close({pane: focused(), promoted: false});
    } else if (overlay.isOpen()) overlay.press(action, size);
    else if (action === 'best') judge({type: 'best', index: Number(key) - 1});
    else if (action === 'tie' || action === 'bad') judge({type: action});
    else if (action) acts[action]();
  };
  const typeInto = (event: Exclude<KeyEvent, {type: 'reply'}>): void => {
    const action = event.type === 'key' ? bindings.actionOf(event.name) : undefined;
    if (action === 'suspend' || action === 'redraw') settings[action]();
    else if (picker.isOpen()) {
      if (event.type === 'key') picker.press(action, event.name);
      else if (event.type === 'text') picker.type(event.text);
      else picker.paste(event.text);
    } else if (event.type === 'key') {
      if (action) obey(composer.press(action));
    } else if (event.type === 'text') obey(composer.type(event.text));
    else composer.paste(event.text);
  };

  const drawEach = (placed: CompareLayout): readonly DrawnPane[] => {
    const now = settings.now();
    return ballot.panes().map((pane, index) => ({
      number: index + 1,
      name: ballot.nameOf(pane),
      figures: ballot.isBlind() ? [pane.state()] : viewOf(pane).figures(pane, now).map(neutraliseLine),
      rows: placed.boxes.has(index) ? viewOf(pane).view.rows() : [],
      isFocused: index === focus,
      isBest: ballot.isBest(pane),
    }));
  };
  const draw = (): CompareFrame => {
    const placed = arrange();
    if (!drawn || !isSameLayout(drawn.layout, placed)) drawn = {panes: drawEach(placed), layout: placed};
    return drawFrame({
      size,
      styles: styles(),
      fill,
      ...drawn,
      overlay: overlay.shown(size),
      composer: isComposing && !isLeaving && !overlay.isOpen() ? composer.snapshot() : null,
      picker: picker.snapshot(),
      notice,
      isLeaving,
      isBusy: comparison.isBusy(),
      isSynced,
      isZoomed,
      hasChat: settings.hasChat,
    });
  };

  const unfollow = [comparison.subscribe(changed), ...[composer, picker].map(each => each.subscribe(redraw))];
  if (!isComposing) follow(comparison.begin());

  return {
    press(event) {
      notice = '';
      const isTyping = picker.isOpen() || (isComposing && !isLeaving && !overlay.isOpen());
      if (isTyping) typeInto(event);
      else if (event.type === 'key') onKey(event.name);
      else if (event.type === 'text') for (const {text} of graphemeSpans(event.text)) onKey(text);
      if (isTyping) redraw();
      else changed();
    },
    resize(columns, rows) {
      size = {columns, rows};
      changed();
    },
    restyle() {
      for (const {view} of shown.values()) view.restyle();
      changed();
    },
    frame() {
      frame ??= draw();
      return frame;
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    end() {
      for (const stop of unfollow) stop();
      for (const {view} of shown.values()) view.end();
    },
  };
}
