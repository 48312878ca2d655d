import {describe, expect, it} from 'vitest';
import type {MessageNode} from '../../../src/core/conversation.ts';
import {lineWidth} from '../../../src/ui/viewer/styledLine.ts';
import {emptyConversation} from '../../core/sampleSession.ts';
import {countedMarkdown, liveReply, openTestViewer, type TestViewer, turns} from './openTestViewer.ts';

function talk(...nodes: (Partial<MessageNode> & Pick<MessageNode, 'id' | 'role' | 'text'>)[]) {
  const whole = nodes.map(
    (node, index): MessageNode => ({
      parent: index === 0 ? null : (nodes[index - 1]?.id ?? null),
      created: index,
      ...node,
    }),
  );
  return emptyConversation({
    nodes: new Map(whole.map(node => [node.id, node])),
    head: whole.at(-1)?.id ?? null,
    title: 'A talk',
  });
}

const body = (viewer: TestViewer): string => viewer.screen().slice(0, -1).join('\n');
const status = (viewer: TestViewer): string => viewer.screen().at(-1) ?? '';

describe('the viewer', () => {
  it('opens at the end and fills the screen', () => {
    const viewer = openTestViewer(turns(30));
    expect(viewer.screen()).toHaveLength(12);
    expect(body(viewer)).toMatch(/❯ question 30\n\n {2}answer 30$/);
    expect(status(viewer)).toMatch(/^── A talk · 100 % .*q closes$/);
  });

  it('says so when nothing was said, and no key breaks it', () => {
    const viewer = openTestViewer(emptyConversation());
    for (const key of ['up', 'down', 'pageup', 'home', 'end', 'tab', 'enter']) viewer.key(key);
    viewer.type('tmcCe{}nNw');
    expect(body(viewer)).toContain('Nothing has been said yet.');
  });

  it('lays out only what is near the window', () => {
    const before = countedMarkdown.texts();
    const viewer = openTestViewer(turns(5000));
    viewer.frame();
    viewer.key('pageup', 'home', 'end');
    viewer.frame();
    expect(countedMarkdown.texts() - before).toBeLessThan(60);
  });

  it('moves by rows, pages, halves, turns, and to both ends', () => {
    const viewer = openTestViewer(turns(30));
    viewer.key('home');
    expect(viewer.screen()[0]).toBe('  ❯ question 1');
    expect(status(viewer)).toContain(' 0 %');
    viewer.type('jj');
    expect(viewer.screen()[0]).toBe('  answer 1');
    viewer.type('k');
    expect(viewer.screen()[0]).toBe('');
    viewer.key('ctrl+d');
    expect(viewer.screen()[0]).toBe('  answer 2');
    viewer.key('ctrl+u', 'pagedown');
    expect(viewer.screen()[0]).toBe('  answer 3');
    viewer.type('}');
    expect(viewer.screen().slice(0, 2)).toEqual(['', '  ❯ question 4']);
    viewer.type('{{');
    expect(viewer.screen().slice(0, 2)).toEqual(['', '  ❯ question 2']);
    viewer.type('G');
    expect(status(viewer)).toContain('100 %');
    viewer.key('down', 'pagedown');
    expect(body(viewer)).toMatch(/answer 30$/);
    viewer.type('g');
    expect(viewer.screen()[0]).toBe('  ❯ question 1');
  });

  it('reaches each row once on the way down, and the same ones on the way up', () => {
    const viewer = openTestViewer(turns(20));
    viewer.key('home');
    const down = [viewer.screen()[0]];
    while (!status(viewer).includes('100 %')) {
      viewer.key('down');
      down.push(viewer.screen()[0]);
    }
    const up = [viewer.screen()[0]];
    while (!/ 0 %/.test(status(viewer))) {
      viewer.key('up');
      up.push(viewer.screen()[0]);
    }
    expect(up.reverse()).toEqual(down);
    expect(down.filter(row => row === '  answer 7')).toHaveLength(1);
  });

  it('begins at a message, or with a search', () => {
    const at = openTestViewer(turns(30), {place: {at: 'n9'}});
    expect(at.screen()[1]).toBe('  ❯ question 5');
    const found = openTestViewer(turns(30), {place: {search: 'answer 12'}});
    expect(body(found)).toContain('› answer 12');
    expect(status(found)).toContain('/answer 12 1/1');
    expect(status(openTestViewer(turns(3), {place: {search: 'nowhere'}}))).toBe('Nothing fits the search.');
  });

  it('shows other wordings and other answers by their number', () => {
    const conversation = talk(
      {id: 'p1', role: 'user', text: 'first wording'},
      {id: 'p2', parent: null, role: 'user', text: 'second wording'},
      {id: 'a1', parent: 'p2', role: 'assistant', text: 'one'},
      {id: 'a2', parent: 'p2', role: 'assistant', text: 'two'},
      {id: 'a3', parent: 'p2', role: 'assistant', text: 'three'},
    );
    expect(body(openTestViewer({...conversation, head: 'a2'}))).toBe(
      ['  ❯ <2/2>', '    second wording', '', '  <2/3>', '', '  two', '', '', '', '', ''].join('\n'),
    );
  });

  it('folds thinking to a line with its time, and opens it alone or all of it', () => {
    const thought = {reasoning: 'Let me see.\nYes.', timing: {totalMs: 9, reasoningMs: 3200}};
    const viewer = openTestViewer(
      talk(
        {id: 'p1', role: 'user', text: 'one?'},
        {id: 'a1', role: 'assistant', text: 'One.', ...thought},
        {id: 'p2', role: 'user', text: 'two?'},
        {id: 'a2', role: 'assistant', text: 'Two.', ...thought},
      ),
      {size: {columns: 60, rows: 24}},
    );
    expect(body(viewer)).not.toContain('Let me see.');
    expect(body(viewer).match(/▸ thought for 3\.2 s/g)).toHaveLength(2);
    viewer.key('enter');
    expect(body(viewer)).toMatch(
      /▾ thought for 3\.2 s\n {4}Let me see\.\n {4}Yes\.\n\n {2}One\.[\s\S]*▸ thought/,
    );
    viewer.type('t');
    expect(body(viewer).match(/Let me see\./g)).toHaveLength(2);
    viewer.type('t');
    expect(body(viewer)).not.toContain('Let me see.');
  });

  it('folds a long prompt to its first lines', () => {
    const text = Array.from({length: 40}, (_, index) => `line ${index + 1}`).join('\n');
    const viewer = openTestViewer(talk({id: 'p1', role: 'user', text}), {size: {columns: 60, rows: 14}});
    expect(body(viewer)).toContain('    line 8\n    ▸ 32 more lines · Enter opens');
    viewer.type('z');
    viewer.key('end');
    expect(body(viewer)).toMatch(/line 40$/);
    viewer.type('z');
    expect(body(viewer)).toContain('32 more lines');
  });

  it('shows what hides a match by opening it', () => {
    const text = Array.from({length: 40}, (_, index) => `line ${index + 1}`).join('\n');
    const viewer = openTestViewer(
      talk(
        {id: 'p1', role: 'user', text},
        {id: 'a1', role: 'assistant', text: 'Yes.', reasoning: 'a needle'},
      ),
    );
    viewer.type('/line 33');
    expect(body(viewer)).toContain('›   line 33');
    viewer.key('ctrl+u');
    viewer.type('needle');
    expect(body(viewer)).toContain('›   a needle');
  });

  it('shows why an answer failed, and the raw detail only on demand', () => {
    const failed = {
      stop: 'error' as const,
      model: 'x/y',
      error: {kind: 'overloaded' as const, message: 'the server is busy', hint: 'Try again: /retry'},
    };
    const viewer = openTestViewer(
      talk({id: 'p1', role: 'user', text: 'one?'}, {id: 'a1', role: 'assistant', text: '', ...failed}),
      {
        detail: id => (id === 'a1' ? 'HTTP 503\n\u001b[2J{"busy":true}' : undefined),
        size: {columns: 60, rows: 16},
      },
    );
    expect(body(viewer)).toContain('✗ the server is busy\n    Try again: /retry');
    expect(body(viewer)).not.toContain('503');
    viewer.type('e');
    expect(body(viewer)).toContain('kind: overloaded\n▌   HTTP 503\n▌   ␛[2J{"busy":true}');
    viewer.type('e');
    expect(body(viewer)).not.toContain('503');
    expect(openTestViewer(turns(1)).frame().rows.join('')).not.toContain('✗');
  });

  it('shows the source of answers, and renders them again', () => {
    const viewer = openTestViewer(
      talk(
        {id: 'p1', role: 'user', text: 'one?'},
        {id: 'a1', role: 'assistant', text: '**bold** _it_\n\n- a\n- b'},
      ),
    );
    expect(body(viewer)).toContain('  bold it\n\n  • a');
    viewer.type('m');
    expect(body(viewer)).toContain('  **bold** _it_\n\n  - a\n  - b');
    viewer.key('alt+m');
    expect(body(viewer)).toContain('  bold it');
  });

  it('wraps long lines of code, or cuts them and moves along', () => {
    const code = `const text = "${'abcdefghij'.repeat(7)}";`;
    const viewer = openTestViewer(
      talk(
        {id: 'p1', role: 'user', text: 'one?'},
        {id: 'a1', role: 'assistant', text: `\`\`\`\n${code}\nshort\n\`\`\``},
      ),
    );
    expect(body(viewer)).toMatch(/const text = "[a-j]+\n {2}↳ [a-j]+";\n {2}short/);
    viewer.type('w');
    expect(body(viewer)).toMatch(/ {2}const text = "[a-j]{42}›\n {2}short/);
    viewer.key('right');
    expect(body(viewer)).toMatch(/ {2}‹t = "[a-j]+›\n/);
    viewer.key('right', 'right', 'right', 'right', 'right', 'right', 'right');
    expect(body(viewer)).toMatch(/ {2}‹[a-j]+";\n/);
    viewer.key(...Array.from({length: 9}, () => 'left'));
    expect(body(viewer)).toMatch(/ {2}const text/);
  });

  it('shows each line of a long code block once, however it is scrolled', () => {
    const code = Array.from({length: 900}, (_, index) => (index % 7 === 3 ? '' : `line(${index});`));
    const answer = `Before.\n\n\`\`\`js\n${code.join('\n')}\n\`\`\`\n\nAfter.`;
    const viewer = openTestViewer(
      talk({id: 'p1', role: 'user', text: 'one?'}, {id: 'a1', role: 'assistant', text: answer}),
      {size: {columns: 60, rows: 1000}},
    );
    const shown = viewer.screen().map(row => row.slice(2));
    const from = shown.indexOf('line(0);');
    expect(shown.slice(from, from + code.length)).toEqual(code);
    expect(shown.slice(from + code.length).join('\n')).toMatch(/^(──)?\n?\nAfter\./);
    viewer.type('/line(750)');
    expect(viewer.screen()).toContain('› line(750);');
  });

  it('neutralises all that it shows', () => {
    const evil = '\u001b]52;c;AAAA\u0007\u001b[3J\u202eabc';
    const viewer = openTestViewer(
      {
        ...talk(
          {id: 'p1', role: 'user', text: evil, attachments: [{kind: 'text', name: evil, text: ''}]},
          {
            id: 'a1',
            role: 'assistant',
            text: `${evil}\n\n\`\`\`${evil}\n${evil}\n\`\`\``,
            reasoning: evil,
            model: evil,
            error: {kind: 'protocol', message: evil, hint: evil},
          },
        ),
        title: evil,
      },
      {detail: () => evil, size: {columns: 100, rows: 40}},
    );
    viewer.type('tem');
    const whole = viewer.frame().rows.join('\n');
    expect(whole).toContain('␛[3J');
    expect(whole).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/);
  });

  it.each([
    [40, 8],
    [80, 24],
    [200, 60],
    [12, 2],
  ])('draws no row wider than the screen, and as many as it has: %i by %i', (columns, rows) => {
    const text = `${'word '.repeat(80)}\n\n| a | b | c |\n|--|--|--|\n| ${'x '.repeat(60)} | 漢字漢字漢字漢字 | z |\n\n\`\`\`\n${'y'.repeat(300)}\n\`\`\``;
    const viewer = openTestViewer(
      {
        ...talk({id: 'p1', role: 'user', text: 'why '.repeat(90)}, {id: 'a1', role: 'assistant', text}),
        title: '漢字 '.repeat(60),
      },
      {size: {columns, rows}},
    );
    for (const keys of ['', 'w', 'l', 'm', '?', 'q', '/wor']) {
      viewer.type(keys);
      const frame = viewer.frame();
      expect(frame.rows).toHaveLength(rows);
      for (const row of frame.rows) expect(lineWidth(row)).toBeLessThan(Math.max(columns, 14));
    }
  });

  it('keeps the text in sight when the screen changes its size', () => {
    const long = Array.from({length: 60}, (_, index) => `paragraph ${index} ${'and more '.repeat(12)}`).join(
      '\n\n',
    );
    const viewer = openTestViewer(
      talk({id: 'p1', role: 'user', text: 'one?'}, {id: 'a1', role: 'assistant', text: long}),
      {place: {search: 'paragraph 30 '}},
    );
    for (const [columns, rows] of [
      [40, 8],
      [120, 30],
      [60, 12],
    ] as const) {
      viewer.resize(columns, rows);
      expect(viewer.screen()).toHaveLength(rows);
      expect(body(viewer)).toMatch(/paragraph (29|30|31) /);
    }
  });
});

describe('a search', () => {
  const conversation = talk(
    {id: 'p1', role: 'user', text: 'What is Alpha?'},
    {id: 'a1', role: 'assistant', text: 'The **alpha** is\nfirst.\n\nAlpha, as you say.'},
    {id: 'p2', role: 'user', text: 'And beta?'},
    {id: 'a2', role: 'assistant', text: 'No alpha at all.'},
  );
  const wide = {size: {columns: 70, rows: 24}};

  it('counts while one types, minds capitals only when there are some, and goes round', () => {
    const viewer = openTestViewer(conversation, wide);
    viewer.key('home');
    viewer.type('/alpha');
    expect(status(viewer)).toMatch(/^\/alpha +1\/4 · Enter keeps/);
    expect(viewer.frame().cursor).toEqual({x: 6, y: 23});
    expect(body(viewer)).toContain('› ❯ What is Alpha?');
    viewer.key('backspace', 'backspace', 'backspace', 'backspace', 'backspace');
    viewer.type('Alpha');
    expect(status(viewer)).toMatch(/^\/Alpha +1\/2/);
    viewer.key('ctrl+u');
    viewer.type('alpha');
    viewer.key('enter');
    viewer.type('nn');
    expect(body(viewer)).toContain('› Alpha, as you say.');
    expect(status(viewer)).toContain('/alpha 3/4');
    viewer.type('nn');
    expect(status(viewer)).toContain('/alpha 1/4');
    viewer.type('N');
    expect(body(viewer)).toContain('› No alpha at all.');
  });

  it('finds words across marks of markdown and line breaks', () => {
    const viewer = openTestViewer(conversation, wide);
    viewer.type('/the alpha is first');
    expect(status(viewer)).toMatch(/1\/1/);
    expect(body(viewer)).toContain('› The alpha is');
  });

  it('takes what is typed fast, the slash with it', () => {
    const viewer = openTestViewer(conversation, wide);
    viewer.press({type: 'text', text: '/alpha'});
    expect(status(viewer)).toMatch(/^\/alpha +\d\/4/);
  });

  it('says when nothing is found', () => {
    const viewer = openTestViewer(conversation, wide);
    viewer.type('/gamma');
    expect(status(viewer)).toContain('nothing found');
  });

  it('is ended by Esc first, which leaves the viewer only then', () => {
    const viewer = openTestViewer(conversation, wide);
    viewer.type('/alpha');
    viewer.key('escape');
    expect(status(viewer)).not.toContain('alpha');
    expect(viewer.calls).toEqual([]);
    viewer.type('/alpha');
    viewer.key('enter', 'escape');
    expect(status(viewer)).not.toContain('/alpha');
    expect(viewer.calls).toEqual([]);
    viewer.key('escape');
    expect(viewer.calls).toEqual(['close']);
  });

  it('takes keys for typing while it is typed', () => {
    const viewer = openTestViewer(conversation, wide);
    viewer.type('/q?');
    viewer.press({type: 'paste', text: 'two\nlines'});
    expect(status(viewer)).toContain('/q?two lines');
    viewer.key('ctrl+z');
    expect(viewer.calls).toEqual(['suspend']);
  });

  it('finds what streams in', () => {
    const {nodes} = conversation;
    const open = {...conversation, nodes, head: 'p2'};
    const viewer = openTestViewer(open, {...wide, live: liveReply('p2', 'nothing')});
    viewer.type('/alpha');
    viewer.key('enter');
    expect(status(viewer)).toContain('/3');
    viewer.become({live: liveReply('p2', 'nothing but alpha alpha')});
    expect(status(viewer)).toContain('/5');
  });
});

describe('the selection', () => {
  const answer = 'Words.\n\n```ts\nconst a = 1;\n```\n\n| a |\n|---|\n| 1 |\n\nEnd.';
  const conversation = talk(
    {id: 'p1', role: 'user', text: 'one?'},
    {id: 'a1', role: 'assistant', text: answer, model: 'x/y'},
  );
  const open = () => openTestViewer(conversation, {size: {columns: 60, rows: 24}});

  it('is marked at the left edge and moves by blocks, both ways', () => {
    const viewer = open();
    const marked = (): string[] => viewer.screen().filter(row => row.startsWith('▌'));
    expect(marked()).toEqual([]);
    viewer.key('tab');
    expect(marked()).toEqual(['▌ ❯ one?']);
    viewer.key('tab', 'tab');
    expect(marked()).toEqual([expect.stringMatching(/^▌ .*ts$/), '▌ const a = 1;']);
    viewer.key('tab', 'tab', 'tab', 'tab');
    expect(marked()).toEqual(['▌ End.']);
    viewer.key('shift+tab');
    expect(marked()).toHaveLength(3);
  });

  it('is copied: the code without its fence, the table as markdown, a paragraph, the prompt', async () => {
    const viewer = open();
    viewer.type('c');
    expect(status(viewer)).toContain('Tab selects a block');
    for (let index = 0; index < 5; index++) {
      viewer.key('tab');
      viewer.type('c');
      await Promise.resolve();
    }
    expect(viewer.copied).toEqual(['one?', 'Words.', 'const a = 1;', '| a |\n|---|\n| 1 |', 'End.']);
    expect(status(viewer)).toBe('Block · copied with OSC 52');
    viewer.type('C');
    expect(viewer.copied.at(-1)).toBe(answer);
  });

  it('is the block of the match that is looked at', async () => {
    const viewer = open();
    viewer.key('tab');
    viewer.type('/const');
    viewer.key('enter');
    viewer.type('c/end');
    viewer.key('enter');
    viewer.type('c');
    await Promise.resolve();
    expect(viewer.copied).toEqual(['const a = 1;', 'End.']);
  });

  it('counts no more when it is out of sight', async () => {
    const viewer = openTestViewer(turns(30));
    viewer.key('home', 'tab', 'end');
    viewer.type('c');
    expect(status(viewer)).toContain('Tab selects a block');
    viewer.type('C');
    await Promise.resolve();
    expect(viewer.copied).toEqual([expect.stringMatching(/^answer [23]\d$/)]);
  });

  it('shows the number that /copy code takes, where a block has one', () => {
    const viewer = openTestViewer(conversation, {
      codeNumber: code => (code === 'const a = 1;' ? 7 : undefined),
    });
    expect(viewer.screen().join('\n')).toMatch(/── \w+ · 7\n/);
  });

  it('says why nothing could be copied', async () => {
    const viewer = openTestViewer(conversation, {
      copy: async () => {
        throw new Error('no clipboard');
      },
    });
    viewer.type('C');
    await new Promise(resolve => setImmediate(resolve));
    expect(status(viewer)).toContain('no clipboard');
  });

  it('comes into sight when it was not', () => {
    const viewer = openTestViewer(turns(30));
    viewer.key('tab', 'home', 'tab', 'tab', 'tab', 'tab', 'tab', 'tab', 'tab');
    expect(body(viewer)).toContain('▌ ❯ question 4');
  });
});

describe('the viewer over an answer that streams', () => {
  const prompt = talk({id: 'p1', role: 'user', text: 'one?'});
  const lines = (count: number): string =>
    Array.from({length: count}, (_, index) => `paragraph ${index + 1}`).join('\n\n');

  it('follows it at the end', () => {
    const viewer = openTestViewer(prompt, {live: liveReply('p1', '')});
    expect(status(viewer)).toContain('answering');
    for (const count of [1, 5, 20, 50]) {
      viewer.become({live: liveReply('p1', lines(count))});
      expect(body(viewer)).toContain(`paragraph ${count}`);
      expect(status(viewer)).toContain('100 %');
    }
  });

  it('stands still when it was scrolled up, also when the answer ends', () => {
    const viewer = openTestViewer(prompt, {live: liveReply('p1', lines(30))});
    viewer.key('pageup');
    const before = body(viewer);
    viewer.become({live: liveReply('p1', `${lines(45)} and more`)});
    expect(body(viewer)).toBe(before);
    viewer.become({
      live: null,
      conversation: talk(
        {id: 'p1', role: 'user', text: 'one?'},
        {id: 'live', role: 'assistant', text: lines(60), model: 'x/y'},
      ),
    });
    expect(body(viewer)).toBe(before);
    expect(status(viewer)).not.toContain('answering');
    viewer.key('end');
    expect(body(viewer)).toMatch(/paragraph 60\n\n {2}x\/y$/);
  });

  it('draws only the last block anew', () => {
    const viewer = openTestViewer(prompt, {live: liveReply('p1', lines(200))});
    viewer.frame();
    const before = countedMarkdown.texts();
    for (let count = 201; count <= 220; count++) {
      viewer.become({live: liveReply('p1', lines(count))});
      viewer.frame();
    }
    expect(countedMarkdown.texts() - before).toBeLessThan(20 * 4);
  });

  it.each(['list', 'fence', 'mixed'])('shows the same at the end as it would have at once: %s', kind => {
    const text = {
      list: Array.from({length: 40}, (_, index) => `- item ${index}\n`).join(''),
      fence: `Before.\n\n\`\`\`ts\n${'const a = 1;\n\n'.repeat(40)}\`\`\`\n\nAfter.`,
      mixed:
        'One\ntwo [x][y].\n\n> quote\n\n1. a\n2. b\n\n```\ncode\n```\n\n| a |\n|---|\n| 1 |\n\n# Head\n\n[y]: http://e.org\n\nEnd.',
    }[kind] as string;
    const viewer = openTestViewer(prompt, {live: liveReply('p1', ''), size: {columns: 60, rows: 150}});
    for (let at = 7; at < text.length; at += 7) {
      viewer.become({live: liveReply('p1', text.slice(0, at))});
      viewer.frame();
    }
    const conversation = talk({id: 'p1', role: 'user', text: 'one?'}, {id: 'live', role: 'assistant', text});
    viewer.become({live: null, conversation});
    expect(body(viewer)).toBe(body(openTestViewer(conversation, {size: {columns: 60, rows: 150}})));
  });

  it('shows thinking as it comes', () => {
    const viewer = openTestViewer(prompt, {live: liveReply('p1', '', {reasoning: 'Hm'})});
    expect(body(viewer)).toContain('▸ thinking …');
    viewer.type('t');
    viewer.become({live: liveReply('p1', '', {reasoning: 'Hmmm, well'})});
    expect(body(viewer)).toContain('Hmmm, well');
  });
});

describe('the keys of the viewer', () => {
  it.each(['q', 'ctrl+o', 'ctrl+c', 'escape'])('%s leaves it', key => {
    const viewer = openTestViewer(turns(2));
    if (key.length === 1) viewer.type(key);
    else viewer.key(key);
    expect(viewer.calls).toEqual(['close']);
  });

  it('are shown by ? and F1; another key goes back', () => {
    const viewer = openTestViewer(turns(2), {size: {columns: 80, rows: 8}});
    viewer.type('?');
    expect(body(viewer)).toContain('one row');
    viewer.key('down', 'pagedown', 'pagedown', 'pagedown');
    expect(body(viewer)).toContain('back to the chat');
    viewer.type('q');
    expect(body(viewer)).toContain('question 2');
    expect(viewer.calls).toEqual([]);
    viewer.key('f1');
    expect(body(viewer)).toContain('Keys of the viewer');
  });
});
