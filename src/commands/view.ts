import type {Command} from './command.ts';

export const view: Command = {
  name: 'view',
  usage: '[WORDS]',
  summary: 'the whole conversation on a screen of its own: scroll, search, unfold, copy',
  immediate: true,
  run: argument => ({type: 'view', ...(argument !== '' && {search: argument})}),
};
