export type ThinkPiece = {type: 'reasoning' | 'text'; text: string};

export type ThinkSplitter = {
  push(text: string): ThinkPiece[];
  /** Hands out what was held back. `complete` is false when the answer was cut. */
  end(complete: boolean): ThinkPiece[];
  /** True once an answer closed a thinking that it had not opened: its template opens it in the prompt. */
  openedInPrompt(): boolean;
};

const tags = [
  ['<think>', '</think>'],
  ['<thinking>', '</thinking>'],
  ['[THINK]', '[/THINK]'],
] as const;

/**
 * Tells thinking from answer in the text of a server that leaves the model's tags in it. The outcome does not depend
 * on how the text is cut into pieces; a tag may be cut anywhere.
 *
 * A tag opens a thinking only where an answer (or what follows a thinking) begins, so that an answer that talks about
 * such tags, or shows them in code, stays whole. A thinking that never closes is all thinking.
 *
 * Some chat templates open the thinking in the prompt, and only `</think>` comes. The text before it has been handed
 * out by then; the tag itself, alone at the start of a line outside code, is taken out, and `openedInPrompt` tells the
 * caller to begin the model's next answer with `startInside`. Should such an answer be complete and never close
 * the thinking, it was the answer, and `end` hands it out again as text.
 */
export function createThinkSplitter(options: {startInside?: boolean} = {}): ThinkSplitter {
  let state: 'start' | 'inside' | 'answer' = 'start';
  /** The closing tag that is waited for. */
  let closing: string = '</think>';
  let assumed = options.startInside === true;
  let assumedText = '';
  let held = '';
  /** Blank space at the beginning of a part is not shown. */
  let atPartStart = true;
  let hadThinking = false;
  let foundLoneClose = false;
  // Where the answer's text is: at the start of a line, and inside which fence of code.
  let lineStart = true;
  let fence = '';

  const emit = (type: ThinkPiece['type'], text: string, into: ThinkPiece[]): void => {
    let shown = text;
    if (atPartStart) shown = shown.trimStart();
    if (shown === '') return;
    atPartStart = false;
    if (type === 'reasoning' && assumed) assumedText += shown;
    const last = into.at(-1);
    if (last?.type === type) last.text += shown;
    else into.push({type, text: shown});
  };

  const step = (into: ThinkPiece[]): boolean => {
    switch (state) {
      case 'start': {
        const trimmed = held.trimStart();
        const tag = tags.find(([open]) => trimmed.startsWith(open));
        if (tag) {
          held = trimmed.slice(tag[0].length);
          closing = tag[1];
          state = 'inside';
          assumed = false;
          atPartStart = true;
          hadThinking = true;
          return true;
        }
        if (tags.some(([open]) => open.startsWith(trimmed))) return false;
        if (assumed) {
          state = 'inside';
          return true;
        }
        state = 'answer';
        atPartStart = hadThinking;
        return true;
      }
      case 'inside': {
        const at = held.indexOf(closing);
        if (at >= 0) {
          emit('reasoning', held.slice(0, at), into);
          held = held.slice(at + closing.length);
          state = 'start';
          assumed = false;
          hadThinking = true;
          atPartStart = true;
          return true;
        }
        const keep = tailThatMayBecome(held, closing);
        emit('reasoning', held.slice(0, held.length - keep), into);
        held = keep === 0 ? '' : held.slice(-keep);
        return false;
      }
      case 'answer':
        return answerStep(into);
    }
  };

  /** Takes the answer line by line as far as a closing tag could stand at a line's start. */
  const answerStep = (into: ThinkPiece[]): boolean => {
    if (held === '') return false;
    const newline = held.indexOf('\n');
    if (hadThinking) {
      emit('text', held, into);
      held = '';
      return false;
    }
    if (lineStart) {
      const lone = /^[ \t]*<\/think>/.exec(held);
      if (lone && fence === '') {
        held = held.slice(lone[0].length);
        foundLoneClose = true;
        hadThinking = true;
        emit('text', '\n', into);
        atPartStart = true;
        return true;
      }
      const head = /^[ \t]*/.exec(held)?.[0] ?? '';
      const word = held.slice(head.length);
      if ('</think>'.startsWith(word) || /^(`+|~+)$/.test(word)) return false;
      const marks = /^(`{3,}|~{3,})/.exec(word)?.[1];
      if (marks) {
        if (fence === '') fence = marks;
        else if (marks[0] === fence[0] && marks.length >= fence.length) fence = '';
      }
    }
    const end = newline === -1 ? held.length : newline + 1;
    emit('text', held.slice(0, end), into);
    lineStart = newline !== -1;
    held = held.slice(end);
    return held !== '';
  };

  return {
    push(text) {
      held += text;
      const pieces: ThinkPiece[] = [];
      while (step(pieces));
      return pieces;
    },
    end(complete) {
      const pieces: ThinkPiece[] = [];
      if (held !== '') emit(state === 'inside' ? 'reasoning' : 'text', held, pieces);
      held = '';
      if (complete && assumed && assumedText !== '') pieces.push({type: 'text', text: assumedText});
      return pieces;
    },
    openedInPrompt: () => foundLoneClose,
  };
}

/** How many characters at the end of `text` may be the beginning of `tag`. */
function tailThatMayBecome(text: string, tag: string): number {
  for (let length = Math.min(tag.length - 1, text.length); length > 0; length--) {
    if (tag.startsWith(text.slice(-length))) return length;
  }
  return 0;
}
