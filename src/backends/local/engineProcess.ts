/**
 * The program of the embedded engine: one process runs one model file for the process that forked it.
 * It is a process of its own because a damaged file aborts llama.cpp, loading blocks for seconds,
 * and running out of memory must not take the terminal along.
 */
import {serveEngine} from './serveEngine.ts';

serveEngine(() => import('node-llama-cpp'));
