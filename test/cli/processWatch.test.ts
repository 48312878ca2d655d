import {describe, expect, it} from 'vitest';
import {processWatch} from '../../src/cli/processWatch.ts';

describe('processWatch', () => {
  it('knows this process by what is written of it, and takes anything else for dead', () => {
    const written: unknown = JSON.parse(JSON.stringify(processWatch.own()));
    expect(processWatch.livenessOf(written)).toBe('alive');
    expect(processWatch.livenessOf({...(written as object), started: '1'})).toBe('dead');
    for (const odd of [null, undefined, 'text', [], {}, {...(written as object), pid: 'x'}])
      expect(processWatch.livenessOf(odd)).toBe('dead');
  });
});
