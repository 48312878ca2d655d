/** Longest piece that GNU screen lets through, in bytes; older ones take 256. */
const screenPiece = 240;

/**
 * Wraps an escape sequence so that a terminal multiplexer hands it on to the terminal around it. tmux (its manual,
 * `allow-passthrough`) wants every ESC doubled; GNU screen ("String Escapes": DCS) takes short pieces only.
 */
export function passThrough(sequence: string, multiplexer: 'tmux' | 'screen' | 'none'): string {
  switch (multiplexer) {
    case 'none':
      return sequence;
    case 'tmux':
      return `\u001bPtmux;${sequence.replaceAll('\u001b', '\u001b\u001b')}\u001b\\`;
    case 'screen': {
      const pieces = sequence.match(new RegExp(`[\\s\\S]{1,${screenPiece}}`, 'g')) ?? [];
      return pieces.map(piece => `\u001bP${piece}\u001b\\`).join('');
    }
  }
}
