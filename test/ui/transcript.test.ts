import {beforeAll, describe, expect, it} from 'vitest';
import type {MessageNode} from '../../src/core/conversation.ts';
import {withNode} from '../../src/core/conversation.ts';
import {LlmError} from '../../src/core/errors.ts';
import type {SendOptions} from '../../src/core/session.ts';
import {conversationOf, emptyConversation} from '../core/sampleSession.ts';
import {finish, gate, reasoning, text} from '../core/scriptedBackend.ts';
import {type PrepareTranscript, prepareTranscripts} from './preparedTranscript.ts';

let prepared: PrepareTranscript;
beforeAll(async () => {
  prepared = await prepareTranscripts();
});

const paragraphs = Array.from({length: 12}, (_, index) => `Paragraph ${index} says *something*.`).join(
  '\n\n',
);

describe('a turn', () => {
  it('prints the prompt once, the answer once and in order, and the figures at its end', async () => {
    const {backend, session, screen} = prepared();
    backend.enqueue(
      text('# Title\n\nFirst'),
      text(' line.\n\nSecond'),
      text(' one.'),
      {type: 'usage', output: 12, outputMs: 100},
      finish(),
    );
    await session.send('What?');
    expect(screen()).toMatch(
      /^❯ What\?\n\n● model\n# Title\n\nFirst line\.\n\nSecond one\.\n\ntest\/model · \d+ ms to first token · 120 tok\/s · 12 tokens\n\n$/,
    );
  });

  it('prints the same however the answer is cut', async () => {
    const answer = `${paragraphs}\n\n- a\n- b\n\n\`\`\`js\nlet a = 1;\n\`\`\`\n\nEnd`;
    const shown = new Set<string>();
    for (const size of [1, 3, 17, 1000]) {
      const {backend, session, screen} = prepared();
      const pieces = answer.match(new RegExp(`[\\s\\S]{1,${size}}`, 'g')) ?? [];
      backend.enqueue(...pieces.map(text), finish());
      // A pause after each piece lets the transcript follow every one of them.
      const onEvent: SendOptions['onEvent'] = () => new Promise(resolve => setTimeout(resolve, 0));
      await session.send('?', size < 17 ? {onEvent} : {});
      shown.add(screen().replace(/\ntest\/model[^\n]*\n\n$/, ''));
    }
    expect(shown.size).toBe(1);
    expect([...shown][0]?.match(/Paragraph \d+ says/g)).toHaveLength(12);
  });

  it('ends an answer that failed beside another one, so that nothing of it runs into the next', async () => {
    const {backend, session, transcript, screen} = prepared();
    backend.enqueue(text('First.'), finish());
    await session.send('?');
    transcript.toggleThinking();
    backend.enqueue(
      reasoning('Some thought that begins.'),
      new LlmError({kind: 'engine', message: 'broken'}),
    );
    await session.retry();
    backend.enqueue(reasoning('Other thought.'), text('Second.'), finish());
    await session.retry({model: 'test/other'});
    expect(transcript.tail()).toEqual([]);
    expect(screen()).toMatch(
      /── another answer ──\n\n● model\n[\s\S]*Some thought that begins\.[\s\S]*── another answer ──\n\n● other\n[\s\S]*Other thought\.[\s\S]*Second\./,
    );
  });

  it('keeps the unfinished end in the tail and never prints it before it is finished', async () => {
    const {backend, session, transcript, screen} = prepared();
    const {step, open} = gate();
    backend.enqueue(text(paragraphs), text('\n\nAn unfinished'), step, text(' end'), finish());
    let heard = 0;
    const leave = transcript.subscribe(() => {
      heard += 1;
    });
    const sent = session.send('?');
    while (!transcript.tail().join('\n').includes('An unfinished')) await new Promise(setImmediate);
    expect(screen()).toContain('Paragraph 0');
    expect(screen()).not.toContain('unfinished');
    expect(transcript.tail()).toBe(transcript.tail());
    const whole = screen() + transcript.tail().join('\n');
    expect(whole.match(/Paragraph \d+ says/g)).toHaveLength(12);
    open();
    await sent;
    expect(transcript.tail()).toEqual([]);
    expect(screen()).toContain('An unfinished end');
    expect(heard).toBeGreaterThan(1);
    leave();
  });

  it('neutralises the prompt, the answer and the names of attachments', async () => {
    const {backend, session, screen} = prepared();
    backend.enqueue(text('a\u001b]52;c;eA==\u0007b\u009b2J \u202ec'), finish());
    await session.send('\u001b[2Jhi', {
      attachments: [{kind: 'text', name: 'x\u001b[31m\n.txt', text: ''}],
    });
    expect(screen()).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202e]/);
    expect(screen()).toContain('[x␛[31m .txt]');
  });

  it('says how long it thought, once, before the text, and nothing when thinking is hidden', async () => {
    for (const hideThinking of [false, true]) {
      const {backend, session, screen} = prepared({hideThinking});
      backend.enqueue(reasoning('let me see'), text('So.'), finish());
      await session.send('?');
      expect(screen().match(/thought for/g)?.length ?? 0).toBe(hideThinking ? 0 : 1);
      if (!hideThinking) expect(screen().indexOf('thought for')).toBeLessThan(screen().indexOf('So.'));
      expect(screen()).not.toContain('let me see');
    }
  });

  it('says how long it thought when no text came after it', async () => {
    const {backend, session, screen} = prepared();
    backend.enqueue(reasoning('hm'), finish());
    await session.send('?');
    expect(screen().match(/thought for/g)).toHaveLength(1);
  });
});

