import {expect, it} from 'vitest';
import {withoutMarkdown} from '../../src/commands/withoutMarkdown.ts';

it.each([
  ['# Heading one\n\nSome **bold** and *soft* text', 'Heading one\n\nSome bold and soft text'],
  ['> quoted ~~gone~~', 'quoted gone'],
  ['see [the page](https://a.b) and ![image](x.png)', 'see the page and image'],
  ['```js\nlet a = 1;\n```\nafter', 'let a = 1;\nafter'],
  ['2 * 3 * 4 and snake_case_name and a_b', '2 * 3 * 4 and snake_case_name and a_b'],
  ['__init__ and _this_', 'init and this'],
  ['- an item\n- another', '- an item\n- another'],
])('%j becomes %j', (text, plain) => {
  expect(withoutMarkdown(text)).toBe(plain);
});
