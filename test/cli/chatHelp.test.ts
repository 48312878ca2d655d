import {describe, expect, it} from 'vitest';
import {chatHelp} from '../../src/cli/chatHelp.ts';
import {commands} from '../../src/commands/commands.ts';
import {keyLabel, keyTable} from '../../src/commands/keyTable.ts';

const words = (text: string): string => text.replace(/\s+/g, ' ');

describe('the help of the chat', () => {
  const text = chatHelp();

  it('names every command and every key with what it does, whole', () => {
    for (const {name, aliases = [], usage = '', summary} of commands) {
      const also = aliases.filter(alias => alias !== '?').map(alias => `, /${alias}`);
      expect(words(text)).toContain(words(`/${name}${also.join('')} ${usage} ${summary}`));
    }
    for (const {keys, summary} of keyTable) {
      expect(words(text)).toContain(`${keys.map(keyLabel).join(', ')} ${summary}`);
    }
  });

  it('fits a terminal of 80 columns', () => {
    for (const line of text.split('\n')) expect([...line].length, line).toBeLessThanOrEqual(80);
  });
});
