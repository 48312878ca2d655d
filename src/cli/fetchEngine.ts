import type {GpuBuild} from '../backends/local/enginePlatform.ts';
import {LlmError, toLlmError} from '../core/errors.ts';
import {formatBytes} from '../core/figures.ts';
import {neutraliseLine} from '../core/neutralise.ts';
import {askYes} from './askYes.ts';
import type {Services} from './createServices.ts';
import {engineSetup} from './engineSetup.ts';
import type {Io} from './io.ts';
import {onStopSignal} from './onStopSignal.ts';
import {createSpinner} from './spinner.ts';

export type FetchEngineOptions = {
  services: Pick<Services, 'environment'>;
  io: Io;
  /** The build for a graphics processor that is wanted too. */
  gpu: string | undefined;
  /** Nobody is asked. */
  yes: boolean | undefined;
};

/** `llm doctor --install-engine`: fetches the embedded engine after a yes. Throws `LlmError`. */
export async function fetchEngine({services, io, gpu, yes = false}: FetchEngineOptions): Promise<number> {
  const {version, gpus, bytes, folder, install} = await engineSetup(services.environment, gpuBuild(gpu));
  // That for a Mac is a part of the engine.
  const builds = gpus.filter(each => each !== 'metal');
  const what = `the embedded engine (node-llama-cpp ${version}${builds.length === 0 ? '' : ` with ${builds.join(' and ')}`}, about ${formatBytes(bytes)}, MIT licence)`;
  const question = `Fetch ${what} from npm into ${neutraliseLine(folder)}?`;
  if (!(await askYes(io, question, yes))) {
    io.stderr.write('llm: nothing was fetched\n');
    return 0;
  }
  const controller = new AbortController();
  const signals = onStopSignal(() => controller.abort());
  const spinner = createSpinner(io.stderr, true);
  spinner.say(`fetching ${what}`);
  try {
    await install(controller.signal);
  } catch (thrown) {
    const status = signals.status();
    if (toLlmError(thrown).kind !== 'cancelled' || status === undefined) throw thrown;
    spinner.stop();
    io.stderr.write('llm: stopped; nothing was installed\n');
    return status;
  } finally {
    spinner.stop();
    signals.release();
  }
  io.stdout.write(`The embedded engine is installed in ${neutraliseLine(folder)}\n`);
  return 0;
}

function gpuBuild(name: string | undefined): GpuBuild | undefined {
  if (name === undefined || name === 'cuda' || name === 'vulkan') return name;
  throw new LlmError({
    kind: 'usage',
    message: `--install-engine wants cuda, vulkan or nothing, got "${neutraliseLine(name)}"`,
    hint: name === 'metal' ? 'Metal is a part of the engine on a Mac.' : '',
  });
}
