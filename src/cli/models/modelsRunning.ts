import {runningFacts} from '../../commands/modelFacts.ts';
import {fullName} from '../../commands/modelNames.ts';
import {neutraliseLine} from '../../core/neutralise.ts';
import {terminalSafeJson} from '../../core/terminalSafeJson.ts';
import type {ModelsAction} from './modelsAction.ts';

export const modelsRunning: ModelsAction = {
  name: 'ps',
  summary: 'list the models that are loaded now, what they take, and how long they stay',
  options: ['json'],
  async run({options, services, io}) {
    const {models, silent} = await services.surveyModels();
    const loaded = models.filter(model => model.loaded);
    for (const {text, isTold} of silent) if (isTold) io.stderr.write(`llm: ${neutraliseLine(text)}\n`);
    if (options.json) {
      const rows = loaded.map(model => ({name: fullName(model), ...model}));
      io.stdout.write(`${terminalSafeJson(rows, 2)}\n`);
      return 0;
    }
    if (loaded.length === 0) io.stderr.write('llm: no model is loaded\n');
    const width = Math.max(0, ...loaded.map(model => fullName(model).length));
    for (const model of loaded) {
      const {context} = model;
      const facts = [
        ...runningFacts(model, Date.now()),
        ...(context === undefined ? [] : [`${context.toLocaleString('en-US')} context`]),
      ];
      const line = `${fullName(model).padEnd(width)}  ${facts.join(' · ')}`;
      io.stdout.write(`${neutraliseLine(line)}\n`);
    }
    return 0;
  },
};
