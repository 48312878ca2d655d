import type {Environment} from './environment.ts';

/** Puts a text on the clipboard; says which way it went. */
export async function copyToClipboard(_text: string, _environment: Environment): Promise<string> {
  return '';
}
