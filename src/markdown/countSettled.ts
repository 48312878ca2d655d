import {type Token, type Tokens, walkTokens} from 'marked';
import {isClosedFence} from './fence.ts';

/** How many blocks at the end of the text are held where a link definition after them may still change them. */
const heldBlocks = 2;

/**
 * How many tokens at the start of a text that still grows are finished: nothing that may come changes them. The last
 * block is, when it has its end. A block with something in brackets that may be the name of a link waits for a
 * definition, over two blocks at most; what comes after it waits with it.
 */
export function countSettled(tokens: readonly Token[]): number {
  const blocks = [...tokens.keys()].filter(index => tokens[index]?.type !== 'space');
  const last = blocks.at(-1);
  if (last === undefined) return 0;
  // TeX without its end, if it gets none, turns out to be part of the paragraph above it.
  const isTex = tokens[last]?.type === 'math' && tokens[last - 1]?.type !== 'space';
  const ended = isClosed(tokens, last) ? last + 1 : Math.max(0, isTex ? last - 1 : last);
  const certain = (blocks.at(-heldBlocks - 1) ?? -1) + 1;
  const waiting = tokens.slice(certain, ended).findIndex(hasOpenName);
  return waiting === -1 ? ended : certain + waiting;
}

/** Whether a block has text in brackets that is no link yet, but would be one if its name were defined. */
export function hasOpenName(token: Token): boolean {
  if (token.type === 'code' || token.type === 'def' || !token.raw.includes('[')) return false;
  let found = false;
  walkTokens([token], ({type, raw, ...rest}) => {
    found ||= type === 'text' && !('tokens' in rest && rest.tokens) && raw.includes('[');
  });
  return found;
}

/** The link definitions in a block, those inside of quotes and lists among them. */
export function definitionsIn(token: Token): Tokens.Def[] {
  if (token.type === 'code' || !token.raw.includes(']:')) return [];
  const found: Tokens.Def[] = [];
  walkTokens([token], each => {
    if (each.type === 'def') found.push(each as Tokens.Def);
  });
  return found;
}

/** Whether the token has its end, whatever follows. Lists and HTML go on over blank lines; they end with another block. */
function isClosed(tokens: readonly Token[], index: number): boolean {
  const token = tokens[index];
  switch (token?.type) {
    case 'heading':
    case 'hr':
      return true;
    case 'code':
      return isClosedFence(token as Tokens.Code);
    case 'paragraph':
    case 'blockquote':
    case 'table':
      return tokens[index + 1]?.type === 'space' || /\n[ \t]*\n$/.test(token.raw);
    default:
      return false;
  }
}
