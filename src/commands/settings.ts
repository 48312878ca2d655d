import {nearestNames} from '../core/nearestNames.ts';
import {neutraliseLine} from '../core/neutralise.ts';
import {type Choice, type Command, type CommandContext, type CommandResult, say} from './command.ts';
import {fullName} from './modelNames.ts';
import {modelsInTime} from './modelsInTime.ts';
import {refusal} from './refuse.ts';
import {shorten} from './shorten.ts';

export const settings: Command = {
  name: 'settings',
  usage: '[KEY [VALUE… | off]]',
  summary: 'show or change the settings file',
  async complete(argument, context) {
    const {settings: port} = context;
    const [, key] = /^(\S+)\s/.exec(argument) ?? [];
    if (key === undefined) return [...new Set([...port.list().map(entry => entry.key), ...port.names()])];
    const isSet = port.list().some(entry => entry.key === key);
    const values = [...(await valuesOf(key, context)), ...(isSet ? ['off'] : [])];
    return values.map(value => `${key} ${value}`);
  },
  async run(argument, context) {
    const [, key = '', value = ''] = /^(\S*)\s*([\s\S]*)$/.exec(argument) ?? [];
    if (key === '') return {type: 'choose', title: 'Settings', choices: choicesOf(context)};
    if (value === '') return show(key, context);
    const {settings: port} = context;
    if (value === 'off') {
      await port.unset(key);
      return say(`${key} is not set any more. ${whenItCounts}`, 'success');
    }
    const written = await port.set(key, [value]);
    if (key === 'theme' && typeof written === 'string') {
      context.looks.use(written);
      return say(`theme = ${shown(written)}.`, 'success');
    }
    return say(`${key} = ${shown(written)}. ${whenItCounts}`, 'success');
  },
};

const whenItCounts = 'It counts from the next start of llm on.';

/** The values that a setting is known to take. */
async function valuesOf(key: string, context: CommandContext): Promise<readonly string[]> {
  if (key === 'theme') return context.looks.themes();
  if (key === 'model') return (await modelsInTime(context)).map(fullName);
  return key === 'input.submit' ? ['enter', 'alt-enter'] : [];
}

function choicesOf({settings: port}: CommandContext): Choice[] {
  const set = port.list();
  const isSet = new Set(set.map(({key}) => key));
  const others = port.names().filter(name => !isSet.has(name));
  return [
    ...set.map(({key, value}) => ({label: key, detail: shown(value), line: `/settings ${key}`})),
    ...others.map(name => ({label: name, detail: 'not set', line: `/settings ${name}`})),
  ];
}

function show(key: string, {settings: port}: CommandContext): CommandResult {
  const names = port.names();
  const entry = port.list().find(each => each.key === key);
  if (!entry && !names.some(name => patternOf(name).test(key))) {
    const near = nearestNames(key, names).join(', ');
    throw refusal(`there is no setting "${key}"`, near ? `Did you mean ${near}?` : 'See them all: /settings');
  }
  const name = neutraliseLine(key);
  const part = /[A-Z]{2,}/.exec(key)?.[0];
  const own = part && names.includes(key) ? `, with a name of your own for ${part}` : '';
  return say(
    entry
      ? `${name} = ${shown(entry.value)}\nChange it: /settings ${name} VALUE${own}; take it away: /settings ${name} off`
      : `${name} is not set. Set it: /settings ${name} VALUE${own}`,
  );
}

/** What a name of the table fits: a part in capitals stands for any. */
function patternOf(name: string): RegExp {
  const parts = name.split('.').map(part => (/^[A-Z]+$/.test(part) ? '.+' : part.replace(/\W/g, '\\$&')));
  return new RegExp(`^${parts.join('\\.')}$`);
}

function shown(value: unknown): string {
  return shorten(typeof value === 'string' ? value : (JSON.stringify(value) ?? ''), 200);
}
