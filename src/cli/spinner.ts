/** A line on stderr that says what is waited for; silent when stderr is no terminal. */
export type Spinner = {say(what: string): void; stop(): void};

const frames = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];
/** Answers that begin sooner need no spinner, in ms. */
const patienceMs = 300;

/** `elapsed: false` for what tells of times itself. */
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
  const draw = (): void => {
    if (Date.now() - started < patienceMs) return;
    isShown = true;
    frame = (frame + 1) % frames.length;
    const seconds = elapsed ? ` · ${Math.round((Date.now() - started) / 1000)} s` : '';
    stderr.write(`\r\u001b[K${frames[frame]} ${what}${seconds}`);
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
