import {type HubName, parseHubName} from '../../backends/hub/hubName.ts';
import type {Environment} from '../environment.ts';
import {hubHosts} from './hubHosts.ts';

/** The model of the hub that a typed name means; undefined where it means none. Throws `LlmError` (`usage`). */
export function hubNameOf(typed: string, environment: Pick<Environment, 'variables'>): HubName | undefined {
  return parseHubName(typed, hubHosts(environment));
}
