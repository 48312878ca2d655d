import {describe, expect, it} from 'vitest';
import {scripted, setUpStage} from './stage.ts';

const stage = setUpStage();

describe('llm run that fails', () => {
  it.each([
    ['no prompt', ['run'], 'prompt'],
    ['an unknown flag', ['run', '--nonsense', 'hi'], '--nonsense'],
    ['a bad value', ['run', '--temperature', 'warm', 'hi'], 'temperature'],
    ['a file that is not there', ['run', '-a', 'absent.txt', 'hi'], 'absent.txt'],
    ['flags that exclude each other', ['run', '--json', '--jsonl', 'hi'], 'json'],
  ])('has status 2 and one line for %s', async (_name, args, named) => {
    const {status, stdout, stderr} = await stage.run(args);
    expect({status, stdout}).toEqual({status: 2, stdout: ''});
    expect(stderr).toMatch(/^llm: [^\n]+\n$/);
    expect(stderr).toContain(named);
  });

  it('has status 2 for a word on a terminal that is no command', async () => {
    const terminal = stage.terminal(['frobnicate'], {cols: 200});
    expect(await terminal.exit).toEqual({code: 2, signal: 0});
    expect(terminal.text()).toMatch(/^llm: there is no command "frobnicate"[^\n]*$/);
  });

  it('has status 2 for an unknown model and names the nearest', async () => {
    const server = await stage.server({models: ['qwen2.5-coder:3b']});
    const {status, stdout, stderr} = await stage.run(['run', '-m', 'qwen2.5-codr:3b', 'hi'], {server});
    expect({status, stdout}).toEqual({status: 2, stdout: ''});
    expect(stderr).toMatch(/^llm: [^\n]*ollama\/qwen2\.5-coder:3b[^\n]*\n$/);
  });

  it('has status 3 when the backend of its model is away, however the model was named', async () => {
    const home = stage.folder();
    const flag = await stage.run(['run', '-m', scripted, 'hi'], {home});
    expect(flag).toMatchObject({status: 3, stdout: ''});
    expect(flag.stderr).toMatch(/^llm: [^\n]*127\.0\.0\.1:1[^\n]*\n$/);
    expect((await stage.run(['config', 'set', 'model', scripted], {home})).status).toBe(0);
    expect(await stage.run(['run', 'hi'], {home})).toMatchObject({status: 3, stdout: ''});
    const json = await stage.run(['run', '--json', 'hi'], {home});
    expect(json.status).toBe(3);
    expect(JSON.parse(json.stdout)).toEqual({
      error: {kind: 'unreachable', message: expect.any(String), hint: expect.any(String)},
    });
  });

  it('has status 4 when the key is missing, and when it is refused, and never shows the key', async () => {
    const missing = await stage.run(['run', '-m', 'openai/gpt-x', 'hi']);
    expect(missing).toMatchObject({status: 4, stdout: ''});
    expect(missing.stderr).toMatch(/^llm: [^\n]*OPENAI_API_KEY[^\n]*\n$/);
    const server = await stage.server({
      protocol: 'openai',
      routes: {
        'POST /v1/chat/completions': {
          status: 401,
          headers: {'content-type': 'application/json'},
          body: '{"error":{"message":"Incorrect API key provided: sk-very-secret.","type":"invalid_request_error","code":"invalid_api_key"}}',
        },
      },
    });
    const env = {OPENAI_API_KEY: 'sk-very-secret', OPENAI_BASE_URL: `${server.url}/v1`, LLM_DEBUG: '1'};
    const refused = await stage.run(['run', '-m', 'openai/gpt-x', 'hi'], {env});
    expect(refused).toMatchObject({status: 4, stdout: ''});
    expect(server.requests.at(-1)?.headers.authorization).toBe('Bearer sk-very-secret');
    expect(refused.stderr).not.toContain('very-secret');
  });

  it('has status 5 when the prompt does not fit the context', async () => {
    const server = await stage.server({
      protocol: 'openai',
      routes: {
        'POST /v1/chat/completions': {
          status: 400,
          headers: {'content-type': 'application/json'},
          body: '{"error":{"message":"This model\'s maximum context length is 4096 tokens. However, your messages resulted in 5000 tokens.","type":"invalid_request_error","param":"messages","code":"context_length_exceeded"}}',
        },
      },
    });
    const home = stage.folder();
    const set = await stage.run(['config', 'set', 'backends.mine.baseUrl', `${server.url}/v1`], {home});
    expect(set).toMatchObject({status: 0, stderr: ''});
    const {status, stdout, stderr} = await stage.run(['run', '-m', 'mine/scripted', 'hi'], {home});
    expect({status, stdout}).toEqual({status: 5, stdout: ''});
    expect(stderr).toMatch(/^llm: [^\n]+\n$/);
  });

  it('has status 6 when the answer does not fit the schema, and prints the answer first', async () => {
    const server = await stage.server({text: ['{"name": ', '"Ada", "age": "old"}']});
    const args = ['run', '-m', scripted, '--schema', 'name, age int'];
    const {status, stdout, stderr} = await stage.run([...args, 'hi'], {server});
    expect({status, stdout}).toEqual({status: 6, stdout: '{"name": "Ada", "age": "old"}\n'});
    expect(stderr).toMatch(/^llm: [^\n]*age[^\n]*\n$/);
  });

  it('has status 0 and the object with --json when the answer fits the schema', async () => {
    const server = await stage.server({text: ['{"name": ', '"Ada", "age": 36}']});
    const args = ['run', '-m', scripted, '--json', '--schema', 'name, age int'];
    const {status, stdout} = await stage.run([...args, 'hi'], {server});
    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({object: {name: 'Ada', age: 36}, stop: 'stop'});
  });

  it.each([
    ['cuts its answer', {cutAfter: 3}],
    ['reports an error inside its answer', {errorAfter: 3}],
  ])('has status 1 when the server %s, and prints the text first', async (_name, fault) => {
    const server = await stage.server({text: ['one ', 'two ', 'three', ' four'], ...fault});
    const {status, stdout, stderr} = await stage.run(['run', '-m', scripted, 'hi'], {server});
    expect({status, stdout}).toEqual({status: 1, stdout: 'one two three\n'});
    expect(stderr).toMatch(/^llm: [^\n]+\n$/);
  });

  it('ends --jsonl with the error', async () => {
    const server = await stage.server({text: ['one '], tokens: 9, cutAfter: 3});
    const {status, stdout} = await stage.run(['run', '-m', scripted, '--jsonl', 'hi'], {server});
    expect(status).toBe(1);
    expect(JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '')).toMatchObject({
      type: 'error',
      kind: 'interrupted',
    });
  });
});
