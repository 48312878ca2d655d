import * as library from 'node-llama-cpp';
import {serveEngine} from '../../../src/backends/local/serveEngine.ts';

serveEngine(async () => ({
  ...library,
  getLlama: async () => {
    // Its constructor is marked internal, so that its type takes no `new`.
    throw Reflect.construct(library.NoBinaryFoundError, []);
  },
}));
