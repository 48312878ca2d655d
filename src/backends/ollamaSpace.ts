import {existsSync} from 'node:fs';
import {statfs} from 'node:fs/promises';
import {join} from 'node:path';

/** Where Ollama's own installer for Linux has its service keep models. */
const serviceFolder = '/usr/share/ollama/.ollama/models';

/**
 * How much room is left on the disk where an Ollama on this machine keeps its models, in bytes; undefined when that
 * cannot be told. The folder is that of `OLLAMA_MODELS`, else that of the service, else that in the person's home:
 * https://docs.ollama.com/faq#where-are-models-stored
 */
export async function ollamaSpace(home: string, ownFolder?: string): Promise<number | undefined> {
  const folders = [ownFolder ?? '', serviceFolder, join(home, '.ollama', 'models'), home];
  const folder = folders.find(each => each !== '' && existsSync(each));
  if (folder === undefined) return undefined;
  const disk = await statfs(folder).catch(() => undefined);
  return disk && disk.bavail * disk.bsize;
}
