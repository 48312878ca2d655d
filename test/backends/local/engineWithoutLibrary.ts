import {serveEngine} from '../../../src/backends/local/serveEngine.ts';

const absent = 'node-llama-cpp-that-nobody-installed';
serveEngine(() => import(absent));
