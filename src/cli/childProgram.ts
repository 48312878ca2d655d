import path from 'node:path';
import {fileURLToPath} from 'node:url';

/**
 * The program of a child process, of the same kind as the module that asks: the source for the source, the built one for
 * the built one. Either may be older than the other.
 *
 * @param source the folder of its source, below the package's root
 * @param name without the extension
 */
export function childProgram(
  packageRoot: string,
  source: string,
  name: string,
  moduleUrl: string = import.meta.url,
): string {
  const fromSource = path.extname(fileURLToPath(moduleUrl)) === '.ts';
  return fromSource
    ? path.join(packageRoot, source, `${name}.ts`)
    : path.join(packageRoot, 'dist', `${name}.js`);
}
