import type {Command} from './command.ts';

export const view: Command = {
  name: 'view',
  usage: '[WORDS]',
  summary: 'see the whole conversation: scroll, search, copy',
  immediate: true,
  run: argument => ({type: 'view', ...(argument !== '' && {search: argument})}),
};
