// Bundles src into dist: split, minified ES modules, so that each command loads only what it needs.
import {readFileSync, rmSync} from 'node:fs';
import path from 'node:path';
import {fileURLToPath} from 'node:url';
import esbuild from 'esbuild';

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const {version} = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));

/** cli-highlight requires all 190 languages of highlight.js; the bundle carries the common ones. */
const commonLanguages = {
  name: 'common-languages',
  setup(build) {
    build.onResolve({filter: /^highlight\.js$/}, () => ({
      path: path.join(root, 'scripts/highlightLanguages.cjs'),
    }));
  },
};

/** Ink reaches for its developer tools only when DEV=true; they are not part of this program. */
const noDevtools = {
  name: 'no-devtools',
  setup(build) {
    build.onResolve({filter: /^react-devtools-core$/}, () => ({
      path: 'react-devtools-core',
      namespace: 'empty',
    }));
    build.onLoad({filter: /.*/, namespace: 'empty'}, () => ({contents: 'export default {}'}));
  },
};

rmSync(path.join(root, 'dist'), {recursive: true, force: true});
await esbuild.build({
  absWorkingDir: root,
  entryPoints: {
    main: 'src/cli/main.ts',
    engineProcess: 'src/backends/local/engineProcess.ts',
    pdfWorker: 'src/cli/pdfWorker.ts',
    keychainProcess: 'src/storage/keychainProcess.ts',
    promptSearchWorker: 'src/storage/promptSearchWorker.ts',
  },
  outdir: 'dist',
  chunkNames: 'chunks/[name]-[hash]',
  bundle: true,
  splitting: true,
  minify: true,
  platform: 'node',
  format: 'esm',
  target: 'node22.16',
  jsx: 'automatic',
  // For Node the package names its CommonJS build, whose names an imported chunk would not have.
  alias: {yaml: path.join(root, 'node_modules/yaml/browser/index.js')},
  external: ['node-llama-cpp', '@napi-rs/keyring'],
  define: {'process.env.NODE_ENV': '"production"', LLM_VERSION: JSON.stringify(version)},
  // CommonJS dependencies call require; ES modules have none of their own.
  banner: {
    js: "import{createRequire as __createRequire}from'node:module';const require=__createRequire(import.meta.url);",
  },
  plugins: [commonLanguages, noDevtools],
  legalComments: 'none',
  logLevel: 'warning',
});
