import {neutraliseLine} from '../../core/neutralise.ts';
import {terminalSafeJson} from '../../core/terminalSafeJson.ts';
import {unsetSetting, writeSetting} from '../settings.ts';
import type {ModelsAction} from './modelsAction.ts';

export const modelsAlias: ModelsAction = {
  name: 'alias',
  usage: '[NAME [MODEL | off]]',
  summary: 'list short names, or give a model one',
  options: ['json'],
  async run({words: [alias, typed], options, services, io}) {
    const known = services.settings.alias;
    if (alias === undefined || typed === undefined) {
      const found = Object.entries(known).filter(([name]) => alias === undefined || name === alias);
      if (options.json) io.stdout.write(`${terminalSafeJson(Object.fromEntries(found), 2)}\n`);
      else if (found.length === 0)
        io.stderr.write(
          'llm: no model has such a short name. Give one: llm models alias fast ollama/qwen2.5:0.5b\n',
        );
      else for (const [name, model] of found) io.stdout.write(`${neutraliseLine(`${name} = ${model}`)}\n`);
      return found.length > 0 || alias === undefined ? 0 : 1;
    }
    const {config, home} = services.environment.paths;
    const file = {path: config, home};
    const setting = `alias.${alias}`;
    if (typed === 'off') {
      const warnings = await unsetSetting(file, setting);
      if (!warnings) io.stderr.write(`llm: ${neutraliseLine(alias)} is no short name\n`);
      return warnings ? 0 : 1;
    }
    const model = await services.resolveName(typed);
    const before = Object.hasOwn(known, alias) ? known[alias] : undefined;
    for (const warning of await writeSetting(file, setting, [model])) io.stderr.write(`llm: ${warning}\n`);
    if (before !== undefined && before !== model)
      io.stderr.write(`llm: it meant ${neutraliseLine(before)} before\n`);
    io.stdout.write(`${neutraliseLine(`${alias} = ${model}`)}\n`);
    return 0;
  },
};
