import {fileURLToPath} from 'node:url';
import {createLocal, type LocalBackend} from '../../src/backends/local/createLocal.ts';
import type {Message} from '../../src/core/message.ts';
import {guideFile} from './readCorpus.ts';

/** The embedded engine with the guide, as the program has it; to be closed by the caller. */
export function openGuide(path = guideFile): LocalBackend {
  return createLocal({
    guidePath: path,
    modelsFolder: fileURLToPath(new URL('none/', import.meta.url)),
    enginePath: fileURLToPath(new URL('../../src/backends/local/engineProcess.ts', import.meta.url)),
  });
}

/** The guide's whole answer to the last of these messages. Throws `LlmError`. */
export async function askGuide(backend: LocalBackend, messages: Message[]): Promise<string> {
  const request = {model: 'guide', messages, options: {}};
  let answer = '';
  for await (const event of backend.reply(request, new AbortController().signal)) {
    if (event.type === 'text') answer += event.text;
  }
  return answer;
}
