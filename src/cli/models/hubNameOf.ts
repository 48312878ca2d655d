import {type HubName, parseHubName} from '../../backends/hub/hubName.ts';
import {hostOf} from '../../backends/serverAddress.ts';
import type {Environment} from '../environment.ts';

/** The model of the hub that a typed name means; undefined where it means none. Throws `LlmError` (`usage`). */
export function hubNameOf(typed: string, {variables}: Pick<Environment, 'variables'>): HubName | undefined {
  const {HF_ENDPOINT: endpoint} = variables;
  return parseHubName(typed, endpoint === undefined ? [] : [hostOf(endpoint)]);
}
