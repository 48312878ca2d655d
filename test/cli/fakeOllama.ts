import {chmodSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';

/**
 * A program `ollama` whose `serve` is a server with what this program asks of it: models, pulls and answers. It listens
 * where `OLLAMA_HOST` says, writes its process id beside itself, and ends by itself after a minute.
 * @param models what it has from the start
 * @param stalls its pulls come no further than half
 * @param fails what it says instead of serving, before it ends with status 1
 */
export function writeFakeOllama(
  folder: string,
  {models = [], stalls = false, fails}: {models?: string[]; stalls?: boolean; fails?: string} = {},
): {program: string; pidFile: string} {
  const program = join(folder, 'ollama');
  const pidFile = join(folder, 'ollama.pid');
  const source = `#!${process.execPath}
const http = require('node:http');
require('node:fs').writeFileSync(${JSON.stringify(pidFile)}, String(process.pid));
const models = ${JSON.stringify(models)};
if (process.argv[2] !== 'serve') process.exit(2);
if (${fails !== undefined}) { console.error(${JSON.stringify(fails ?? '')}); process.exit(1); }
const {hostname, port} = new URL(process.env.OLLAMA_HOST);
const line = value => JSON.stringify(value) + '\\n';
http.createServer((request, response) => {
  let body = '';
  request.on('data', piece => { body += piece; });
  request.on('end', () => {
    const asked = body === '' ? {} : JSON.parse(body);
    switch (request.url) {
      case '/api/version': return response.end(line({version: '0.12.0'}));
      case '/api/tags':
        return response.end(line({models: models.map(name => ({name, model: name, size: 1e9, details: {}}))}));
      case '/api/ps': return response.end(line({models: []}));
      case '/api/show': return response.end(line({details: {}, model_info: {}, capabilities: ['completion']}));
      case '/api/pull':
        response.write(line({status: 'pulling', digest: 'sha256:a', total: 2e9, completed: 1e9}));
        if (${stalls}) return;
        models.push(asked.model);
        response.write(line({status: 'pulling', digest: 'sha256:a', total: 2e9, completed: 2e9}));
        return response.end(line({status: 'success'}));
      case '/api/chat':
        response.write(line({message: {role: 'assistant', content: 'I am ' + asked.model}, done: false}));
        return response.end(line({message: {role: 'assistant', content: ''}, done: true, done_reason: 'stop'}));
      default:
        response.statusCode = 404;
        return response.end(line({error: 'not found'}));
    }
  });
}).listen(Number(port), hostname, () => console.log('Listening on ' + port));
setTimeout(() => process.exit(0), 60_000).unref();
`;
  writeFileSync(program, source);
  chmodSync(program, 0o755);
  return {program, pidFile};
}
