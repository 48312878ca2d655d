import {chmodSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';

/**
 * A program `npm` that "installs" what the package.json of its working folder names, without any network: each package
 * is its package.json and a file `dist/index.js`. Its arguments are left in `arguments.json` beside it.
 * @param fails what it says on stderr before it ends with status 1, installing nothing
 * @param leavesOut packages that it forgets
 */
export function writeFakeNpm(
  folder: string,
  {fails, leavesOut = [], waits = false}: {fails?: string; leavesOut?: string[]; waits?: boolean} = {},
): string {
  const npm = join(folder, 'npm');
  const source = `#!${process.execPath}
const fs = require('node:fs');
fs.writeFileSync(${JSON.stringify(join(folder, 'arguments.json'))}, JSON.stringify(process.argv.slice(2)));
if (${waits}) setInterval(() => {}, 1000);
else if (${fails !== undefined}) { process.stderr.write(${JSON.stringify(fails ?? '')}); process.exitCode = 1; }
else {
  const {dependencies} = JSON.parse(fs.readFileSync('package.json', 'utf8'));
  for (const [name, version] of Object.entries(dependencies)) {
    if (${JSON.stringify(leavesOut)}.includes(name)) continue;
    fs.mkdirSync('node_modules/' + name + '/dist', {recursive: true});
    fs.writeFileSync('node_modules/' + name + '/package.json', JSON.stringify({name, version}));
    fs.writeFileSync('node_modules/' + name + '/dist/index.js', '');
  }
}
`;
  writeFileSync(npm, source);
  chmodSync(npm, 0o755);
  return npm;
}
