import type {KeyEvent} from '../keys/parseKeys.ts';
import {createCopier} from './copyBlock.ts';
import {createCamera} from './createCamera.ts';
import {createDocument} from './createDocument.ts';
import {createFinder} from './createFinder.ts';
import {createPage} from './createPage.ts';
import {createSearch} from './createSearch.ts';
import {createSelection, type Found} from './createSelection.ts';
import {drawViewer, type ViewerFrame} from './drawViewer.ts';
import {scrollHelp} from './helpRows.ts';
import type {ViewBlock} from './part.ts';
import {editQuery} from './searchLine.ts';
import type {Viewer, ViewerSettings} from './viewer.ts';
import {type ViewerAction, viewerAction} from './viewerKeys.ts';
import {move, type Place, top} from './viewport.ts';

/** Columns left of the text, for the mark of the selection, and right of it. */
const margins = 3;
/** How far one key moves along lines that are cut, in columns. */
const sideStep = 8;

const graphemes = new Intl.Segmenter(undefined, {granularity: 'grapheme'});

/** Opens the viewer over a session. */
export function createViewer(settings: ViewerSettings): Viewer {
  const {session, bindings, place: begin} = settings;
  const listeners = new Set<() => void>();
  let size = settings.size;
  let isRaw = false;
  let wraps = true;
  let offset = 0;
  let allThinking = false;
  /** The row with which the overview of the keys begins, while it is shown. */
  let help: number | undefined;
  let notice = '';
  /** What is typed into the search line, and where the window stood before. */
  let typing: {query: string; from: Place} | undefined;
  let frame: ViewerFrame | undefined;

  const {markdown, styles} = settings;
  const look = () => ({
    markdown,
    codeNumber: settings.codeNumber ?? (() => undefined),
    styles: styles(),
    width: Math.max(8, size.columns - margins),
    isRaw,
  });
  const height = (): number => Math.max(1, size.rows - 1);
  const document = createDocument(look(), id => settings.detail?.(id));
  const page = createPage(document, () => ({width: look().width, wraps, offset, dim: styles().dim}));
  const camera = createCamera(page, document, height, begin.at === undefined && begin.search === undefined);
  const selection = createSelection(page, document, camera);
  const search = createSearch(document.count, document.message);

  const changed = (): void => {
    frame = undefined;
    for (const listener of listeners) listener();
  };
  const say = (text: string): void => {
    notice = text;
    changed();
  };
  const copier = createCopier(settings.copy, say);
  const restyle = (): void => camera.keep(() => document.setLook(look()));
  const scroll = (rows: number): void => {
    if (document.count() > 0) camera.goTo(move(page, camera.top(), rows));
  };

  const update = (): void => {
    const follows = camera.follow(() => {
      const from = document.update(session.snapshot());
      if (from !== undefined) search.changed(from);
      return from !== undefined;
    });
    if (follows) changed();
  };

  /** What is selected, as long as it is in sight: what nobody sees is not meant. */
  const chosen = (): Found | undefined => {
    const found = selection.selected();
    return selection.inSight().some(({block}) => block.key === found?.block.key) ? found : undefined;
  };
  const setOpen = ({key}: ViewBlock, isOpen: boolean): void =>
    camera.keep(() => document.setOpen(key, isOpen));
  const fold = (): void => {
    const found = chosen() ?? selection.inSight().find(({block}) => block.isOpen !== undefined);
    if (found?.block.isOpen === undefined) say('There is nothing to open or to close here.');
    else {
      setOpen(found.block, !found.block.isOpen);
      camera.show(found.place);
    }
  };

  const finder = createFinder({page, document, camera, search, height, setOpen});
  /** Goes to a match and selects the block that it stands in, so that `c` copies it. */
  const selectMatch = (go: () => void): void => {
    go();
    const found = finder.found();
    if (found) selection.mark(found);
  };
  const stepMatch = (by: number): void => {
    if (search.pattern()) selectMatch(() => finder.step(by));
    else say('/ searches.');
  };

  const nextTurn = (forward: boolean): void => {
    const {message, part, row} = camera.top();
    let index = forward ? message + 1 : part > 0 || row > 0 ? message : message - 1;
    while (index > 0 && index < document.count() && !document.isPrompt(index)) index += forward ? 1 : -1;
    if (index >= document.count()) camera.goToEnd();
    else camera.goTo({message: Math.max(0, index), part: 0, row: 0});
  };

  /** The answer that is selected or looked at: a prompt stands for its answer. */
  const currentAnswer = (): number | undefined => {
    const sight = camera.sight();
    const place = chosen()?.place ?? sight[Math.floor(sight.length / 2)];
    if (!place) return undefined;
    const next = place.message + 1;
    return document.isPrompt(place.message) && next < document.count() ? next : place.message;
  };
  const showError = (): void => {
    const answer = currentAnswer();
    const part =
      answer === undefined ? -1 : document.parts(answer).findIndex(({block}) => block.kind === 'error');
    const inAnswer = answer === undefined ? undefined : page.partAt(answer, part)?.block;
    const found =
      selection.inSight().find(({block}) => block.kind === 'error') ??
      (answer !== undefined && inAnswer
        ? {block: inAnswer, place: {message: answer, part, row: 0}}
        : undefined);
    if (!found) say('No answer here has failed.');
    else {
      setOpen(found.block, !found.block.isOpen);
      selection.select(found);
    }
  };
  const copyAnswer = (): void => {
    const answer = currentAnswer();
    if (answer !== undefined) copier.message(document.message(answer));
  };
  const copy = (): void => {
    const found = chosen();
    if (found) copier.block(found.block);
    else say('Tab selects a block for c; C copies the whole answer.');
  };

  const setMarkdown = (): void => {
    isRaw = !isRaw;
    restyle();
    say(isRaw ? 'Answers as raw markdown.' : 'Answers rendered.');
  };
  const setWraps = (next: boolean): void => {
    camera.keep(() => {
      wraps = next;
      offset = 0;
    });
    say(wraps ? 'Long lines of code are wrapped.' : 'Long lines of code are cut; ← → move along them.');
  };
  const setThinking = (): void => {
    allThinking = !allThinking;
    camera.keep(() => document.setAllThinking(allThinking));
  };

  const acts: Record<ViewerAction, () => void> = {
    up: () => scroll(-1),
    down: () => scroll(1),
    'page-up': () => scroll(-Math.max(1, height() - 2)),
    'page-down': () => scroll(Math.max(1, height() - 2)),
    'half-up': () => scroll(-Math.max(1, height() >> 1)),
    'half-down': () => scroll(Math.max(1, height() >> 1)),
    start: () => camera.goTo(top),
    end: camera.goToEnd,
    'previous-turn': () => nextTurn(false),
    'next-turn': () => nextTurn(true),
    'previous-block': () => selection.next(false),
    'next-block': () => selection.next(true),
    fold,
    thinking: setThinking,
    markdown: setMarkdown,
    wrap: () => setWraps(!wraps),
    left() {
      offset = Math.max(0, offset - sideStep);
    },
    right() {
      if (wraps) setWraps(false);
      else if (page.isCutAt(camera.sight())) offset += sideStep;
    },
    search() {
      typing = {query: '', from: camera.top()};
    },
    'next-match': () => stepMatch(1),
    'previous-match': () => stepMatch(-1),
    copy,
    'copy-answer': copyAnswer,
    error: showError,
    help() {
      help = 0;
    },
    leave: () => (search.pattern() ? search.setQuery('') : settings.close()),
    close: settings.close,
  };

  const type = (event: KeyEvent): void => {
    if (!typing) return;
    const {from} = typing;
    const edited = editQuery(typing.query, event);
    if (edited.type === 'none') return;
    typing = edited.type === 'changed' ? {query: edited.query, from} : undefined;
    if (edited.type === 'done') {
      selectMatch(() => {});
      return;
    }
    search.setQuery(edited.type === 'changed' ? edited.query : '');
    camera.goTo(from);
    finder.seek(from);
  };
  const onKey = (key: string): void => {
    const bound = bindings.actionOf(key);
    const action = viewerAction(key);
    if (bound === 'suspend') settings.suspend();
    else if (bound === 'redraw') settings.redraw();
    else if (help !== undefined) help = scrollHelp(help, action, height(), size.columns - 1);
    else if (action) acts[action]();
    else if (bound === 'view' || bound === 'cancel') settings.close();
    else if (bound === 'thinking' || bound === 'markdown' || bound === 'help') acts[bound]();
  };
  /** These act also while a search is typed. */
  const isForTerminal = (event: KeyEvent): boolean =>
    event.type === 'key' && ['suspend', 'redraw'].includes(bindings.actionOf(event.name) ?? '');

  document.update(session.snapshot());
  const at = begin.at === undefined ? -1 : document.indexOf(begin.at);
  if (at === -1) camera.goToEnd();
  else camera.goTo({message: at, part: 0, row: 0});
  if (begin.search) {
    search.setQuery(begin.search);
    finder.seek(at === -1 ? top : camera.top());
    if (search.count() === 0) notice = 'Nothing fits the search.';
  }
  const unfollow = session.subscribe(update);

  return {
    press(event) {
      if (event.type === 'reply') return;
      notice = '';
      // What is typed fast comes as one: the first of it may open the search, for the rest.
      if (event.type === 'text') {
        for (const {segment} of graphemes.segment(event.text)) {
          if (typing) type({type: 'text', text: segment});
          else onKey(segment);
        }
      } else if (typing && !isForTerminal(event)) type(event);
      else if (event.type === 'key') onKey(event.name);
      changed();
    },
    resize(columns, rows) {
      if (columns === size.columns && rows === size.rows) return;
      camera.keep(() => {
        size = {columns, rows};
        document.setLook(look());
      });
      changed();
    },
    restyle() {
      restyle();
      changed();
    },
    frame() {
      frame ??= drawViewer({
        page,
        document,
        search,
        styles: styles(),
        size,
        sight: camera.sight(),
        isAtEnd: camera.isAtEnd(),
        selected: selection.key(),
        query: typing?.query,
        help,
        notice,
        title: session.snapshot().conversation.title,
      });
      return frame;
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    end: unfollow,
  };
}
