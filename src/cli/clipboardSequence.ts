import {passThrough} from '../core/passThrough.ts';

/**
 * The most that terminals take, in bytes of UTF-8: xterm's limit of 100,000 bytes for the whole sequence, as hterm's
 * osc52.sh reckons it (https://chromium.googlesource.com/apps/libapps/+/HEAD/hterm/etc/osc52.sh).
 */
export const longestClipboardText = 74_994;

/** OSC 52, which asks the terminal to put a text on its clipboard (xterm's ctlseqs, "Manipulate Selection Data"). */
export function clipboardSequence(text: string, multiplexer: 'tmux' | 'screen' | 'none'): string {
  return passThrough(`\u001b]52;c;${Buffer.from(text).toString('base64')}\u0007`, multiplexer);
}
