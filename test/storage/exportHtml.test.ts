import {describe, expect, it} from 'vitest';
import type {MessageNode} from '../../src/core/conversation.ts';
import {withNode} from '../../src/core/conversation.ts';
import {exportHtml, type HtmlLook} from '../../src/storage/exportHtml.ts';
import {pageColors} from '../../src/storage/exportHtmlStyle.ts';
import {luminance} from '../../src/theme/background.ts';
import {createRandom, randomMarkdown} from '../markdown/randomMarkdown.ts';
import {answer, emptyConversation, prompt} from './sampleConversation.ts';

const look: HtmlLook = {
  light: {text: 'color: red;', 'code-keyword': 'color: blue;'},
  highlight: code =>
    code.split('\n').map(line => [{text: line.slice(0, 3), kind: 'keyword'}, {text: line.slice(3)}]),
};

const page = (...nodes: MessageNode[]) =>
  exportHtml(nodes.reduce(withNode, emptyConversation('c1', Date.UTC(2026, 10, 21))), look);

const answered = (text: string, change: Partial<MessageNode> = {}) =>
  page(prompt('p', null, 'q'), {...answer('a', 'p', text), ...change});

/** What stands in the answer's own element. */
const answerOf = (html: string) =>
  /<div class="answer" dir="auto">\n([\s\S]*)<\/div>\n<p class="figures">/.exec(html)?.[1];

