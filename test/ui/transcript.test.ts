import {beforeAll, describe, expect, it} from 'vitest';
import type {MessageNode} from '../../src/core/conversation.ts';
import {withNode} from '../../src/core/conversation.ts';
import {LlmError} from '../../src/core/errors.ts';
import type {SendOptions} from '../../src/core/session.ts';
import type {MarkdownStream} from '../../src/markdown/markdownStream.ts';
import {createTranscript} from '../../src/ui/transcript.ts';
import {conversationOf, emptyConversation, sessionOver} from '../core/sampleSession.ts';
import {createScriptedBackend, finish, gate, reasoning, text} from '../core/scriptedBackend.ts';
import {loadPlainMarkdown, plainStyles} from './look.ts';

let markdownAt: (width: number) => MarkdownStream;
beforeAll(async () => {
  markdownAt = await loadPlainMarkdown();
});

function prepared({hideThinking = false, conversation = emptyConversation()} = {}) {
  const printed: string[] = [];
  const transcript = createTranscript({
    print: piece => printed.push(piece),
    markdown: () => markdownAt(60),
    styles: () => plainStyles,
    width: () => 200,
    hideThinking,
  });
  const backend = createScriptedBackend();
  const session = sessionOver(backend, {conversation, notifyMs: 0});
  session.subscribe(() => transcript.follow(session.snapshot()));
  return {printed, transcript, backend, session, screen: () => printed.join('')};
}

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
      /^❯ What\?\n\n# Title\n\nFirst line\.\n\nSecond one\.\n\ntest\/model · \d+ ms to first token · 120 tok\/s · 12 tokens\n\n$/,
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
    expect(screen()).toMatch(/half of\n\ntest\/model .* · failed\n\n$/);
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
    expect(screen()).toMatch(/so far\n\n.*stopped\n\n$/);
  });
});

describe('another answer', () => {
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
      /^… 2 earlier messages\n\n❯ p2\n\na2\n\ntest\/model\n\n❯ p3\n\na3\n\ntest\/model\n\n$/,
    );
    const before = screen();
    transcript.follow(session.snapshot());
    expect(screen()).toBe(before);
    backend.enqueue(text('a4'), finish());
    await session.send('p4');
    expect(screen().slice(before.length)).toMatch(/^❯ p4\n\na4\n/);
  });

  it('shows all of it when it is short', () => {
    const {transcript, screen} = prepared();
    transcript.replay(conversationOf(['p1', 'a1']), 3);
    expect(screen()).toMatch(/^❯ p1\n\na1/);
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
      /^❯ p1\n\n∴ thought for 3\.2 s\n\ncut\n\ninterrupted\n\n! This answer was cut\./,
    );
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
    expect(screen()).toMatch(/^❯ p2\n\nnew\n/);
  });
});
