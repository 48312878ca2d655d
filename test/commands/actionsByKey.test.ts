import {describe, expect, it} from 'vitest';
import {actionsByKey} from '../../src/commands/actionsByKey.ts';

describe('the keys of a table', () => {
  it('lead to its actions, those of several in turn', () => {
    const actions = actionsByKey([
      {keys: ['down', 'up', 'j', 'k'], actions: ['down', 'up']},
      {keys: ['q', 'escape'], actions: ['leave']},
    ]);
    expect(Object.fromEntries(actions)).toEqual({
      ...{down: 'down', j: 'down', up: 'up', k: 'up'},
      ...{q: 'leave', escape: 'leave'},
    });
    expect(actions.get('x')).toBeUndefined();
  });
});
