/**
 * The program of the embedded engine: one process runs one model file for the process that forked it.
 * It is a process of its own because a damaged file aborts llama.cpp, loading blocks for seconds,
 * and running out of memory must not take the terminal along.
 */
import {pathToFileURL} from 'node:url';
import type {Library} from './loadModel.ts';
import {serveEngine} from './serveEngine.ts';

/** The file of node-llama-cpp that was found; without one it is looked for as any package is. */
const [entry] = process.argv.slice(2);

serveEngine(async () =>
  entry === undefined ? import('node-llama-cpp') : ((await import(pathToFileURL(entry).href)) as Library),
);
