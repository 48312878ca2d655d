import {expect, it} from 'vitest';
import {createAnswerNotifier, type NotifierTerminal} from '../../src/ui/createAnswerNotifier.ts';

const wezterm: NotifierTerminal = {name: 'xterm-256color', program: 'WezTerm', multiplexer: 'none'};
const xterm: NotifierTerminal = {name: 'xterm-256color', program: '', multiplexer: 'none'};

/** One answer of so many ms, after the terminal said something; what was written. */
function written(
  terminal: NotifierTerminal,
  replies: readonly string[],
  ms: number,
  text = 'A title',
): string {
  let out = '';
  let clock = 50;
  const notifier = createAnswerNotifier({
    write: sequence => {
      out += sequence;
    },
    terminal,
    now: () => clock,
  });
  notifier.follow(false, () => text);
  notifier.follow(true, () => text);
  for (const reply of replies) notifier.reply(reply);
  clock += ms / 2;
  notifier.follow(true, () => text);
  clock += ms / 2;
  notifier.follow(false, () => text);
  notifier.follow(false, () => text);
  return out;
}

it('tells once of a long answer that ended while the window was not looked at', () => {
  expect(written(wezterm, ['\x1b[O'], 10_002)).toBe('\x1b]9;llm: A title\x07');
});

it('is silent about an answer that the person stopped', () => {
  let out = '';
  let clock = 0;
  const write = (sequence: string): void => {
    out += sequence;
  };
  const notifier = createAnswerNotifier({write, terminal: wezterm, now: () => clock});
  notifier.reply('\x1b[O');
  notifier.follow(true, () => undefined);
  clock = 20_000;
  notifier.follow(false, () => undefined);
  expect(out).toBe('');
});

it('rings the bell where the terminal shows no notifications', () => {
  expect(written(xterm, ['\x1b[O'], 10_002)).toBe('\x07');
});

it.each([
  ['a short answer', ['\x1b[O'], 9_998],
  ['a window that is looked at again', ['\x1b[O', '\x1b[I'], 60_000],
  ['a terminal that never tells of its focus', ['\x1b[?62;22c'], 60_000],
])('is silent for %s', (_what, replies, ms) => {
  expect(written(wezterm, replies, ms)).toBe('');
});

it('sends the notification through tmux, and the bell beside it', () => {
  expect(written({...xterm, multiplexer: 'tmux'}, ['\x1b[O'], 11_000)).toBe(
    '\x1bPtmux;\x1b\x1b]9;llm: A title\x07\x1b\\\x07',
  );
});

it('shows a title that would control the terminal as text, and not all of a long one', () => {
  const out = written(wezterm, ['\x1b[O'], 11_000, `a\x07\x1b]52;c;eA==\x07${'b'.repeat(500)}`);
  expect(out.slice(4, -1)).not.toMatch(/[\x00-\x1f]/);
  expect(out.length).toBeLessThan(120);
});

it('asks for the focus and takes that back', () => {
  let out = '';
  const notifier = createAnswerNotifier({
    write: sequence => {
      out += sequence;
    },
    terminal: xterm,
    now: () => 0,
  });
  notifier.start();
  notifier.stop();
  expect(out).toBe('\x1b[?1004h\x1b[?1004l');
});
