import type {CodeBlocks} from '../commands/createCodeBlocks.ts';
import {emptyAnswer, isEmptyAnswer} from '../core/emptyAnswer.ts';
import type {LivePhase, LiveReply} from '../core/liveReply.ts';
import {neutralise, neutraliseLine} from '../core/neutralise.ts';
import type {SessionState} from '../core/session.ts';
import {waitSeconds} from '../core/waitSeconds.ts';
import {type CodeNotes, createCodeNotes} from './createCodeNotes.ts';
import {spokenFigures} from './describeTurn.ts';

/** Writes the answer that streams as it comes, and on a terminal what is going on before it does. */
export type SpokenReply = {
  /** Brings what was written up to the session's state. */
  follow(state: SessionState): void;
  close(): void;
};

/** The answer that is being written. `written`: how much of its text was, in UTF-16 units. */
type Spoken = {
  id: string;
  code: CodeNotes;
  written: number;
  hasBegun: boolean;
  hasThought: boolean;
  phase: LivePhase;
  /** How many pauses were told of. */
  pauses: number;
};

export type SpokenReplySettings = {
  write(text: string): void;
  /** Where the fenced blocks leave their code. */
  codeBlocks: CodeBlocks;
  /** On a terminal a person waits: it is told what for, the numbers of code blocks, and the figures of the answer. */
  isTerminal: boolean;
  /** After how long a wait is told of, and again, in ms. */
  patienceMs: number;
};

const doing: Readonly<Record<LivePhase, string>> = {
  connecting: 'waiting',
  waiting: 'waiting to ask again',
  loading: 'loading the model',
  reading: 'reading the prompt',
  reasoning: 'thinking',
  answering: 'waiting',
};

export function createSpokenReply({
  write,
  codeBlocks,
  isTerminal,
  patienceMs,
}: SpokenReplySettings): SpokenReply {
  let current: Spoken | null = null;
  let timer: NodeJS.Timeout | undefined;

  const endWait = (): void => {
    clearInterval(timer);
    timer = undefined;
  };
  const beginWait = (): void => {
    let waited = 0;
    timer = setInterval(() => {
      waited += patienceMs;
      write(`Still ${doing[current?.phase ?? 'connecting']}, ${Math.round(waited / 1000)} seconds.\n`);
    }, patienceMs);
  };
  const writeText = (at: Spoken, text: string): void => {
    if (text.length <= at.written) return;
    endWait();
    if (!at.hasBegun) write('Assistant: ');
    at.hasBegun = true;
    const piece = text.slice(at.written);
    at.written = text.length;
    const noted = at.code.push(piece);
    write(neutralise(isTerminal ? noted : piece));
  };
  const followLive = (live: LiveReply): void => {
    if (current?.id !== live.id) {
      endWait();
      const written = live.continues ?? 0;
      const code = createCodeNotes(codeBlocks, live.text.slice(0, written));
      current = {
        id: live.id,
        code,
        written,
        hasBegun: false,
        hasThought: false,
        phase: live.phase,
        pauses: 0,
      };
      if (isTerminal) beginWait();
    }
    current.phase = live.phase;
    if (live.wait && live.wait.attempt > current.pauses) {
      current.pauses = live.wait.attempt;
      const words = `${neutraliseLine(live.wait.reason)}; it is asked again in ${waitSeconds(live.wait.ms)} seconds.`;
      if (isTerminal) write(`${words}\n`);
    }
    if (live.phase === 'reasoning' && isTerminal && !current.hasThought) {
      current.hasThought = true;
      write('Thinking…\n');
    }
    writeText(current, live.text);
  };

  return {
    follow({conversation, live}) {
      if (live) return followLive(live);
      endWait();
      const ended = current;
      const node = ended ? conversation.nodes.get(ended.id) : undefined;
      current = null;
      if (!ended || !node) return;
      writeText(ended, node.text);
      const note = ended.code.end();
      if (ended.hasBegun) write(isTerminal ? `${note}\n\n` : '\n\n');
      // Of an answer that failed without a word there is only the error to tell.
      if (isEmptyAnswer(node)) write(`Assistant: (${emptyAnswer})\n`);
      if (isTerminal && (node.text !== '' || !node.error)) write(spokenFigures(node));
    },
    close: endWait,
  };
}
