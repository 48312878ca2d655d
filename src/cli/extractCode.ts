import {lexer, walkTokens} from 'marked';

/** The code of the first or last fenced block of a markdown text, nested ones too; undefined when there is none. */
export function extractCode(markdown: string, which: 'first' | 'last'): string | undefined {
  const blocks: string[] = [];
  walkTokens(lexer(markdown), token => {
    if (token.type === 'code' && token.codeBlockStyle !== 'indented') blocks.push(token.text);
  });
  return which === 'first' ? blocks[0] : blocks.at(-1);
}
