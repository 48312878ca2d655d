import {mkdir, mkdtemp, rename, rm, truncate, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {afterAll, beforeAll, describe, expect, it} from 'vitest';
import {createLocal, type LocalBackend} from '../../../src/backends/local/createLocal.ts';
import {chatMlTemplate, writeGgufFixture} from '../../fixtures/ggufFixture.ts';
import {ask, enginePath, errorOf, guidePath, runs} from './support.ts';

const greedy = {temperature: 0};
const never = new AbortController().signal;

describe('the embedded engine', () => {
  let folder: string;
  let local: LocalBackend;
  /** A model that never ends by itself. */
  let endless: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'local-'));
    endless = join(folder, 'elsewhere', 'endless.gguf');
    await mkdir(join(folder, 'models', 'team'), {recursive: true});
    await mkdir(join(folder, 'elsewhere'));
    await writeGgufFixture(endless);
    local = createLocal({guidePath, modelsFolder: join(folder, 'models'), enginePath});
  });
  afterAll(async () => {
    await local.close();
    await rm(folder, {recursive: true});
  });

  describe('answers', () => {
    it('streams the guide, and counts its tokens', async () => {
      const answer = await ask(local, 'guide', 'how do I switch models?');
      expect(answer.text).toContain('/model');
      expect(answer.pieces).toBeGreaterThan(3);
      expect(answer.finish).toBe('stop');
      expect(answer.events[0]).toEqual({type: 'start', model: 'guide'});
      expect(answer.events.at(-1)?.type).toBe('finish');
      const prompt = await local.countTokens('guide', 'how do I switch models?', never);
      const text = await local.countTokens('guide', answer.text, never);
      expect(answer.usage?.input).toBeGreaterThan(prompt);
      expect(answer.usage?.input).toBeLessThan(prompt + 20);
      // The token that ends the answer has no text.
      expect(answer.usage?.output).toBe(text + 1);
      expect(answer.usage?.reasoning).toBeUndefined();
    });

    it('knows the whole conversation each time, and evaluates only what is new', async () => {
      const first = {role: 'user' as const, text: 'how do I switch models?'};
      const {text} = await ask(local, endless, '', {messages: [first], options: {...greedy, max_tokens: 20}});
      const answer = {role: 'assistant' as const, text};
      const more = {role: 'user' as const, text: 'and back?'};
      const system = {role: 'system' as const, text: 'Be brief.'};
      const options = {...greedy, max_tokens: 5};
      const second = await ask(local, endless, '', {messages: [first, answer, more], options});
      expect(second.usage?.cached).toBeGreaterThan(40);
      expect(second.usage?.input).toBeGreaterThan(second.usage?.cached ?? 0);
      const other = await ask(local, endless, '', {messages: [system, first, answer, more], options});
      expect(other.usage?.input).toBeGreaterThan(second.usage?.input ?? 0);
      expect(other.usage?.cached).toBeLessThan(20);
      const again = await ask(local, endless, '', {messages: [first, answer, more], options});
      expect(again.text).toBe(second.text);
    });

    it('evaluates a long prompt in pieces, and answers as if it had not', async () => {
      const long = 'the quick brown fox. '.repeat(100);
      const options = {...greedy, max_tokens: 10};
      const pieces = await ask(local, endless, long, {options});
      const ratios = pieces.events.filter(event => event.type === 'progress' && event.phase === 'prefill');
      expect(ratios.length).toBeGreaterThan(2);
      expect(pieces.usage?.cached).toBeLessThan(100);
      const cached = await ask(local, endless, long, {options});
      expect(cached.usage?.cached).toBe((cached.usage?.input ?? 0) - 1);
      expect(cached.text).toBe(pieces.text);
      expect(cached.text).toMatch(/^[a-z]{10}$/);
    });

    it('takes smaller pieces where the model is large, so that stopping does not wait for long', async () => {
      const large = join(folder, 'elsewhere', 'large.gguf');
      await writeGgufFixture(large);
      // What comes after the weights is nothing to llama.cpp, and takes no room on the disk.
      await truncate(large, 60_000_000);
      const {events, finish} = await ask(local, large, 'word '.repeat(60), {
        options: {...greedy, max_tokens: 2},
      });
      const read = events.filter(event => event.type === 'progress' && event.phase === 'prefill');
      expect(read.length).toBeGreaterThan(3);
      expect(finish).toBe('length');
    });

    it('ends at max_tokens with `length`', async () => {
      const answer = await ask(local, endless, 'hello', {options: {...greedy, max_tokens: 12}});
      expect(answer.text).toHaveLength(12);
      expect(answer.finish).toBe('length');
      expect(answer.usage?.output).toBe(12);
    });

    it('ends before a stop string, which is not part of the answer', async () => {
      const whole = await ask(local, endless, 'hello', {options: {...greedy, max_tokens: 30}});
      const stop = whole.text.slice(10, 13);
      const options = {...greedy, max_tokens: 30, stop: [stop, 'never in it']};
      const answer = await ask(local, endless, 'hello', {options});
      expect(answer.text).toBe(whole.text.slice(0, whole.text.indexOf(stop)));
      expect(answer.finish).toBe('stop');
    });

    it('gives the same answer for the same seed only', async () => {
      const draw = async (seed?: number) => {
        const options = {temperature: 2, top_k: 0, top_p: 1, min_p: 0, max_tokens: 40, ...(seed && {seed})};
        return (await ask(local, endless, 'hello', {options})).text;
      };
      const drawn = await draw(7);
      expect(await draw(7)).toBe(drawn);
      expect(await draw(8)).not.toBe(drawn);
      expect(await draw()).not.toBe(await draw());
    });

    it('heeds a repeat penalty', async () => {
      const options = {...greedy, max_tokens: 60};
      const plain = await ask(local, endless, 'hello', {options});
      const penalised = await ask(local, endless, 'hello', {options: {...options, repeat_penalty: 3}});
      expect(new Set(penalised.text).size).toBeGreaterThan(new Set(plain.text).size);
    });

    it('fits a JSON schema, and refuses one that it does not know', async () => {
      const schema = {type: 'object', properties: {colour: {enum: ['red', 'blue']}, loud: {type: 'boolean'}}};
      const answer = await ask(local, endless, 'hello', {schema, options: {...greedy, max_tokens: 200}});
      expect(JSON.parse(answer.text)).toEqual({
        colour: expect.stringMatching(/^(red|blue)$/),
        loud: expect.any(Boolean),
      });
      expect(answer.finish).toBe('stop');
      const unknown = await errorOf(ask(local, endless, 'hello', {schema: {allOf: [{type: 'string'}]}}));
      expect(unknown.kind).toBe('bad-request');
      expect(unknown.message).toContain('allOf');
    });

    it('tells thoughts apart from the answer, and leaves them out when thinking is off', async () => {
      const path = join(folder, 'elsewhere', 'thinker.gguf');
      const template = `{# <think> #}${chatMlTemplate}`;
      await writeGgufFixture(path, {
        says: ['<think>', 'a', 'b', '</think>', 'x', 'y'],
        set: {'tokenizer.chat_template': template},
      });
      const thinking = await ask(local, path, 'hello', {options: greedy});
      expect(thinking).toMatchObject({reasoning: 'ab', text: 'xy', finish: 'stop'});
      expect(thinking.usage?.reasoning).toBe(2);
      const off = await ask(local, path, 'hello', {options: greedy, think: 'off'});
      expect(off).toMatchObject({reasoning: '', text: 'xy'});
    });

    it.each([
      ['cannot be read', '{% for x in %}{{'],
      ['only complains', "{{ raise_exception('roles must alternate') }}"],
    ])('says once that the chat template %s', async (_what, template) => {
      const path = join(folder, 'elsewhere', 'template.gguf');
      await writeGgufFixture(path, {set: {'tokenizer.chat_template': template}});
      const options = {...greedy, max_tokens: 2};
      const first = await ask(local, path, 'hello', {options});
      expect(first.events).toContainEqual({
        type: 'warning',
        message: 'The chat template of template.gguf cannot be used; its chats take another form',
      });
      const second = await ask(local, path, 'hello', {options});
      expect(second.events.filter(({type}) => type === 'warning')).toEqual([]);
    });

    it('puts text files before the prompt, and refuses images', async () => {
      const alone = await ask(local, endless, 'sum up', {options: {...greedy, max_tokens: 1}});
      const file = {kind: 'text' as const, name: 'notes.txt', text: 'one two three'};
      const message = {role: 'user' as const, text: 'sum up', attachments: [file]};
      const options = {...greedy, max_tokens: 1};
      const attached = await ask(local, endless, '', {messages: [message], options});
      const added = '<file name="notes.txt">\none two three\n</file>\n\n'.length;
      expect(attached.usage?.input).toBe((alone.usage?.input ?? 0) + added);
      const image = {kind: 'image' as const, name: 'a.png', mediaType: 'image/png', data: new Uint8Array(1)};
      const picture = {...message, attachments: [image]};
      expect((await errorOf(ask(local, endless, '', {messages: [picture]}))).kind).toBe('capability');
    });
  });

  describe('the context window', () => {
    it('refuses a conversation that leaves no room, with the numbers', async () => {
      const error = await errorOf(ask(local, endless, 'x'.repeat(300), {options: {num_ctx: 256}}));
      expect(error.kind).toBe('context');
      expect(error.message).toMatch(/is 3\d\d tokens long; the context window of endless\.gguf has 256/);
      expect(error.hint).toContain('/set num_ctx 2048');
      const tooLong = await errorOf(ask(local, endless, 'x'.repeat(5000)));
      expect(tooLong.message).toContain('has 4096');
      expect(tooLong.hint).not.toContain('num_ctx');
    });

    it('ends an answer that fills the window with `length`, and drops nothing', async () => {
      const answer = await ask(local, endless, 'hello', {options: {...greedy, num_ctx: 100}});
      expect(answer.finish).toBe('length');
      const used = (answer.usage?.input ?? 0) + (answer.usage?.output ?? 0);
      expect(used).toBeGreaterThan(85);
      expect(used).toBeLessThanOrEqual(100);
    });

    it('says when it cannot be as wide as asked', async () => {
      const options = {...greedy, num_ctx: 100_000, max_tokens: 3};
      const answer = await ask(local, endless, 'hello', {options});
      expect(answer.events).toContainEqual({
        type: 'warning',
        message: 'endless.gguf sees at most 4096 tokens; num_ctx 100000 was lowered to that',
      });
      expect(answer.text).toHaveLength(3);
    });
  });

  describe('stopping', () => {
    it('stops mid-answer, and answers the next question', async () => {
      const controller = new AbortController();
      let kept = '';
      const stopped = ask(local, endless, 'hello', {
        signal: controller.signal,
        options: greedy,
        onEvent: (_event, soFar) => {
          kept = soFar.text;
          if (soFar.pieces === 5) controller.abort();
        },
      });
      expect((await errorOf(stopped)).kind).toBe('cancelled');
      expect(kept).toMatch(/^[a-z]{5}$/);
      const next = await ask(local, endless, 'hello', {options: {...greedy, max_tokens: 20}});
      expect(next.text.slice(0, 5)).toBe(kept);
      expect(next.finish).toBe('length');
    });

    it('stops when the reader stops reading', async () => {
      const request = {model: endless, messages: [{role: 'user' as const, text: 'hello'}], options: greedy};
      for await (const event of local.reply(request, never)) if (event.type === 'text') break;
      const next = await ask(local, endless, 'hello', {options: {...greedy, max_tokens: 4}});
      expect(next.finish).toBe('length');
    });

    it('does not begin when it was stopped before', async () => {
      expect((await errorOf(ask(local, endless, 'hello', {signal: AbortSignal.abort()}))).kind).toBe(
        'cancelled',
      );
    });

    it('ends an engine that is stuck and hears of no stop, and starts anew', async () => {
      const stuck = join(folder, 'elsewhere', 'stuck.gguf');
      const turns = '{% for a in range(100000) %}{% for b in range(100000) %}{% endfor %}{% endfor %}';
      await writeGgufFixture(stuck, {set: {'tokenizer.chat_template': turns}});
      const ratios: number[] = [];
      // How far the engine has loaded by what it says first. It gets stuck at the end.
      const stopSoon = async () => {
        const controller = new AbortController();
        const stopped = ask(local, stuck, 'hello', {
          signal: controller.signal,
          onEvent: event => {
            if (event.type !== 'progress') return;
            ratios.push(event.ratio ?? 0);
            controller.abort();
          },
        });
        expect((await errorOf(stopped)).kind).toBe('cancelled');
      };
      const startedAnew = async () => {
        await stopSoon();
        return ratios.includes(1) && ratios.lastIndexOf(0) > ratios.indexOf(1);
      };
      await expect.poll(startedAnew, {timeout: 100_000}).toBe(true);
    }, 120_000);

    it('ignores the Ctrl+C of a terminal', async () => {
      const {pid = 0} = await local.engine(endless, never);
      const options = {...greedy, max_tokens: 300};
      const answer = await ask(local, endless, 'hello', {
        options,
        onEvent: (_event, soFar) => {
          if (soFar.pieces === 3) process.kill(pid, 'SIGINT');
        },
      });
      expect(answer.text).toHaveLength(300);
    });
  });

  describe('several chats at once', () => {
    it('gives each its own answer, side by side', async () => {
      const options = {...greedy, max_tokens: 400};
      const order: string[] = [];
      const chats = ['hello', 'good day', 'moin'].map(prompt =>
        ask(local, endless, prompt, {
          options,
          onEvent: event => {
            if (event.type === 'text') order.push(prompt);
          },
        }),
      );
      const answers = await Promise.all(chats);
      expect(order.indexOf('moin')).toBeLessThan(order.lastIndexOf('hello'));
      expect(order.indexOf('hello')).toBeLessThan(order.lastIndexOf('moin'));
      const alone = await ask(local, endless, 'moin', {options});
      expect(answers[2]?.text).toBe(alone.text);
      expect(new Set(answers.map(({text}) => text)).size).toBe(3);
    });

    it('lets more than it can hold wait, and lets those be stopped', async () => {
      const first = new AbortController();
      const waiting = new AbortController();
      const long = Array.from({length: 6}, () =>
        ask(local, endless, 'hello', {options: greedy, signal: first.signal}).catch(
          (error: unknown) => error,
        ),
      );
      const stopped = ask(local, endless, 'hello', {options: greedy, signal: waiting.signal});
      const last = ask(local, endless, 'hello', {options: {...greedy, max_tokens: 6}});
      waiting.abort();
      expect((await errorOf(stopped)).kind).toBe('cancelled');
      first.abort();
      expect((await last).text).toHaveLength(6);
      await Promise.all(long);
    });
  });

  describe('its models', () => {
    it('lists the guide, then the files of the folder that can be used', async () => {
      const at = (name: string) => join(folder, 'models', name);
      await writeGgufFixture(at('small.gguf'));
      await writeGgufFixture(at('team/ours.gguf'));
      await writeGgufFixture(at('split-00001-of-00002.gguf'));
      await writeGgufFixture(at('split-00002-of-00002.gguf'), {set: {'split.no': 1}});
      await writeFile(at('broken.gguf'), 'no model');
      await writeFile(at('readme.txt'), 'no model either');
      const models = await local.models(never);
      expect(models.map(({id}) => id)).toEqual(['guide', 'small', 'split', 'team/ours']);
      // It would answer a request for a title with something about this program.
      expect(models[0]?.lacks).toContain('instructions');
      expect(models[1]?.lacks).not.toContain('instructions');
      expect(models[1]).toMatchObject({
        backend: 'local',
        contextMax: 4096,
        parameters: '27K',
        quantization: 'F32',
        loaded: false,
        capabilities: ['chat'],
      });
      for (const model of ['small', 'team/ours.gguf', at('small.gguf')]) {
        expect((await local.describe(model, never)).contextMax).toBe(4096);
      }
    });

    it('knows the allocated window of a loaded model', async () => {
      await ask(local, 'guide', 'hello');
      const guide = await local.describe('guide', never);
      expect(guide.loaded).toBe(true);
      expect(guide.context).toBe(guide.contextMax);
    });

    it('refuses a name that it does not know, and says what it has', async () => {
      const error = await errorOf(ask(local, 'nobody', 'hello'));
      expect(error.kind).toBe('model-unknown');
      expect(error.hint).toContain('guide');
    });

    it('loads a file anew after it was replaced', async () => {
      const path = join(folder, 'elsewhere', 'replaced.gguf');
      await writeGgufFixture(path, {says: ['o', 'n', 'e']});
      expect((await ask(local, path, 'hello', {options: greedy})).text).toBe('one');
      await writeGgufFixture(`${path}.part`, {says: ['t', 'w', 'o', '.']});
      await rename(`${path}.part`, path);
      expect((await ask(local, path, 'hello', {options: greedy})).text).toBe('two.');
    });
  });

  describe('what goes wrong', () => {
    it('says what is wrong with a file, and lives on', async () => {
      const path = join(folder, 'elsewhere', 'cut.gguf');
      await writeGgufFixture(path, {cutAt: -100});
      expect((await errorOf(ask(local, path, 'hello'))).kind).toBe('file');
      const absent = await errorOf(ask(local, join(folder, 'absent.gguf'), 'hello'));
      expect(absent.message).toContain('there is no such file');
      expect((await ask(local, 'guide', 'how do I quit?')).finish).toBe('stop');
    });

    it('passes on the reason of llama.cpp for a file that only llama.cpp refuses', async () => {
      const path = join(folder, 'elsewhere', 'alien.gguf');
      const set = {
        'general.architecture': 'alien',
        'alien.context_length': 512,
        'alien.embedding_length': 32,
        'alien.block_count': 1,
      };
      await writeGgufFixture(path, {set});
      const error = await errorOf(ask(local, path, 'hello'));
      expect(error.kind).toBe('file');
      expect(error.message).toMatch(
        /^llama\.cpp cannot load alien\.gguf: unknown model architecture: 'alien'$/,
      );
    });

    it('survives a file that aborts llama.cpp', async () => {
      const path = join(folder, 'elsewhere', 'abort.gguf');
      await writeGgufFixture(path, {set: {'split.count': 1}});
      const error = await errorOf(ask(local, path, 'hello'));
      expect(error.kind).toBe('engine');
      expect(error.message).toBe('The embedded engine stopped while it loaded abort.gguf (signal SIGABRT)');
      expect(error.hint).toContain('choose another file');
      expect(error.detail).toContain('GGML_ASSERT');
      expect((await ask(local, 'guide', 'how do I quit?')).finish).toBe('stop');
    });

    it('says that the engine stopped when its process is killed, and starts a new one', async () => {
      const {pid = 0} = await local.engine(endless, never);
      let kept = '';
      const killed = ask(local, endless, 'hello', {
        options: greedy,
        onEvent: (event, soFar) => {
          if (event.type === 'text' && soFar.pieces === 1) process.kill(pid, 'SIGKILL');
          kept = soFar.text;
        },
      });
      const error = await errorOf(killed);
      expect(error.kind).toBe('engine');
      expect(error.message).toBe('The embedded engine stopped while it ran endless.gguf (signal SIGKILL)');
      expect(error.hint).toContain('memory');
      expect(kept).not.toBe('');
      expect((await ask(local, endless, 'hello', {options: {...greedy, max_tokens: 3}})).finish).toBe(
        'length',
      );
      expect((await local.engine(endless, never)).pid).not.toBe(pid);
    });

    it.each([
      [
        'its package is missing',
        'engineWithoutLibrary.ts',
        /not installed \(the package node-llama-cpp/,
        'llm doctor --install-engine',
      ],
      [
        'it has no binary for this platform',
        'engineWithoutBinary.ts',
        /no binary that runs on \w+-\w+/,
        'Ollama',
      ],
      [
        'its package is there by half',
        'engineByHalf.ts',
        /cannot be loaded \(node-llama-cpp does not start\)/,
        'llm doctor --install-engine',
      ],
      ['its program is missing', 'nowhere.ts', /stopped while it loaded guide\.gguf \(status 1\)/, ''],
    ])('says so when %s', async (_reason, program, message, hint) => {
      const path = fileURLToPath(new URL(program, import.meta.url));
      const without = createLocal({guidePath, modelsFolder: folder, enginePath: path});
      await without.prewarm('guide');
      for (const attempt of ['the first', 'the second']) {
        const error = await errorOf(ask(without, 'guide', attempt));
        expect(error.kind).toBe('engine');
        expect(error.message).toMatch(message);
        expect(error.hint).toContain(hint);
      }
      expect(await without.models(never)).not.toEqual([]);
      await without.close();
    });
  });

  it('refuses a window for which there is no memory before it is taken, with what to ask for', async () => {
    const wide = join(folder, 'elsewhere', 'wide.gguf');
    await writeGgufFixture(wide, {contextLength: 2_000_000_000});
    const error = await errorOf(ask(local, wide, 'hello', {options: {...greedy, num_ctx: 2_000_000_000}}));
    expect(error.kind).toBe('engine');
    expect(error.message).toBe('There is not enough free memory for a context window of wide.gguf');
    expect(error.hint).toContain('/set num_ctx 1000000000');
    // The usual one has room.
    expect((await ask(local, wide, 'hello', {options: {...greedy, max_tokens: 2}})).finish).toBe('length');
  });

  it('says so when the guide is missing', async () => {
    const without = createLocal({guidePath: join(folder, 'gone.gguf'), modelsFolder: folder, enginePath});
    const error = await errorOf(ask(without, 'guide', 'hello'));
    expect(error).toMatchObject({kind: 'engine', message: expect.stringContaining('guide is missing')});
    expect(error.hint).toContain('/model');
    await without.close();
  });

  it('says first that npm is needed where the engine cannot be fetched', async () => {
    const without = createLocal({
      ...{guidePath, modelsFolder: folder, enginePath},
      findEngine: () => undefined,
      canFetch: () => false,
    });
    const error = await errorOf(ask(without, 'guide', 'hello'));
    expect(error.hint).toMatch(
      /^Install Node\.js with npm .*, then fetch it with `llm doctor --install-engine`/,
    );
    await without.close();
  });

  it('starts no process where the engine was found nowhere, and says how to get it', async () => {
    let looked = 0;
    const without = createLocal({
      guidePath,
      modelsFolder: folder,
      enginePath,
      findEngine: () => {
        looked++;
        return undefined;
      },
    });
    const error = await errorOf(ask(without, 'guide', 'hello'));
    expect(error.message).toContain('not installed');
    expect(error.hint).toContain('llm doctor --install-engine');
    expect((await without.describe('guide', never)).loaded).toBe(false);
    await errorOf(ask(without, 'guide', 'again'));
    // It may have been installed meanwhile.
    expect(looked).toBe(2);
    await without.close();
  });

  describe('its process', () => {
    it('is started by prewarm, is gone after close, and takes answers in flight along', async () => {
      const other = createLocal({guidePath, modelsFolder: folder, enginePath});
      await other.prewarm('guide');
      expect((await other.describe('guide', never)).loaded).toBe(true);
      const {pid = 0} = await other.engine('guide', never);
      expect(runs(pid)).toBe(true);
      const flying = ask(other, endless, 'hello', {options: greedy}).catch((error: unknown) => error);
      const {pid: second = 0} = await other.engine(endless, never);
      await other.close();
      expect(await flying).toMatchObject({kind: 'cancelled'});
      expect(runs(pid)).toBe(false);
      expect(runs(second)).toBe(false);
      expect((await errorOf(ask(other, 'guide', 'hello'))).kind).toBe('cancelled');
    });

    it('is let go of when nothing was asked for a while, and comes back', async () => {
      const brief = createLocal({guidePath, modelsFolder: folder, enginePath, keepAliveMs: 1});
      const {pid = 0} = await brief.engine('guide', never);
      await expect.poll(() => runs(pid), {timeout: 20_000}).toBe(false);
      expect((await ask(brief, 'guide', 'how do I quit?')).finish).toBe('stop');
      const request = {
        model: 'guide',
        messages: [{role: 'user' as const, text: 'how do I quit?'}],
        options: {},
      };
      const reply = brief.reply(request, never)[Symbol.asyncIterator]();
      expect((await reply.next()).value).toMatchObject({type: 'start'});
      await expect
        .poll(async () => (await brief.describe('guide', never)).loaded, {timeout: 20_000})
        .toBe(false);
      expect((await reply.next()).value).toMatchObject({type: 'progress', phase: 'load'});
      await brief.close();
    });
  });
});
