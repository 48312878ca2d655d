import {hostOf} from '../../backends/serverAddress.ts';
import type {Environment} from '../environment.ts';

/** Whose addresses name models of the hub, beside those of Hugging Face: the one that takes its place, if any. */
export function hubHosts({variables: {HF_ENDPOINT}}: Pick<Environment, 'variables'>): readonly string[] {
  return HF_ENDPOINT === undefined ? [] : [hostOf(HF_ENDPOINT)];
}