/** Every tag in the page's body, with the names and values of its attributes. */
function tagsOf(html: string): {tag: string; attributes: Record<string, string>}[] {
  const body = html.slice(html.indexOf('<body>'));
  const tags = /<\/?([a-z][a-z0-9]*)((?:\s+[a-z-]+="[^"]*")*)>/g;
  expect(body.replace(tags, '')).not.toContain('<');
  return [...body.matchAll(tags)].map(([, tag = '', attributes = '']) => ({
    tag,
    attributes: Object.fromEntries(
      [...attributes.matchAll(/([a-z-]+)="([^"]*)"/g)].map(([, name = '', value = '']) => [name, value]),
    ),
  }));
}

const allowedTags = new Set(
  (
    'body header h1 h2 h3 h4 h5 h6 p time main article div pre code span figure figcaption details summary img ' +
    'a ul ol li blockquote hr br strong em del table thead tbody tr th td html'
  ).split(' '),
);
const allowedAttributes = new Set(['class', 'dir', 'datetime', 'href', 'rel', 'alt', 'src', 'start']);

function expectHarmless(html: string): void {
  for (const {tag, attributes} of tagsOf(html)) {
    expect(allowedTags).toContain(tag);
    for (const [name, value] of Object.entries(attributes)) {
      expect(allowedAttributes).toContain(name);
      if (name === 'href') expect(value).toMatch(/^(https?:\/\/|mailto:)/i);
      if (name === 'src')
        expect(value).toMatch(/^data:image\/(png|jpeg|gif|webp|avif|bmp);base64,[\w+/]*=*$/);
    }
  }
}

const attacks = [
  '<script>alert(1)</script>',
  'text <script>alert(1)</script> text',
  '<img src=x onerror=alert(1)>',
  'inline <img src="https://evil.example/pixel"> text',
  '<pre><img src=x onerror=alert(1)></pre>',
  'a <pre>raw <b onclick=alert(1)>b</b></pre>',
  '<a href="javascript:alert(1)">x</a>',
  '[x](javascript:alert(1))',
  '[x](JaVaScRiPt:alert(1))',
  '[x](java&#115;cript:alert(1))',
  '[x](&#106;avascript:alert(1))',
  '[x](data:text/html;base64,PHNjcmlwdD4=)',
  '[x](file:///etc/passwd)',
  '[x](https://a.example/"onmouseover="alert(1))',
  '[x](<https://a.example/"> "title\\" onclick=\\"x")',
  '![x](https://evil.example/pixel.png)',
  '![x" onerror="alert(1)](https://evil.example/pixel.png)',
  '<javascript:alert(1)>',
  '<https://a.example/"onclick="x>',
  '```"><script>alert(1)</script>\ncode\n```',
  '```js\n</code></pre><script>alert(1)</script>\n```',
  '`</code><script>`',
  '| <script> | "onclick= |\n| --- | :-: |\n| <img src=x> | [x](javascript:1) |',
  '# <svg onload=alert(1)>',
  '- [x] <iframe src="https://evil.example">',
  '<!-- --><script>alert(1)</script>',
  '<![CDATA[<script>]]>',
  '<style>@import "https://evil.example"</style>',
  '[a]: javascript:alert(1)\n\n[a]',
  '</article></main></body><script>',
  '&lt;script&gt;',
  '\x1b]8;;javascript:alert(1)\x07x',
];

describe('an HTML export', () => {
  it.each(attacks)('shows %j and runs or loads nothing', text => {
    const html = page(
      {...prompt('p', null, text), attachments: [{kind: 'text', name: text, text}]},
      {
        ...answer('a', 'p', text),
        reasoning: text,
        model: text,
        stop: 'error',
        error: {kind: 'protocol', message: text},
      },
    );
    expectHarmless(html);
    const head = html.slice(0, html.indexOf('<body>')).replace(/<title>[^<]*<\/title>/, '');
    expect(head.match(/<script|<link|<img|@import|url\(/g)).toBeNull();
    expect(html).toContain("default-src 'none'");
  });

  it('holds only its own tags, whatever the markdown', () => {
    for (let seed = 0; seed < 60; seed++) expectHarmless(answered(randomMarkdown(createRandom(seed))));
  });

  it('renders markdown, with code in runs and tables with their alignment', () => {
    const html = answerOf(
      answered(
        '# Top\n\nA *b* **c** ~~d~~ `e<f` &amp; &copy; x & y\n\n```js\nlet a = "<";\nlet b\n```\n\n| a | b |\n| :-- | --: |\n| 1 | 2 |\n\n3. x\n4. y\n\n- [x] done\n\n[web](https://a.example/?a=1&amp;b=2)',
      ),
    );
    expect(html).toContain('<h3>Top</h3>');
    expect(html).toContain(
      'A <em>b</em> <strong>c</strong> <del>d</del> <code>e&lt;f</code> &amp; &copy; x &amp; y',
    );
    expect(html).toContain(
      '<figure class="code"><figcaption>js</figcaption><pre><code><span class="code-keyword">let</span> a = &quot;&lt;&quot;;\n<span class="code-keyword">let</span> b</code></pre></figure>',
    );
    expect(html).toContain('<tr><td class="left">1</td><td class="right">2</td></tr>');
    expect(html).toContain('<ol start="3">');
    expect(html).toContain('☑ done');
    expect(html).toContain('<a href="https://a.example/?a=1&amp;b=2" rel="noreferrer noopener">web</a>');
  });

  it('shows an image of the text as a link, and an address that is no link as text', () => {
    expect(answerOf(answered('![a cat](https://a.example/cat.png)'))).toContain(
      '<a href="https://a.example/cat.png" rel="noreferrer noopener">[image: a cat]</a>',
    );
    expect(answerOf(answered('[here](javascript:alert(1))'))).toContain('here (javascript:alert(1))');
  });

  it('keeps the line breaks of a prompt, and the thinking in a fold', () => {
    const html = page(prompt('p', null, 'one\n  two'), {
      ...answer('a', 'p', 'yes'),
      reasoning: 'Let me *see*.',
      timing: {totalMs: 5000, reasoningMs: 3200},
    });
    expect(html).toContain('<pre class="plain" dir="auto">one\n  two</pre>');
    expect(html).toMatch(
      /<details class="thinking">\n<summary>Thought for 3\.2 s<\/summary>\n.*<em>see<\/em>/,
    );
  });

  it('has attached images in it, but only those that a browser draws', () => {
    const image = (mediaType: string) => ({
      kind: 'image' as const,
      name: 'i',
      mediaType,
      data: new Uint8Array([0, 255]),
    });
    const html = page({
      ...prompt('p', null, 'q'),
      attachments: [image('image/png'), image('image/svg+xml'), image('image/png" onerror="x')],
    });
    expect(html.match(/<img [^>]*>/g)).toEqual(['<img alt="i" src="data:image/png;base64,AP8=">']);
    expectHarmless(html);
  });

  it('takes no long time for lists that are nested without measure', () => {
    const deep = Array.from({length: 3000}, (_, depth) => `${' '.repeat(depth * 2)}- x`).join('\n');
    expect(answerOf(answered(deep))).toMatch(/^<pre class="plain">- x/);
  });

  it('follows the reader when it has colours for light and dark, and else has its own', () => {
    const style = (change: Partial<HtmlLook>) => {
      const html = exportHtml(emptyConversation('c'), {highlight: look.highlight, ...change});
      return html.slice(html.indexOf('<style>'), html.indexOf('</style>'));
    };
    const [light, dark] = [{text: 'color: #111111;'}, {text: 'color: #eeeeee;'}];
    expect(style({light, dark})).toMatch(
      /color-scheme: light dark;[\s\S]*prefers-color-scheme: light[\s\S]*#111111[\s\S]*prefers-color-scheme: dark[\s\S]*#eeeeee/,
    );
    expect(style({dark})).toMatch(/color-scheme: dark;/);
    expect(style({dark})).toContain(`--page: ${pageColors.dark.page}`);
    expect(style({dark})).not.toMatch(/prefers-color-scheme|#ffffff; --text/);
    expect(style({light})).toContain(`--page: ${pageColors.light.page}`);
  });
});

describe.each(['light', 'dark'] as const)('the colours of a %s page', background => {
  const colors = pageColors[background];
  const channels = (hex: string) => [1, 3, 5].map(at => Number.parseInt(hex.slice(at, at + 2), 16) / 255);
  const contrast = (one: string, other: string) => {
    const [a, b] = [luminance(channels(one)), luminance(channels(other))];
    return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
  };
  it.each([colors.text, ...colors.ansi])('%s can be read on it', color => {
    expect(contrast(color, colors.page)).toBeGreaterThanOrEqual(4.5);
    expect(contrast(color, colors.panel)).toBeGreaterThanOrEqual(4.5);
  });
});
