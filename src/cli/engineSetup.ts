import type {GpuBuild} from '../backends/local/enginePlatform.ts';
import {LlmError} from '../core/errors.ts';
import {childProgram} from './childProgram.ts';
import type {Environment} from './environment.ts';
import {findNpm} from './findNpm.ts';

/** What fetching the embedded engine would bring. */
export type EngineSetup = {
  version: string;
  /** The builds for graphics processors with it: those that are installed stay. */
  gpus: readonly GpuBuild[];
  /** On disk and from the network, roughly. */
  bytes: number;
  folder: string;
  /** Fetches it. Throws `LlmError` (`engine`, `cancelled`). */
  install(signal: AbortSignal): Promise<void>;
};

/** Looks at what has to be fetched on this machine. Throws `LlmError` (`engine`) where it cannot be. */
export async function engineSetup(environment: Environment, gpu?: GpuBuild): Promise<EngineSetup> {
  const {paths} = environment;
  const [{enginePlatform}, {engineVersion}, installer] = await Promise.all([
    import('../backends/local/enginePlatform.ts'),
    import('../backends/local/findEngine.ts'),
    import('../backends/local/installEngine.ts'),
  ]);
  const version = engineVersion(paths.packageRoot);
  if (version === undefined) {
    throw new LlmError({
      kind: 'engine',
      message: 'It is not known which version of node-llama-cpp belongs to this program',
      hint: 'Install the program again.',
    });
  }
  const npm = findNpm(environment);
  const platform = enginePlatform();
  const {engineBytes, enginePackages, gpuBytes, installEngine, withInstalled} = installer;
  const folder = paths.engine;
  const gpus = withInstalled(folder, platform, gpu ? [gpu] : []);
  // What there is no build of must not be found out after a download.
  enginePackages({version, platform, gpus});
  if (npm === undefined) {
    throw new LlmError({
      kind: 'engine',
      message: 'The embedded engine is fetched with npm, which is not on the PATH',
      hint: 'Install Node.js with npm (https://nodejs.org), or use a model server instead.',
    });
  }
  return {
    version,
    gpus,
    bytes: gpus.reduce((sum, each) => sum + gpuBytes[each], engineBytes),
    folder,
    async install(signal) {
      const [{processWatch}, {probeEngine}] = await Promise.all([
        import('./processWatch.ts'),
        import('../backends/local/probeEngine.ts'),
      ]);
      const enginePath = childProgram(paths.packageRoot, 'src/backends/local', 'engineProcess');
      const guidePath = paths.guide;
      await installEngine(
        {
          ...{npm, folder, version, platform},
          ...(gpu && {gpu}),
          watch: processWatch,
          probe: (entry, stop) => probeEngine({entry, enginePath, guidePath, gpu: gpus.length > 0}, stop),
        },
        signal,
      );
    },
  };
}
