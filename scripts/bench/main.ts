import {existsSync} from 'node:fs';
import {cpus, loadavg} from 'node:os';
import {join} from 'node:path';
import {parseArgs} from 'node:util';
import {measureComparePanes} from './comparePanes.ts';
import {measureFind} from './find.ts';
import {measureFirstPaint} from './firstPaint.ts';
import {measureGuide} from './guide.ts';
import {measureKeyEcho} from './keyEcho.ts';
import {measureMarkdownGrowth} from './markdownGrowth.ts';
import {measurePipedRun} from './pipedRun.ts';
import {measurePromptSearch} from './promptSearch.ts';
import {measureResume} from './resume.ts';
import {measureStartUp} from './startUp.ts';
import {measureStore} from './store.ts';
import {measureStreaming} from './streaming.ts';
import {printTable, type Row} from './table.ts';

const suites: Readonly<Record<string, (options: {quick: boolean}) => Promise<Row[]>>> = {
  start: measureStartUp,
  paint: measureFirstPaint,
  run: measurePipedRun,
  stream: measureStreaming,
  keys: measureKeyEcho,
  panes: measureComparePanes,
  markdown: measureMarkdownGrowth,
  search: measurePromptSearch,
  store: measureStore,
  find: measureFind,
  resume: measureResume,
  guide: measureGuide,
};

const {values} = parseArgs({
  options: {
    only: {type: 'string', multiple: true},
    quick: {type: 'boolean', default: false},
    help: {type: 'boolean', default: false},
  },
});
const unknown = values.only?.find(name => !Object.hasOwn(suites, name));
if (values.help || unknown !== undefined) {
  if (unknown !== undefined) console.error(`unknown benchmark "${unknown}"`);
  console.error(`npm run bench -- [--quick] [--only NAME]…\nNames: ${Object.keys(suites).join(', ')}`);
  process.exit(unknown === undefined ? 0 : 2);
}
if (!existsSync(join(import.meta.dirname, '..', '..', 'dist', 'main.js'))) {
  console.error('the program is not built: run `npm run build` first');
  process.exit(1);
}

const rows: Row[] = [];
for (const [name, measure] of Object.entries(suites)) {
  if (values.only && !values.only.includes(name)) continue;
  console.error(`${name} …`);
  try {
    rows.push(...(await measure({quick: values.quick})));
  } catch (error) {
    // One part that cannot be measured must not take the others' figures along.
    const message = error instanceof Error ? error.message : String(error);
    console.error(message);
    rows.push({what: name, measured: `failed: ${message.split('\n')[0]}`, met: false});
    process.exitCode = 1;
  }
}
const [processor] = cpus();
const load = loadavg()[0]?.toFixed(1);
console.log(
  `Node ${process.version}, ${process.platform}, ${cpus().length} × ${processor?.model}, load ${load}\n`,
);
console.log(printTable(rows));
