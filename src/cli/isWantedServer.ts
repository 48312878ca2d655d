import type {BackendEntry} from '../backends/backendRegistry.ts';
import {presets} from '../backends/presets.ts';
import type {Services} from './createServices.ts';

/** Whether the person named a server, so that its being away is no matter of course. */
export function isWantedServer(
  entry: Pick<BackendEntry, 'id'>,
  {settings, environment}: Pick<Services, 'settings' | 'environment'>,
): boolean {
  const {addressName} = presets.find(({id}) => id === entry.id) ?? {};
  const model = environment.variables.LLM_MODEL ?? settings.model ?? '';
  return (
    settings.backends[entry.id] !== undefined ||
    (addressName !== undefined && environment.variables[addressName] !== undefined) ||
    model.startsWith(`${entry.id}/`)
  );
}