describe('answers that end badly', () => {
  it('keep their text and say how they ended', async () => {
    const {backend, session, screen} = prepared();
    backend.enqueue(text('half of'), new LlmError({kind: 'overloaded', message: 'busy'}));
    await session.send('?');
    expect(screen()).toMatch(/half of\n\ntest\/model .* · failed · \/continue goes on\n\n$/);
  });

  it('leave no figures when there is no text at all; the error itself is shown by others', async () => {
    const {backend, session, screen} = prepared();
    backend.enqueue(new LlmError({kind: 'unreachable', message: 'nobody there'}));
    await session.send('?');
    expect(screen()).toBe('❯ ?\n\n');
  });

  it('say when they were stopped', async () => {
    const {backend, session, screen} = prepared();
    const seen = gate();
    backend.enqueue(text('so far'), gate().step);
    const sent = session.send('?', {onEvent: () => seen.open()});
    await seen.step;
    await session.stop();
    await sent;
    expect(screen()).toMatch(/so far\n\n.*stopped · \/continue goes on\n\n$/);
  });
});

describe('another answer', () => {
  it('and another prompt say which of their siblings they are', async () => {
    const {backend, session, screen, printed} = prepared();
    for (const answer of ['one', 'two', 'three']) backend.enqueue(text(answer), finish());
    await session.send('What?');
    expect(screen()).not.toContain('<');
    await session.retry();
    expect(screen()).toMatch(/two\n\ntest\/model · .* · <2\/2>\n\n$/);
    printed.length = 0;
    await session.edit(session.snapshot().conversation.nodes.keys().next().value ?? '', 'Who?');
    expect(screen()).toMatch(/^❯ <2\/2> Who\?\n\n● model\nthree\n\n[^<]*$/);
  });

  it('to the same prompt is announced by a rule, and the prompt is not printed again', async () => {
    const {backend, session, screen} = prepared();
    backend.enqueue(text('one'), finish());
    backend.enqueue(text('two'), finish());
    await session.send('What?');
    await session.retry();
    expect(screen().match(/❯ What\?/g)).toHaveLength(1);
    expect(screen().match(/── another answer ──/g)).toHaveLength(1);
    expect(screen().indexOf('another answer')).toBeLessThan(screen().indexOf('two'));
  });
});

describe('notices', () => {
  it.each([
    ['error', '✗ '],
    ['warning', '! '],
    ['success', '✓ '],
    ['info', ''],
  ] as const)('of tone %s begin with %j, are harmless, and a blank line follows', (tone, mark) => {
    const {transcript, screen} = prepared();
    transcript.show({type: 'text', tone, text: 'Some\u001b[2J thing'});
    expect(screen()).toBe(`${mark}Some␛[2J thing\n\n`);
  });

  it('in markdown are rendered', () => {
    const {transcript, screen} = prepared();
    transcript.show({type: 'markdown', text: '### Commands\n\n| a | b |\n| --- | --- |\n| one | two |\n'});
    expect(screen()).toContain('### Commands');
    expect(screen()).toMatch(/one.*two/);
    expect(screen()).not.toContain('---|');
    expect(screen()).toMatch(/[^\n]\n\n$/);
  });
});

