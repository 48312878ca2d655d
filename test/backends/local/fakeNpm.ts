import {chmodSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';

export type FakeNpm = {
  fails?: string;
  leavesOut?: string[];
  waits?: boolean;
  lingers?: boolean;
  library?: string;
};

const loadsAnything = `
exports.LlamaLogLevel = {error: 'error'};
exports.ChatMLChatWrapper = class {};
exports.NoBinaryFoundError = class extends Error {};
exports.InsufficientMemoryError = class extends Error {};
exports.getLlama = async () => ({gpu: false, cpuMathCores: 1, loadModel: async () => ({fileInfo: {metadata: {}}})});
`;

/**
 * A program `npm` that "installs" what the package.json of its working folder names, without any network: each package
 * is its package.json and a file `dist/index.js`, which loads any model in no time and answers nothing. Its arguments are
 * left in `arguments.json` beside it, and its process id in `npm.pid`.
 * @param fails what it says on stderr before it ends with status 1, installing nothing
 * @param leavesOut packages that it forgets
 * @param waits never ends by itself
 * @param lingers goes on writing for a moment when it is asked to end
 * @param library what is in the file of node-llama-cpp instead
 */
export function writeFakeNpm(
  folder: string,
  {fails, leavesOut = [], waits = false, lingers = false, library = loadsAnything}: FakeNpm = {},
): string {
  const npm = join(folder, 'npm');
  const source = `#!${process.execPath}
const fs = require('node:fs');
fs.writeFileSync(${JSON.stringify(join(folder, 'arguments.json'))}, JSON.stringify(process.argv.slice(2)));
fs.writeFileSync(${JSON.stringify(join(folder, 'npm.pid'))}, String(process.pid));
if (${lingers}) process.on('SIGTERM', () => setTimeout(() => {
  fs.mkdirSync(process.cwd() + '/node_modules/late', {recursive: true});
  process.exit(1);
}, 300));
if (${waits}) setInterval(() => {}, 1000);
else if (${fails !== undefined}) { process.stderr.write(${JSON.stringify(fails ?? '')}); process.exitCode = 1; }
else {
  const {dependencies} = JSON.parse(fs.readFileSync('package.json', 'utf8'));
  for (const [name, version] of Object.entries(dependencies)) {
    if (${JSON.stringify(leavesOut)}.includes(name)) continue;
    fs.mkdirSync('node_modules/' + name + '/dist', {recursive: true});
    fs.writeFileSync('node_modules/' + name + '/package.json', JSON.stringify({name, version}));
    const source = name === 'node-llama-cpp' ? ${JSON.stringify(library)} : '';
    fs.writeFileSync('node_modules/' + name + '/dist/index.js', source);
  }
}
`;
  writeFileSync(npm, source);
  chmodSync(npm, 0o755);
  return npm;
}
