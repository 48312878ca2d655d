import path from 'node:path';
import {fileURLToPath} from 'node:url';

/**
 * The program of the engine's process, of the same kind as the module that asks: the source for the source, the built
 * one for the built one. Either may be older than the other.
 */
export function enginePath(packageRoot: string, moduleUrl: string = import.meta.url): string {
  const fromSource = path.extname(fileURLToPath(moduleUrl)) === '.ts';
  const program = fromSource
    ? ['src', 'backends', 'local', 'engineProcess.ts']
    : ['dist', 'engineProcess.js'];
  return path.join(packageRoot, ...program);
}