describe('a conversation that goes on', () => {
  it('shows its last turns again, says how much came before, and prints none of it twice', async () => {
    const conversation = conversationOf(['p1', 'a1', 'p2', 'a2', 'p3', 'a3']);
    const {transcript, session, backend, screen} = prepared({conversation});
    transcript.replay(conversation, 2);
    expect(screen()).toMatch(
      /^… 2 earlier messages \(Ctrl\+O shows all\)\n\n❯ p2\n\n● model\na2\n\ntest\/model\n\n❯ p3\n\n● model\na3\n\ntest\/model\n\n$/,
    );
    const before = screen();
    transcript.follow(session.snapshot());
    expect(screen()).toBe(before);
    backend.enqueue(text('a4'), finish());
    await session.send('p4');
    expect(screen().slice(before.length)).toMatch(/^❯ p4\n\n● model\na4\n/);
  });

  it('shows the turn with a message that was looked for, and says how much there is around it', () => {
    const conversation = conversationOf([
      'p1',
      'a1',
      'p2',
      `a2 ${'x '.repeat(1000)}`,
      'p3',
      'a3',
      'p4',
      'a4',
    ]);
    const {transcript, screen} = prepared({conversation});
    transcript.replay(conversation, 2, 'n4');
    expect(screen()).toMatch(/^… 2 earlier messages \(Ctrl\+O shows all\)\n\n❯ p2\n\n● model\na2 /);
    expect(screen()).toMatch(/\n\n… 4 later messages \(Ctrl\+O shows all\)\n\n$/);
    expect(screen()).not.toContain('p3');
  });

  it('shows all of it when it is short', () => {
    const {transcript, screen} = prepared();
    transcript.replay(conversationOf(['p1', 'a1']), 3);
    expect(screen()).toMatch(/^❯ p1\n\n● model\na1/);
  });

  it('shows nothing of one that has not begun', () => {
    const {transcript, screen} = prepared();
    transcript.replay(emptyConversation(), 3);
    expect(screen()).toBe('');
  });

  it('shows a thought and a bad end of an earlier answer', () => {
    const answer: MessageNode = {
      id: 'x',
      parent: 'n1',
      role: 'assistant',
      text: 'cut',
      reasoning: 'hm',
      created: 9,
      stop: 'interrupted',
      timing: {totalMs: 10, reasoningMs: 3200},
    };
    const {transcript, screen} = prepared();
    transcript.replay(withNode(conversationOf(['p1']), answer), 3);
    expect(screen()).toMatch(
      /^❯ p1\n\n● answer\n∴ thought for 3\.2 s\n\ncut\n\ninterrupted · \/continue goes on\n\n$/,
    );
  });
});

