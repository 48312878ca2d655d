/** The few lines that stand on the terminal before the screen library is loaded, and the keys typed meanwhile. */
export type FirstFrame = {
  /** Ends the frame. `erase` removes it from the terminal; `input` is what was typed, raw. */
  finish(): {erase: string; input: string};
  /** Removes the frame and gives the terminal back as it was; nothing once the frame was finished. */
  abandon(): void;
};

const promptSign = '❯ ';
const rowsAbovePrompt = 2;

/**
 * Writes a first frame at once and switches the terminal to raw input, so that the program answers within the time
 * in which a bare process prints a line. Printable keys are echoed where the composer will show them; all keys are kept.
 */
export function paintFirstFrame(stdin: NodeJS.ReadStream, stdout: NodeJS.WriteStream): FirstFrame {
  let input = '';
  let column = promptSign.length;
  let echoing = true;
  let isFinished = false;
  /** What is read in the first turn of the event loop was typed before raw mode. */
  let isCooked = true;
  const erase = `\r\u001b[${rowsAbovePrompt}A\u001b[J`;

  stdin.setRawMode(true);
  // The line is cleared first: the terminal itself echoed what was typed before raw mode, and that is in the input too.
  stdout.write(`\r\u001b[Kllm …\r\n\r\n${promptSign}\r\nstarting\u001b[1A\r\u001b[${promptSign.length}C`);

  const abandon = (): void => {
    if (isFinished) return;
    isFinished = true;
    stdin.off('data', onData);
    stdin.pause();
    stdin.setRawMode(false);
    // In two steps: tmux would keep in its scrollback what is erased from the top left corner on in one.
    stdout.write(erase.replace('\u001b[J', '\u001b7\u001b[K\u001b[1B\u001b[J\u001b8'));
  };
  const onData = (chunk: Buffer | string): void => {
    // Before raw mode the terminal itself makes a line feed of Enter (ICRNL, termios(3)).
    const text = isCooked ? chunk.toString().replaceAll('\n', '\r') : chunk.toString();
    input += text;
    // Until the screen stands, nobody else is there to be told that the person has changed their mind.
    if (text === '\u0003') {
      abandon();
      process.exit(130);
    }
    for (const character of text) {
      // Anything but plain narrow text waits for the real composer: it alone knows widths and keys.
      echoing = echoing && character >= ' ' && character < '\u007f' && column < stdout.columns - 1;
      if (!echoing) return;
      stdout.write(character);
      column += 1;
    }
  };
  stdin.setEncoding('utf8');
  stdin.on('data', onData);
  stdin.resume();
  setImmediate(() => {
    isCooked = false;
  });

  return {
    finish() {
      isFinished = true;
      stdin.off('data', onData);
      stdin.pause();
      return {erase, input};
    },
    abandon,
  };
}
