import {describe, expect, it, onTestFinished} from 'vitest';
import {createHub, type Hub} from '../../../src/backends/hub/createHub.ts';
import {readRemoteHeader} from '../../../src/backends/hub/readRemoteHeader.ts';
import {errorOf} from '../local/support.ts';
import {startScriptedServer} from '../scriptedServer.ts';
import {gather} from './gather.ts';
import {llamaValues, madeGguf} from './madeGguf.ts';
import {type MadeHub, type MadeHubOptions, startMadeHub} from './madeHub.ts';

const {signal} = new AbortController();

async function opened(options: MadeHubOptions): Promise<{made: MadeHub; hub: Hub}> {
  const made = await startMadeHub(options);
  const hub = createHub({endpoint: made.url});
  onTestFinished(() => hub.close());
  return {made, hub};
}

const bytes = Buffer.from('content');
const repositories = {
  'qwen/Coder-7B-GGUF': {
    files: {'c-Q4_K_M.gguf': bytes, 'c-Q8_0.gguf': bytes, 'mmproj-f16.gguf': bytes, 'README.md': bytes},
    downloads: 5,
    likes: 2,
    tags: ['license:apache-2.0'],
    gguf: {total: 7.6e9, context_length: 32_768},
  },
  'other/Coder-3B': {files: {'c-Q4_0.gguf': bytes}, downloads: 9, gated: 'auto' as const},
};

describe('a hub', () => {
  it('is searched page by page, and tells what is known of each repository', async () => {
    const {made, hub} = await opened({repositories, pageSize: 1});
    const pages = await gather(hub.search({words: 'coder'}, signal));
    expect(pages.map(page => page.map(({repo}) => repo))).toEqual([
      ['other/Coder-3B'],
      ['qwen/Coder-7B-GGUF'],
    ]);
    expect(pages.flat()).toEqual([
      expect.objectContaining({parameters: 3e9, gated: true, quantisations: ['Q4_0']}),
      {
        repo: 'qwen/Coder-7B-GGUF',
        downloads: 5,
        likes: 2,
        modified: Date.parse('2026-01-02T03:04:05Z'),
        licence: 'apache-2.0',
        gated: false,
        parameters: 7.6e9,
        contextMax: 32_768,
        quantisations: ['Q4_K_M', 'Q8_0'],
      },
    ]);
    const query = new URLSearchParams(made.requests[0]?.path.split('?')[1]);
    expect(query.getAll('filter')).toEqual(['gguf']);
    expect(query.get('sort')).toBe('downloads');
  });

  it('is asked for licences itself', async () => {
    const {made, hub} = await opened({repositories});
    const [page] = await gather(hub.search({words: '', licence: ' Apache 2.0', sort: 'updated'}, signal));
    expect(page?.map(({repo}) => repo)).toEqual(['qwen/Coder-7B-GGUF']);
    expect(made.requests[0]?.path).toContain('sort=lastModified');
  });

  it('leaves out what makes no sense, whatever the hub says', async () => {
    const odd = [
      null,
      {id: '../../etc'},
      {id: 'a/b/c'},
      {id: 'a/b', downloads: 'many', likes: -1, lastModified: 'then', gguf: {total: 0}, tags: [7]},
    ];
    const server = await startScriptedServer({
      protocol: 'openai',
      routes: {'GET /api/models': {headers: {'content-type': 'application/json'}, body: JSON.stringify(odd)}},
    });
    onTestFinished(() => server.close());
    const hub = createHub({endpoint: server.url});
    expect(await gather(hub.search({words: ''}, signal))).toEqual([
      [{repo: 'a/b', gated: false, quantisations: []}],
    ]);
  });

  it('lists a repository at one state of it, over all pages of its tree', async () => {
    const {made, hub} = await opened({repositories, pageSize: 1});
    const {revision, licence, models} = await hub.repository('qwen/Coder-7B-GGUF', signal);
    expect([revision, licence]).toEqual(['c0ffee', 'apache-2.0']);
    expect(models.map(({quantisation}) => quantisation)).toEqual(['Q4_K_M', 'Q8_0']);
    expect(made.requests.filter(({path}) => path.includes('/tree/c0ffee'))).toHaveLength(4);
  });

  it('asks nobody else for the next page, whatever the hub says', async () => {
    const headers = {
      'content-type': 'application/json',
      link: '<https://example.com/api/models?cursor=2>; rel="next"',
    };
    let asked = 0;
    const server = await startScriptedServer({
      protocol: 'openai',
      routes: {'GET /api/models': () => (asked++ === 0 ? {headers, body: '[]'} : {body: '[]'})},
    });
    onTestFinished(() => server.close());
    const hub = createHub({endpoint: server.url, token: 'hf_secret'});
    expect(await gather(hub.search({words: ''}, signal))).toEqual([[], []]);
    expect(server.requests[1]?.path).toBe('/api/models?cursor=2');
  });

  it.each([
    [{status: 429, headers: {'retry-after': '7'}}, 'rate-limit', /asks to slow down/],
    [{status: 404, body: '{}'}, 'model-unknown', /has no repository a\/b, or it is private/],
    [{status: 403, body: 'Access to this resource is disabled.'}, 'model-unknown', /has switched a\/b off/],
    [{status: 403, body: '{}'}, 'auth', /does not give a\/b to everybody/],
    [{status: 200, headers: {'content-type': 'text/html'}, body: '<html>'}, 'protocol', /a web page/],
    [{status: 200, body: '{"no":"sha"}'}, 'protocol', /not understood/],
    [{status: 200, body: '{"sha":"c0ffee","disabled":true}'}, 'model-unknown', /has switched a\/b off/],
  ] as const)('explains %j', async (reply, kind, message) => {
    const server = await startScriptedServer({protocol: 'openai', routes: {'GET /api/models/a/b': reply}});
    onTestFinished(() => server.close());
    const error = await errorOf(createHub({endpoint: server.url}).repository('a/b', signal));
    expect([error.kind, error.message]).toEqual([kind, expect.stringMatching(message)]);
  });

  it.each([
    [{status: 401, body: '{}'}, undefined, 'auth', /answers only those who have a token/],
    [{status: 401, body: '{}'}, 'hf_bad', 'auth', /does not accept the token/],
    [{status: 404, body: '{}'}, undefined, 'protocol', /has no list of models to search/],
    [{status: 429, body: '{}'}, undefined, 'rate-limit', /asks to slow down/],
    [{status: 302, headers: {location: '/api/models'}}, undefined, 'protocol', /redirects without end/],
    [
      {status: 302, headers: {location: 'http://x.test'}},
      undefined,
      'protocol',
      /redirects to http:\/\/x\.test/,
    ],
  ] as const)('explains a search that ends with %j', async (reply, token, kind, message) => {
    const server = await startScriptedServer({protocol: 'openai', routes: {'GET /api/models': reply}});
    onTestFinished(() => server.close());
    const hub = createHub({endpoint: server.url, ...(token !== undefined && {token})});
    const error = await errorOf(gather(hub.search({words: 'x'}, signal)));
    expect([error.kind, error.message]).toEqual([kind, expect.stringMatching(message)]);
    expect(error.hint).not.toContain('baseUrl');
  });

  it('explains a store that hands nothing out, and one that cannot be asked', async () => {
    const {made, hub} = await opened({repositories});
    const file = {repo: 'qwen/Coder-7B-GGUF', revision: 'c0ffee', path: 'c-Q4_K_M.gguf'};
    made.deliver = () => ({status: 403});
    const refused = await errorOf(hub.read(file, {start: 0}, signal));
    expect(refused).toMatchObject({
      kind: 'auth',
      message: `${new URL(made.storeUrl).host}, where the file lies, does not hand it out.`,
    });
    expect(refused.hint).not.toMatch(/key/i);
    made.storeUrl = 'file:///etc/passwd#';
    expect(await errorOf(hub.read(file, {start: 0}, signal))).toMatchObject({
      kind: 'protocol',
      message: expect.stringMatching(/to an address that is not asked \(file:\)\.$/),
    });
  });

  it('shows no control characters of what it says', async () => {
    const server = await startScriptedServer({
      protocol: 'openai',
      routes: {'GET /api/models/a/b': {status: 500, body: 'broken\u001b[2J'}},
    });
    onTestFinished(() => server.close());
    const error = await errorOf(createHub({endpoint: server.url}).repository('a/b', signal));
    expect(error.message + error.detail).not.toContain('\u001b');
  });
});

