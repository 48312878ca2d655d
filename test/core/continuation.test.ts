import {describe, expect, it} from 'vitest';
import {continuationMessages, cutAnswer} from '../../src/core/continuation.ts';
import type {StopReason} from '../../src/core/message.ts';
import {conversationOf} from './sampleSession.ts';

function cutWith(text: string, stop: StopReason) {
  const conversation = conversationOf(['p', text]);
  const last = conversation.nodes.get('n2');
  if (!last) throw new Error('no answer');
  return {...conversation, nodes: new Map(conversation.nodes).set('n2', {...last, stop})};
}

describe('an answer that was cut', () => {
  it.each<[StopReason, boolean]>([
    ['length', true],
    ['aborted', true],
    ['interrupted', true],
    ['error', true],
    ['stop', false],
    ['content-filter', false],
    ['streaming', false],
  ])('is one that ended with %s: %s', (stop, isCut) => {
    expect(cutAnswer(cutWith('half', stop))?.id).toBe(isCut ? 'n2' : undefined);
    expect(cutAnswer(cutWith('', stop))).toBeUndefined();
  });

  it('is none while the last message is a prompt, or there is no message', () => {
    expect(cutAnswer({...cutWith('half', 'length'), head: 'n1'})).toBeUndefined();
    expect(cutAnswer(conversationOf([]))).toBeUndefined();
  });
});

describe('asking for the rest', () => {
  const asked = (text: string): string => {
    const conversation = cutWith(text, 'length');
    const messages = continuationMessages(conversation, conversation.nodes.get('n2') as never);
    expect(messages.slice(0, -1)).toEqual([
      {role: 'user', text: 'p'},
      {role: 'assistant', text},
    ]);
    expect(messages.at(-1)?.role).toBe('user');
    return messages.at(-1)?.text.split('\n').slice(1).join('\n') ?? '';
  };

  it('shows the model the end of its last line, from the beginning of a word', () => {
    expect(asked('first\n  the second li')).toBe('the second li');
    const cue = asked(`${'many words '.repeat(30)}and the end`);
    expect(cue.length).toBeLessThanOrEqual(60);
    expect(cue).toMatch(/^(many|words) .*and the end$/);
    expect(asked('x'.repeat(300))).toMatch(/^x{50,60}$/);
    expect(asked('a line\n\n')).toBe('a line');
  });
});
