import {bufferOf, deleteBackward, deleteWordBackward} from '../composer/buffer.ts';
import type {KeyEvent} from '../keys/parseKeys.ts';

/** What a key did to the query that is being typed. */
export type EditedQuery = {type: 'changed'; query: string} | {type: 'done'} | {type: 'left'} | {type: 'none'};

/** Edits the query of a search; it is one line, and is typed at its end. */
export function editQuery(query: string, event: KeyEvent): EditedQuery {
  if (event.type === 'reply') return {type: 'none'};
  if (event.type !== 'key') return {type: 'changed', query: query + event.text.replace(/\s*\n\s*/g, ' ')};
  switch (event.name) {
    case 'enter':
      return query === '' ? {type: 'left'} : {type: 'done'};
    case 'escape':
    case 'ctrl+c':
      return {type: 'left'};
    case 'backspace':
    case 'ctrl+h':
      return query === '' ? {type: 'left'} : {type: 'changed', query: deleteBackward(bufferOf(query)).text};
    case 'ctrl+w':
    case 'alt+backspace':
      return {type: 'changed', query: deleteWordBackward(bufferOf(query)).text};
    case 'ctrl+u':
      return {type: 'changed', query: ''};
    default:
      return {type: 'none'};
  }
}