describe('a path that is left for another', () => {
  const conversation = conversationOf(['p1', 'a1', 'p2', 'a2', 'p3', 'a3']);

  it('is announced by a rule, and the other is printed from a node on', async () => {
    const {transcript, session, backend, screen, printed} = prepared({conversation});
    transcript.replay(conversation, 1);
    printed.length = 0;
    session.goTo('n4');
    transcript.moved(session.snapshot().conversation, 'n3', 'back to p2\u001b[2J');
    expect(screen()).toMatch(/^── back to p2␛\[2J ──\n\n❯ p2\n\n● model\na2\n\ntest\/model\n\n$/);
    printed.length = 0;
    backend.enqueue(text('a4'), finish());
    await session.send('p4');
    expect(screen()).toMatch(/^❯ <2\/2> p4\n\n● model\na4\n/);
  });

  it('may end before the first prompt', () => {
    const {transcript, session, screen} = prepared({conversation});
    transcript.startOver(conversation);
    session.goTo(null);
    transcript.moved(session.snapshot().conversation, null, 'at the beginning');
    expect(screen()).toBe('── at the beginning ──\n\n');
  });

  it('says why an answer failed that has no word, and which of them it is', () => {
    const failed: MessageNode = {
      id: 'x',
      parent: 'n1',
      role: 'assistant',
      text: '',
      created: 9,
      stop: 'error',
      error: {kind: 'unreachable', message: 'no server\u001b[2J answers.', hint: 'start it: ollama serve'},
    };
    const whole = withNode(conversationOf(['p1', 'a1']), failed);
    const {transcript, screen, printed} = prepared({conversation: whole});
    const told = '✗ No server␛[2J answers. Start it: ollama serve\n\n<2/2>\n\n';
    transcript.moved(whole, 'x', 'answer 2 of 2');
    expect(screen()).toBe(`── answer 2 of 2 ──\n\n${told}`);
    printed.length = 0;
    transcript.replay(whole, 3);
    expect(screen()).toBe(`❯ p1\n\n${told}`);
  });

  it('says why an answer failed below the part of it that had come', () => {
    const failed: MessageNode = {
      id: 'x',
      parent: 'n1',
      role: 'assistant',
      text: 'half',
      created: 9,
      stop: 'interrupted',
      error: {kind: 'interrupted', message: 'the stream was cut'},
    };
    const {transcript, screen} = prepared();
    transcript.replay(withNode(conversationOf(['p1']), failed), 3);
    expect(screen()).toMatch(/half\n\ninterrupted · \/continue goes on\n\n✗ The stream was cut\n\n$/);
  });

  it('prints nothing by itself, also where a branch was never seen before', () => {
    const branch: MessageNode = {
      id: 'x',
      parent: 'n1',
      role: 'assistant',
      text: 'other',
      created: 9,
      stop: 'stop',
    };
    const whole = {...withNode(conversation, branch), head: 'n6'};
    const {transcript, session, screen} = prepared({conversation: whole});
    transcript.replay(whole, 1);
    const before = screen();
    session.goTo('x');
    expect(screen()).toBe(before);
    transcript.moved(session.snapshot().conversation, 'x', 'answer 2');
    expect(screen().slice(before.length)).toBe('── answer 2 ──\n\n● answer\nother\n\n<2/2>\n\n');
  });
});

describe('an answer that is gone on with', () => {
  it('prints only what is new, after a rule', async () => {
    const {backend, session, screen, printed} = prepared();
    backend.enqueue(text('One and a half of'), finish('length'));
    await session.send('What?');
    expect(screen()).toMatch(/ · cut: token limit reached · \/continue goes on\n\n$/);
    printed.length = 0;
    backend.enqueue(text(' the **next** line.\n\nAnd more.'), finish());
    await session.continueReply();
    expect(screen()).toMatch(
      /^── continued ──\n\nthe next line\.\n\nAnd more\.\n\ntest\/model · .* · <2\/2>\n\n$/,
    );
  });

  it('goes on in the code in which it was cut, whose copy is whole', async () => {
    const {backend, session, screen, printed, codeBlocks} = prepared();
    backend.enqueue(text('So:\n\n```py\na = 1\nret'), finish('length'));
    await session.send('What?');
    printed.length = 0;
    backend.enqueue(text('urn a\n```\n\nDone *it*.'), finish());
    await session.continueReply();
    expect(screen()).toMatch(/^── continued ──\n\n── py · 2\nurn a\n\nDone it\.\n/);
    expect(codeBlocks.get(2)).toBe('a = 1\nreturn a');
  });
});

describe('code', () => {
  it('has numbers that count on over all answers, and none in notices', async () => {
    const {transcript, backend, session, screen, codeBlocks} = prepared();
    backend.enqueue(text('```js\na\n```\n\n- ```\n  b\n  ```'), finish());
    backend.enqueue(text('```py\nc\n```'), finish());
    await session.send('one');
    transcript.show({type: 'markdown', text: '```sh\nnotice\n```\n'});
    await session.send('two');
    expect(screen().match(/^── \w+( · \d)?$/gm)).toEqual(['── js · 1', '── code · 2', '── sh', '── py · 3']);
    expect([1, 2, 3, 4].map(codeBlocks.get)).toEqual(['a', 'b', 'c', undefined]);
  });

  it('has the same number while it streams', async () => {
    const {transcript, backend, session, screen} = prepared();
    const {step, open} = gate();
    backend.enqueue(text('- ```js\n  a\n  ```\n  ```py\n  b'), step, text('\n  ```'), finish());
    const sent = session.send('?');
    while (transcript.tail().length === 0) await new Promise(setImmediate);
    const headers = transcript.tail().filter(line => line.startsWith('── '));
    expect(headers).toEqual(['── js · 1', '── py · 2']);
    open();
    await sent;
    expect(
      screen()
        .split('\n')
        .filter(line => line.startsWith('── ')),
    ).toEqual(headers);
  });
});

describe('raw markdown', () => {
  it('begins with what is not printed yet, and ends so', async () => {
    const {transcript, backend, session, screen} = prepared();
    const steps = [gate(), gate()];
    backend.enqueue(
      text('**a**\n\n**b**\n\n**c**'),
      steps[0]?.step ?? finish(),
      text('\n\n**d**\n\n**e**\n\n**f**'),
      steps[1]?.step ?? finish(),
      text('\n\n**g**'),
      finish(),
    );
    const until = async (word: string): Promise<void> => {
      while (!transcript.tail().join('\n').includes(word)) await new Promise(setImmediate);
    };
    const sent = session.send('?');
    await until('c');
    expect(transcript.toggleMarkdown()).toBe('raw');
    expect(transcript.tail()).toEqual(['', '**c**']);
    steps[0]?.open();
    await until('f');
    expect(transcript.toggleMarkdown()).toBe('rendered');
    steps[1]?.open();
    await sent;
    expect(screen()).toContain('● model\na\n\nb\n\n**c**\n\n**d**\n\n**e**\n\nf\n\ng\n\ntest/model');
  });

  it('stays for the next answers, but not for notices', async () => {
    const {transcript, backend, session, screen} = prepared();
    transcript.toggleMarkdown();
    backend.enqueue(text('# *a*'), finish());
    await session.send('?');
    transcript.show({type: 'markdown', text: '*b*'});
    expect(screen()).toContain('● model\n# *a*\n\ntest/model');
    expect(screen()).toMatch(/\n\nb\n\n$/);
  });
});

describe('an answer without a word', () => {
  it('is said to be one, with what to do', async () => {
    const {backend, session, screen} = prepared();
    backend.enqueue(finish());
    await session.send('?');
    expect(screen()).toMatch(/^❯ \?\n\n! The model answered with nothing\. \/retry asks again/);
  });
});

describe('a long prompt', () => {
  it('is printed shortened, with its beginning and its end', async () => {
    const {backend, session, screen} = prepared();
    backend.enqueue(text('ok'), finish());
    await session.send(Array.from({length: 40}, (_, index) => `line ${index}`).join('\n'));
    expect(screen()).toMatch(
      /^❯ line 0\n(?:line \d\n){5}… 31 more lines \(Ctrl\+O shows all\)\nline 37\nline 38\nline 39\n\n/,
    );
  });
});

describe('a notice in the middle of an answer', () => {
  it('stands apart from what is before and after it', async () => {
    const {transcript, backend, session, screen} = prepared();
    const {step, open} = gate();
    const later = gate();
    backend.enqueue(step, text('a\n\nb'), later.step, text('\n\nc'), finish());
    const sent = session.send('?');
    transcript.show({type: 'text', tone: 'info', text: 'first'});
    open();
    while (!screen().includes('a\n')) await new Promise(setImmediate);
    transcript.show({type: 'text', tone: 'info', text: 'second'});
    later.open();
    await sent;
    expect(screen()).toMatch(/^❯ \?\n\nfirst\n\n● model\na\n\nsecond\n\nb\n\nc\n\ntest\/model .*\n\n$/);
  });
});

describe('starting over', () => {
  it('forgets what streamed and prints only what comes', async () => {
    const {transcript, session, backend, screen, printed} = prepared();
    backend.enqueue(text('old'), finish());
    backend.enqueue(text('new'), finish());
    await session.send('p1');
    await session.open(emptyConversation({id: 'c2'}));
    transcript.startOver(session.snapshot().conversation);
    printed.length = 0;
    await session.send('p2');
    expect(screen()).toMatch(/^❯ p2\n\n● model\nnew\n/);
  });
});
