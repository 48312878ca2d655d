/** A line on stderr that says what is waited for; silent when stderr is no terminal. */
export type Spinner = {say(what: string): void; stop(): void};

const frames = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];
/** Answers that begin sooner need no spinner, in ms. */
const patienceMs = 300;
/** Where a terminal does not tell how wide it is, in columns. */
const usualColumns = 80;

/** `elapsed: false` for what tells of times itself. What is longer than the terminal is wide is cut. */
export function createSpinner(
  stderr: NodeJS.WriteStream,
  wanted: boolean,
  {elapsed = true}: {elapsed?: boolean} = {},
): Spinner {
  if (!wanted || !stderr.isTTY) return {say() {}, stop() {}};
  const started = Date.now();
  let what = 'waiting for the model';
  let frame = 0;
  let isShown = false;
  let cut: ((text: string, columns: number) => string) | undefined;
  const load = async (): Promise<void> => {
    // Widths of characters are not loaded for answers that need no spinner.
    const {cutToWidth} = await import('../ui/transcript/cutToWidth.ts');
    cut ??= cutToWidth;
  };
  const draw = (): void => {
    if (Date.now() - started < patienceMs) return;
    if (!cut) return void load();
    isShown = true;
    frame = (frame + 1) % frames.length;
    const seconds = elapsed ? ` · ${Math.round((Date.now() - started) / 1000)} s` : '';
    // A line that wraps would be cleared in part only; one that fills the last column wraps in some terminals.
    const room = (stderr.columns || usualColumns) - 1 - seconds.length - 2;
    stderr.write(`\r\u001b[K${frames[frame]} ${cut(what, room)}${seconds}`);
  };
  const timer = setInterval(draw, 120);
  timer.unref();
  return {
    say(next) {
      what = next;
    },
    stop() {
      clearInterval(timer);
      if (isShown) stderr.write('\r\u001b[K');
      isShown = false;
    },
  };
}
