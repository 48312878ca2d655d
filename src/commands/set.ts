import {LlmError} from '../core/errors.ts';
import {neutraliseLine} from '../core/neutralise.ts';
import {type GenerationOptions, optionNames, parseOption} from '../core/options.ts';
import {type Command, say} from './command.ts';

const examples: Record<keyof GenerationOptions, string> = {
  temperature: '0.7',
  top_p: '0.9',
  top_k: '40',
  min_p: '0.05',
  seed: '42',
  num_ctx: '8192',
  max_tokens: '500',
  repeat_penalty: '1.1',
  presence_penalty: '0.5',
  frequency_penalty: '0.5',
  stop: 'END',
};

export const set: Command = {
  name: 'set',
  usage: '[KEY VALUE | KEY off]',
  summary: 'show or set options such as temperature and num_ctx',
  async complete(argument, {session}) {
    const [, key, value] = /^(\S+)(\s+\S*)?$/.exec(argument) ?? [];
    const name = optionNames.find(each => each === key);
    if (name === undefined || value === undefined) return optionNames;
    const isSet = session.snapshot().conversation.options[name] !== undefined;
    return [`${name} ${examples[name]}`, ...(isSet ? [`${name} off`] : [])];
  },
  run(argument, {session}) {
    const {options} = session.snapshot().conversation;
    if (argument === '') {
      const lines = Object.entries(options).map(([key, value]) => `${key} ${JSON.stringify(value)}`);
      return say(
        lines.length > 0 ? lines.join('\n') : `No options are set. Known: ${optionNames.join(', ')}`,
      );
    }
    const [, key = '', value = ''] = /^([^\s=]+)(?:\s*=\s*|\s+)?([\s\S]*)$/.exec(argument) ?? [];
    const parsed = parseOption(key, value.trim());
    if (!parsed.ok && parsed.reason === 'unknown') {
      throw new LlmError({
        kind: 'usage',
        message: `/set knows no option "${neutraliseLine(key)}"`,
        hint: `Known: ${optionNames.join(', ')}`,
      });
    }
    const {name} = parsed;
    if (value.trim() === 'off') {
      session.configure({
        options: Object.fromEntries(Object.entries(options).filter(([other]) => other !== name)),
      });
      return say(`${name} is back to the model's default.`, 'success');
    }
    if (!parsed.ok) {
      throw new LlmError({
        kind: 'usage',
        message: `/set ${name} wants ${parsed.expected}`,
        hint: `For example: /set ${name} ${examples[name]}`,
      });
    }
    session.configure({options: {...options, [name]: parsed.value}});
    return say(`${name} is ${JSON.stringify(parsed.value)} from now on.`, 'success');
  },
};
