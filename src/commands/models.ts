import type {Command} from './command.ts';
import {describeManager} from './describeManager.ts';
import {refuseArgument} from './refuse.ts';

export const models: Command = {
  name: 'models',
  summary: 'manage the models: details, pull, delete, load, favourites',
  immediate: true,
  details: ({keys}) =>
    keys.table.length > 0 ? describeManager() : 'It lists them with what is known of each.',
  run(argument) {
    refuseArgument('models', argument);
    return {type: 'manage'};
  },
};
