import type {Finding} from '../commands/command.ts';
import type {Services} from './createServices.ts';

/** Looks for what is wrong, and for the remedy. */
export async function diagnose(_services: Services): Promise<readonly Finding[]> {
  return [];
}
