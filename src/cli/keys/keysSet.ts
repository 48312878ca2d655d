import {keyIdOf} from './keyIdOf.ts';
import {describeKeySource, keySources} from './keySources.ts';
import type {KeysAction} from './keysAction.ts';
import {readKey} from './readKey.ts';

/** After so long it is said what is waited for, in ms. */
const patienceMs = 2_000;

export const keysSet: KeysAction = {
  name: 'set',
  usage: 'NAME',
  summary: 'store the key of a backend; it is asked for, or read from a pipe',
  options: ['file'],
  async run(run) {
    const {services, io, options} = run;
    const say = (line: string): void => void io.stderr.write(`llm: ${line}\n`);
    const id = keyIdOf('set', run);
    const key = await readKey(io, `Key of ${id} (not shown): `);
    const timer = setTimeout(
      () => say('the keychain has not answered yet; it may want to be unlocked'),
      patienceMs,
    );
    const kept = await services.keys
      .set(id, key, {inFile: options.file === true})
      .finally(() => clearTimeout(timer));
    for (const warning of kept.warnings) say(warning);
    if (kept.whyNotKeychain !== undefined) say(kept.whyNotKeychain);
    say(
      kept.place === 'keychain'
        ? `the key of ${id} is in the system keychain`
        : `the key of ${id} is in ${services.keys.path}, readable by you alone`,
    );
    const [used] = keySources(id, services);
    if (used && used.from !== kept.place) say(`another one comes before it: ${describeKeySource(used)}`);
    return 0;
  },
};
