import {onTestFinished} from 'vitest';
import {createServices, type Services} from '../../src/cli/createServices.ts';
import {type Environment, readEnvironment} from '../../src/cli/environment.ts';
import {createScriptedBackend, type ScriptedBackend} from '../core/scriptedBackend.ts';
import {temporaryFolder} from '../storage/temporaryFolder.ts';

/** An environment with a folder of its own and no other variables than these. */
export function isolatedEnvironment(variables: Record<string, string> = {}): Environment {
  const home = temporaryFolder();
  return readEnvironment({variables: {LLM_HOME: home, ...variables}, home, workingFolder: home});
}

/** The program's real services over a folder of their own; only the models are those of a scripted backend. */
export function scriptedServices(
  change: Partial<Services> = {},
  environment: Environment = isolatedEnvironment(),
): {services: Services; backend: ScriptedBackend} {
  const backend = createScriptedBackend();
  const services: Services = {
    ...createServices(environment),
    chooseModel: async (_mode, flag) => ({
      name: flag ?? 'test/model',
      backend: 'test',
      model: 'model',
      reason: flag === undefined ? 'default' : 'flag',
    }),
    resolve: async name => ({backend, model: name.slice(name.indexOf('/') + 1)}),
    ...change,
  };
  onTestFinished(() => services.close());
  return {services, backend};
}
