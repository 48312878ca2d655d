import {presets} from '../../backends/presets.ts';
import type {Finding} from '../../commands/command.ts';
import {describeError, toLlmError} from '../../core/errors.ts';
import {neutraliseLine} from '../../core/neutralise.ts';
import type {Services} from '../createServices.ts';
import {hubKey} from '../keys/keySources.ts';
import {runKeyCommand} from '../runKeyCommand.ts';

/** Longest wait for a key, in ms. */
const longestMs = 10_000;

/**
 * Which keys are there; none is shown. With `run`, every `keyCommand` is tried: a password manager may ask its owner.
 */
export async function keyFindings(
  {settings, environment, keys}: Pick<Services, 'settings' | 'environment' | 'keys'>,
  run: boolean,
): Promise<Finding[]> {
  const named = [
    ...presets.flatMap(({id, name, keyName, local}) => (keyName ? [{id, name, keyName, local}] : [])),
    // Most of what it has is open to all.
    {...hubKey, name: 'Hugging Face', local: true},
  ];
  const isSet = ({keyName}: {keyName: string}): boolean => environment.variables[keyName] !== undefined;
  const there = named.filter(isSet).map(({name, keyName}) => `${name} (${keyName})`);
  const stored = keys
    .ids()
    .map(id => `${neutraliseLine(id)} (${keys.placeOf(id) === 'file' ? keys.path : 'system keychain'})`);
  const missing = named
    .filter(key => !key.local && !isSet(key) && keys.placeOf(key.id) === undefined)
    .map(({keyName}) => keyName);
  const commands = Object.entries(settings.backends).flatMap(([id, {keyCommand}]) =>
    keyCommand === undefined ? [] : [{id, keyCommand}],
  );
  return [
    ...(there.length > 0 ? [finding('ok', `there is a key for ${there.join(', ')}`)] : []),
    ...(stored.length > 0 ? [finding('ok', `stored: ${stored.join(', ')}`)] : []),
    ...(await Promise.all(commands.map(({id, keyCommand}) => tried(id, keyCommand, run)))),
    ...(missing.length > 0
      ? [finding('ok', `not set, and needed only for their clouds: ${missing.join(', ')}`)]
      : []),
  ];
}

async function tried(id: string, command: string, run: boolean): Promise<Finding> {
  const setting = `backends.${id}.keyCommand`;
  if (!run) return finding('ok', `${setting} is set; \`llm doctor\` in a shell tries it`);
  try {
    const key = await runKeyCommand(command, id, {timeoutMs: longestMs});
    if (key.trim() !== '') return finding('ok', `${setting} prints a key`);
    return finding(
      'problem',
      `${setting} prints nothing`,
      'Try the command in a shell; it must print the key and nothing else.',
    );
  } catch (thrown) {
    return finding(
      'problem',
      `${setting}: ${describeError(toLlmError(thrown))}`,
      'Try the command in a shell; it must print the key and nothing else.',
    );
  }
}

function finding(state: Finding['state'], text: string, remedy?: string): Finding {
  return {area: 'keys', state, text, ...(remedy !== undefined && {remedy})};
}
