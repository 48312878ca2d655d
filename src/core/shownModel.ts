import {neutraliseLine} from './neutralise.ts';

/** A model's full name as people read it: a file that is named by its whole path is that path, which is a name too. */
export function shownModel(name: string): string {
  return neutraliseLine(name.replace(/^local\/(?=\/|[a-z]:[\\/])/i, ''));
}
