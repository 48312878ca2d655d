/** A kind of graphics processor that node-llama-cpp has a build for. */
export type GpuBuild = 'cuda' | 'vulkan' | 'metal';

/** What node-llama-cpp offers for a kind of machine. */
export type EnginePlatform = {
  /** For example `linux-x64`, or `linux-x64 (musl)`. */
  name: string;
  /** The package with the build for it; undefined where there is none. */
  build?: string;
  /** Builds for graphics processors, with the packages that each takes. Metal is a part of the build itself. */
  gpu: Readonly<Partial<Record<GpuBuild, readonly string[]>>>;
};

type Build = Omit<EnginePlatform, 'name'>;

const scope = '@node-llama-cpp';
const withGpu = (name: string): Build => ({
  build: `${scope}/${name}`,
  gpu: {
    cuda: [`${scope}/${name}-cuda`, `${scope}/${name}-cuda-ext`],
    vulkan: [`${scope}/${name}-vulkan`],
  },
});
const plain = (name: string): Build => ({build: `${scope}/${name}`, gpu: {}});

/** The optional dependencies of node-llama-cpp 3.21.1, by `process.platform` and `process.arch`. */
const builds: Readonly<Record<string, Build>> = {
  'linux-x64': withGpu('linux-x64'),
  'linux-arm64': plain('linux-arm64'),
  'linux-arm': plain('linux-armv7l'),
  'linux-riscv64': plain('linux-riscv64'),
  'darwin-arm64': {build: `${scope}/mac-arm64-metal`, gpu: {metal: []}},
  'darwin-x64': plain('mac-x64'),
  'win32-x64': withGpu('win-x64'),
  'win32-arm64': plain('win-arm64'),
};

/** This machine, or another one for tests. On Linux the builds need glibc; musl (Alpine) has none of its own. */
export function enginePlatform(
  platform: string = process.platform,
  arch: string = process.arch,
  hasGlibc: boolean = platform !== 'linux' || runsOnGlibc(),
): EnginePlatform {
  const name = `${platform}-${arch}`;
  if (!hasGlibc) return {name: `${name} (musl)`, gpu: {}};
  return {name, ...(builds[name] ?? {gpu: {}})};
}

/** Node's report names the version of glibc that it runs with; where another library is, it names none. */
function runsOnGlibc(): boolean {
  // The types do not know `excludeNetwork`, which came with Node 22.
  const report = process.report as (NodeJS.ProcessReport & {excludeNetwork?: boolean}) | undefined;
  if (!report) return true;
  // Looking up the names of the network's other ends would take its time.
  const {excludeNetwork = false} = report;
  report.excludeNetwork = true;
  const {header} = report.getReport() as {header?: {glibcVersionRuntime?: string}};
  report.excludeNetwork = excludeNetwork;
  return header?.glibcVersionRuntime !== undefined;
}
