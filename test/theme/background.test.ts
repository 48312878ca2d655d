import {expect, test} from 'vitest';
import {readBackgroundReply, readColorFgBg} from '../../src/theme/background.ts';

test.each([
  ['\u001b]11;rgb:ffff/ffff/ffff\u001b\\', 'light'],
  ['\u001b]11;rgb:0000/0000/0000\u0007', 'dark'],
  ['\u001b]11;rgb:1e1e/1e1e/1e1e\u001b\\', 'dark'],
  ['\u001b]11;rgb:fdfd/f6f6/e3e3\u001b\\', 'light'],
  ['\u001b]11;rgb:f/f/f\u001b\\', 'light'],
  ['\u001b]11;rgb:00/2b/36\u001b\\', 'dark'],
  ['\u001b]11;rgba:ffff/ffff/ffff/8000\u001b\\', 'light'],
  ['\u001b]11;#282a36\u0007', 'dark'],
  ['\u001b]11;#fff\u0007', 'light'],
  ['\u001b]11;#ffffeeeeffff\u0007', 'light'],
  // Blue counts for little, green for much.
  ['\u001b]11;rgb:0000/0000/ffff\u0007', 'dark'],
  ['\u001b]11;rgb:0000/ffff/0000\u0007', 'light'],
  ['\u001b]11;?\u001b\\', undefined],
  ['\u001b]11;rgb:gg/00/00\u0007', undefined],
  ['\u001b]11;#ffff\u0007', undefined],
  ['\u001b]10;rgb:ffff/ffff/ffff\u0007', undefined],
  ['\u001b[?62;22c', undefined],
  ['', undefined],
])('the answer %j means %s', (sequence, background) => {
  expect(readBackgroundReply(sequence)).toBe(background);
});

test.each([
  ['15;0', 'dark'],
  ['0;15', 'light'],
  ['0;default;15', 'light'],
  ['12;8', 'dark'],
  ['0;7', 'light'],
  ['0;11', 'light'],
  ['0;default', undefined],
  ['0;16', undefined],
  ['15', undefined],
  [undefined, undefined],
])('COLORFGBG=%s means %s', (value, background) => {
  expect(readColorFgBg(value)).toBe(background);
});