describe('readRemoteHeader', () => {
  const header = async (values: Parameters<typeof madeGguf>[0], body = 10) => {
    const {made, hub} = await opened({
      repositories: {'a/b': {files: {'m-Q4_0.gguf': madeGguf(values, body)}}},
    });
    const repository = await hub.repository('a/b', signal);
    const [file] = repository.models[0]?.parts ?? [];
    if (!file) throw new Error('no file');
    const shape = await readRemoteHeader(hub, repository, file, signal);
    const read = made.requests.filter(({at}) => at === 'store').map(({headers}) => headers.range);
    return {shape, read};
  };
  const tokens = Array.from({length: 60_000}, (_, index) => `token ${index}`);

  it('reads the first bytes only, however long the vocabulary is', async () => {
    const vocabulary = {'tokenizer.ggml.model': 'gpt2', 'tokenizer.ggml.tokens': tokens};
    const {shape, read} = await header({...llamaValues, ...vocabulary}, 1_000_000);
    expect(shape).toEqual({architecture: 'llama', contextMax: 32_768, tokenBytes: 2 * 4 * (64 + 64) * 2});
    expect(read).toEqual(['bytes=0-65535']);
  });

  it('reads on in growing pieces where the figures stand behind', async () => {
    const {shape, read} = await header(
      {'general.tags': tokens, ...llamaValues, 'tokenizer.ggml.model': 'bpe'},
      9e6,
    );
    expect(shape?.tokenBytes).toBe(2_048);
    expect(read).toEqual(['bytes=0-65535', 'bytes=65536-524287', 'bytes=524288-4194303']);
  });

  it('knows nothing of a header that says nothing, and refuses what is no GGUF file', async () => {
    expect((await header({'general.architecture': 'mystery'})).shape).toBeUndefined();
    const {hub} = await opened({repositories: {'a/b': {files: {'m.gguf': Buffer.from('<html>')}}}});
    const repository = await hub.repository('a/b', signal);
    const [file] = repository.models[0]?.parts ?? [];
    if (!file) throw new Error('no file');
    expect(await errorOf(readRemoteHeader(hub, repository, file, signal))).toMatchObject({kind: 'file'});
  });
});
