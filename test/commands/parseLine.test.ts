import {describe, expect, it} from 'vitest';
import {commands} from '../../src/commands/commands.ts';
import {parseLine} from '../../src/commands/parseLine.ts';

const named = (line: string): string => {
  const parsed = parseLine(line, commands);
  return parsed.type === 'command' ? `/${parsed.command.name} ${parsed.argument}`.trim() : parsed.type;
};

describe('reading a line', () => {
  it.each(commands.map(({name}) => name))('knows /%s in any case and with blanks around it', name => {
    expect(named(`/${name}`)).toBe(`/${name}`);
    expect(named(`  /${name.toUpperCase()}  `)).toBe(`/${name}`);
    expect(named(`/${name}  some words `)).toBe(`/${name} some words`);
  });

  it.each(commands.flatMap(({name, aliases = []}) => aliases.map(alias => [alias, name])))(
    'takes the alias /%s for /%s',
    (alias, name) => {
      expect(named(`/${alias}`)).toBe(`/${name}`);
    },
  );

  it('takes the beginning of a name where only one command begins so', () => {
    expect(named('/ex')).toBe('/export');
    expect(named('/sy Be brief')).toBe('/system Be brief');
    expect(named('/ret')).toBe('/retry');
    expect(named('/con')).toBe('/continue');
    expect(named('/fo')).toBe('/fork');
  });

  it('takes the shortest where the others only go on from its name', () => {
    expect(named('/mo gemma')).toBe('/model gemma');
    expect(named('/models')).toBe('/models');
    expect(named('/set seed 1')).toBe('/set seed 1');
    expect(parseLine('/se', commands)).toEqual({
      type: 'unknown',
      name: 'se',
      candidates: ['sessions', 'search', 'set', 'settings', 'setup'],
    });
  });

  it('does not choose between commands that begin alike, and names them', () => {
    expect(parseLine('/re', commands)).toEqual({
      type: 'unknown',
      name: 're',
      candidates: ['reset', 'retry', 'resume', 'rename'],
    });
    expect(parseLine('/h', commands)).toMatchObject({type: 'unknown', candidates: ['help', 'history']});
  });

  it.each(['/q', '/qui', '/c', '/clea', '/exi', '/by', '/u', '/und'])(
    'never takes %s for a command that must be typed in full',
    line => {
      const parsed = parseLine(line, commands);
      expect(parsed.type).toBe('unknown');
    },
  );

  it('knows no command of an unknown name, nor of none', () => {
    expect(parseLine('/frobnicate now', commands)).toEqual({
      type: 'unknown',
      name: 'frobnicate',
      candidates: [],
    });
    expect(parseLine('/', commands)).toEqual({type: 'unknown', name: '', candidates: []});
  });

  it.each(['/usr/bin/env is what?', '/etc/passwd', '/tmp/a.txt', '/42', '/(x)', 'a /model', '/home-path/x'])(
    'takes %s for a prompt',
    line => {
      expect(parseLine(line, commands)).toEqual({type: 'prompt', text: line});
    },
  );

  it('sends what begins with two slashes with one, and nothing else changed', () => {
    expect(parseLine('//model is a word', commands)).toEqual({type: 'prompt', text: '/model is a word'});
    expect(parseLine('///x ', commands)).toEqual({type: 'prompt', text: '//x '});
  });

  it('keeps a prompt as it was typed', () => {
    expect(parseLine('  two\nlines  ', commands)).toEqual({type: 'prompt', text: '  two\nlines  '});
  });

  it('takes an argument of several lines', () => {
    expect(named('/system one\ntwo')).toBe('/system one\ntwo');
  });
});
