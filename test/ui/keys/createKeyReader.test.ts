import {PassThrough} from 'node:stream';
import {afterEach, beforeEach, describe, expect, it, vi} from 'vitest';
import {createKeyReader} from '../../../src/ui/keys/createKeyReader.ts';
import type {KeyEvent} from '../../../src/ui/keys/parseKeys.ts';

function prepared(typedBefore?: string) {
  const modes: boolean[] = [];
  const stdin = Object.assign(new PassThrough(), {setRawMode: (mode: boolean) => modes.push(mode)});
  const written: string[] = [];
  const reader = createKeyReader(
    stdin as unknown as NodeJS.ReadStream,
    text => written.push(text),
    typedBefore,
  );
  const events: KeyEvent[] = [];
  const names = (): string[] =>
    events.map(event => (event.type === 'key' ? event.name : JSON.stringify(event)));
  const say = (text: string): void => void stdin.emit('data', text);
  return {
    reader,
    stdin,
    say,
    written,
    modes,
    events,
    names,
    hear: (event: KeyEvent) => void events.push(event),
  };
}

beforeEach(() => {
  vi.useFakeTimers({toFake: ['setTimeout', 'clearTimeout']});
});
afterEach(() => {
  vi.useRealTimers();
});

describe('the terminal', () => {
  it('is put into raw mode and given back as it was', () => {
    const {reader, modes, written, stdin} = prepared();
    reader.start();
    expect(modes).toEqual([true]);
    expect(written.join('')).toContain('\u001b[?2004h');
    reader.stop();
    expect(modes).toEqual([true, false]);
    expect(written.join('')).toContain('\u001b[?2004l');
    expect(written.join('').match(/\u001b\[>\d+u/g)).toHaveLength(1);
    expect(written.join('').match(/\u001b\[<u/g)).toHaveLength(1);
    expect(stdin.listenerCount('data')).toBe(0);
    expect(stdin.isPaused()).toBe(true);
  });

  it('is read again after it was given away, and nothing half typed is left from before', () => {
    const {reader, say, hear, names} = prepared();
    reader.listen(hear);
    reader.start();
    say('\u001b');
    reader.stop();
    vi.runAllTimers();
    reader.start();
    say('a');
    expect(names()).toEqual(['{"type":"text","text":"a"}']);
  });
});

describe('listening', () => {
  it('hands keys to the latest listener until it leaves', () => {
    const {reader, say} = prepared();
    reader.start();
    const first: string[] = [];
    const second: string[] = [];
    reader.listen(event => first.push(event.type));
    const leave = reader.listen(event => second.push(event.type));
    say('\r');
    leave();
    leave();
    say('x');
    expect(first).toEqual(['text']);
    expect(second).toEqual(['key']);
  });

  it('keeps what was typed before anyone listened, in order, for the first who does', () => {
    const {reader, say, hear, names} = prepared('hel');
    reader.start();
    say('lo\r');
    reader.listen(hear);
    expect(names()).toEqual(['{"type":"text","text":"hel"}', '{"type":"text","text":"lo"}', 'enter']);
    const late: KeyEvent[] = [];
    reader.listen(event => late.push(event));
    expect(late).toEqual([]);
  });
});

describe('waiting for the rest of a sequence', () => {
  it('takes an ESC that stays alone for the Escape key, but not before its time', () => {
    const {reader, say, hear, names} = prepared();
    reader.listen(hear);
    reader.start();
    say('\u001b');
    expect(names()).toEqual([]);
    vi.runAllTimers();
    expect(names()).toEqual(['escape']);
  });

  it('takes an ESC whose rest comes in time for a sequence', () => {
    const {reader, say, hear, names} = prepared();
    reader.listen(hear);
    reader.start();
    say('\u001b');
    say('[');
    vi.advanceTimersByTime(100);
    say('A');
    vi.runAllTimers();
    expect(names()).toEqual(['up']);
  });

  it('loses nothing of what is typed right after Alt and a sign that answers of terminals begin with', () => {
    for (const sign of ['_', ']', '^', 'P']) {
      const {reader, say, hear, names} = prepared();
      reader.listen(hear);
      reader.start();
      say(`\u001b${sign}`);
      for (const character of 'lost?') say(character);
      vi.runAllTimers();
      const typed = names().map(name => (name.startsWith('{') ? JSON.parse(name).text : `<${name}>`));
      expect(typed.join('')).toBe(`<alt+${sign.toLowerCase()}>lost?`);
    }
  });

  it('does not wait longer when more is typed after what might be the beginning of an answer', () => {
    const {reader, say, hear, names} = prepared();
    reader.listen(hear);
    reader.start();
    say('\u001b]1');
    for (const character of 'a b c') {
      vi.advanceTimersByTime(200);
      say(character);
    }
    expect(names().slice(0, 2)).toEqual(['alt+]', '{"type":"text","text":"1a "}']);
  });

  it('gives Escape twice for two', () => {
    const {reader, say, hear, names} = prepared();
    reader.listen(hear);
    reader.start();
    say('\u001b');
    vi.advanceTimersByTime(10);
    say('\u001b');
    vi.runAllTimers();
    expect(names()).toEqual(['escape', 'escape']);
  });

  it('waits for an ESC that was typed before it was made, too', () => {
    const {reader, hear, names} = prepared('\u001b');
    reader.start();
    vi.runAllTimers();
    reader.listen(hear);
    expect(names()).toEqual(['escape']);
  });

  it.each([
    [']', 'alt+]'],
    ['[', 'alt+['],
    ['P', 'alt+p'],
    ['O', 'alt+o'],
    ['_', 'alt+_'],
    ['^', 'alt+^'],
  ])('is not deaf for ever after Alt+%s, which begins like a sequence', (character, name) => {
    const {reader, say, hear, names} = prepared();
    reader.listen(hear);
    reader.start();
    say(`\u001b${character}`);
    vi.runAllTimers();
    say('x');
    expect(names()).toEqual([name, '{"type":"text","text":"x"}']);
  });

  it('takes the beginning of an answer of the terminal that never ends for no typing', () => {
    const {reader, say, hear, names} = prepared();
    reader.listen(hear);
    reader.start();
    say('\u001b]11;rgb:1e');
    vi.runAllTimers();
    say('x');
    expect(names()).toEqual(['{"type":"text","text":"x"}']);
  });

  it('gives the keyboard back when the end of a paste never comes', () => {
    const {reader, say, hear, events} = prepared();
    reader.listen(hear);
    reader.start();
    say('\u001b[200~one');
    vi.advanceTimersByTime(10_000);
    say('x');
    expect(events).toEqual([
      {type: 'paste', text: 'one'},
      {type: 'text', text: 'x'},
    ]);
  });

  it('waits for the end of a paste over a slow line', () => {
    const {reader, say, hear, events} = prepared();
    reader.listen(hear);
    reader.start();
    say('\u001b[200~one');
    vi.advanceTimersByTime(9_000);
    say('two\u001b[201~');
    expect(events).toEqual([{type: 'paste', text: 'onetwo'}]);
  });
});
