import {Lexer, type Links, Marked, type Token, type TokensList} from 'marked';
import {mathExtension} from './math.ts';

/** Tokens of a text and the link definitions that were known or found. */
export type Lex = (source: string, links: Links) => TokensList;

/** marked with our extension, for the lexer here and the parser of the renderer. */
export function createMarked(): Marked {
  const marked = new Marked();
  marked.use(mathExtension());
  return marked;
}

/** List items indented further than anyone writes: marked's time grows with the square of the depth of a list. */
const tooDeep = /^[ \t]{200,}(?:[*+-]|\d{1,9}[.)])[ \t]/m;

/**
 * A function that reads markdown into tokens. It never throws: a text that marked cannot read becomes one paragraph
 * of plain text.
 */
export function createLex(): Lex {
  const options = createMarked().defaults;
  return (source, links) => {
    const lexer = new Lexer(options);
    Object.assign(lexer.tokens.links, links);
    if (tooDeep.test(source)) return plainTokens(source, links);
    try {
      return lexer.lex(source);
    } catch {
      return plainTokens(source, links);
    }
  };
}

function plainTokens(source: string, links: Links): TokensList {
  const text = source.trim();
  const paragraph: Token = {
    type: 'paragraph',
    raw: source,
    text,
    tokens: [{type: 'text', raw: text, text, escaped: false}],
  };
  return Object.assign([paragraph], {links});
}
