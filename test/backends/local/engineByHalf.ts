import type {Library} from '../../../src/backends/local/loadModel.ts';
import {serveEngine} from '../../../src/backends/local/serveEngine.ts';

serveEngine(async () => ({}) as Library);
