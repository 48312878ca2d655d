import type {Conversation} from '../../core/conversation.ts';
import type {Session, SessionState} from '../../core/session.ts';
import type {MarkdownStream} from '../../markdown/markdownStream.ts';
import type {Styles} from '../styles.ts';
import {createCamera} from '../viewer/createCamera.ts';
import {createDocument} from '../viewer/createDocument.ts';
import {createPage} from '../viewer/createPage.ts';
import {createSearch} from '../viewer/createSearch.ts';
import {move, top} from '../viewer/viewport.ts';
import {paneHint} from './paneHint.ts';

/** What one pane shows: the conversation of its session from the first compared prompt on, wrapped to its width. */
export type PaneView = {
  setSize(columns: number, rows: number): void;
  restyle(): void;
  /** The rows in sight, styled, each at most as wide as the pane; fewer than its height at the end of the text. */
  rows(): readonly string[];
  height(): number;
  /** Moves by rows. */
  scroll(by: number): void;
  goToStart(): void;
  goToEnd(): void;
  isAtEnd(): boolean;
  setThinking(isOpen: boolean): void;
  /** Stops following the session. */
  end(): void;
};

export type PaneViewSettings = {
  session: Session;
  /** The prompt that is shown first; null while there is none. */
  first(): string | null;
  /** Whether a message after it is shown; what is the same in all panes is not. */
  isOwn(messageId: string): boolean;
  styles(): Styles;
  markdown(width: number): MarkdownStream;
};

/** Shows a session, its end first, and follows it there. */
export function createPaneView({session, first, isOwn, styles, markdown}: PaneViewSettings): PaneView {
  let size = {columns: 40, rows: 10};
  const look = () => ({
    markdown,
    styles: styles(),
    width: size.columns,
    isRaw: false,
    hidesFigures: true,
    wordHint: paneHint,
    codeNumber: () => undefined,
  });
  const document = createDocument(look(), () => undefined);
  const page = createPage(document, () => ({
    width: size.columns,
    wraps: true,
    offset: 0,
    dim: styles().dim,
  }));
  const camera = createCamera(page, document, () => size.rows, true);
  const search = createSearch(document.count, document.message);
  let cut: {from: Conversation; first: string | null; to: Conversation} | undefined;

  /** The state without what came before the first message. */
  const shown = (state: SessionState): SessionState => {
    const {conversation} = state;
    const id = first();
    if (cut?.from !== conversation || cut.first !== id)
      cut = {from: conversation, first: id, to: onlyOwn(conversation, id, isOwn)};
    return {...state, conversation: cut.to};
  };
  const update = (): void => {
    camera.follow(() => document.update(shown(session.snapshot())) !== undefined);
  };
  const relay = (): void => camera.keep(() => document.setLook(look()));

  const unfollow = session.subscribe(update);
  document.update(shown(session.snapshot()));
  camera.goToEnd();
  const paints = {match: (text: string) => text, current: (text: string) => text};

  return {
    setSize(columns, rows) {
      if (columns === size.columns && rows === size.rows) return;
      const isNarrower = columns !== size.columns;
      camera.keep(() => {
        size = {columns, rows};
        if (isNarrower) document.setLook(look());
      });
    },
    restyle: relay,
    rows: () =>
      camera.sight().map(({message, part, row}) => page.row(message, part, row, search, paints).text),
    height: () => size.rows,
    scroll(by) {
      if (document.count() > 0) camera.goTo(move(page, camera.top(), by));
    },
    goToStart: () => camera.goTo(top),
    goToEnd: camera.goToEnd,
    isAtEnd: camera.isAtEnd,
    setThinking(isOpen) {
      camera.keep(() => document.setAllThinking(isOpen));
    },
    end: unfollow,
  };
}

/** The conversation as if it began with a message, without what others said after it. */
function onlyOwn(
  conversation: Conversation,
  first: string | null,
  isOwn: (messageId: string) => boolean,
): Conversation {
  const nodes = [...conversation.nodes.values()]
    .filter(({id}) => id === first || isOwn(id))
    .map(node => (node.id === first ? {...node, parent: null} : node));
  return {...conversation, nodes: new Map(nodes.map(node => [node.id, node]))};
}
