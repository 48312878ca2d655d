import {fullName} from '../../commands/modelNames.ts';
import {terminalSafeJson} from '../../core/terminalSafeJson.ts';
import type {ModelsAction} from './modelsAction.ts';
import {printModels} from './modelsList.ts';

export const modelsRunning: ModelsAction = {
  name: 'ps',
  summary: 'list the models that are loaded now',
  options: ['json'],
  async run({options, services, io}) {
    const loaded = (await services.listModels()).filter(model => model.loaded);
    if (options.json) {
      const rows = loaded.map(model => ({name: fullName(model), ...model}));
      io.stdout.write(`${terminalSafeJson(rows, 2)}\n`);
    } else if (loaded.length === 0) io.stderr.write('llm: no model is loaded\n');
    else printModels(loaded, io);
    return 0;
  },
};
