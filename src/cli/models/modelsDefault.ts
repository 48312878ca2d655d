import {neutraliseLine} from '../../core/neutralise.ts';
import {terminalSafeJson} from '../../core/terminalSafeJson.ts';
import {unsetSetting, writeSetting} from '../settings.ts';
import type {ModelsAction} from './modelsAction.ts';

export const modelsDefault: ModelsAction = {
  name: 'default',
  usage: '[MODEL | off]',
  summary: 'say which model answers where none is named, or choose it',
  options: ['json'],
  async run({words: [typed], options, services, io}) {
    const {config, home} = services.environment.paths;
    const file = {path: config, home};
    if (typed === 'off') {
      await unsetSetting(file, 'model');
      return 0;
    }
    if (typed !== undefined) {
      const model = await services.resolveName(typed);
      for (const warning of await writeSetting(file, 'model', [model])) io.stderr.write(`llm: ${warning}\n`);
      io.stdout.write(`${neutraliseLine(model)}\n`);
      return 0;
    }
    const {name, reason} = await services.chooseModel('run', undefined, true);
    io.stdout.write(options.json ? `${terminalSafeJson({name, reason})}\n` : `${neutraliseLine(name)}\n`);
    return 0;
  },
};
