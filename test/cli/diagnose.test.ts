import {chmodSync, copyFileSync, mkdirSync, symlinkSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {describe, expect, it, onTestFinished} from 'vitest';
import {createServices, type Services} from '../../src/cli/createServices.ts';
import {backendFindings} from '../../src/cli/diagnose/backendFindings.ts';
import {engineFindings} from '../../src/cli/diagnose/engineFindings.ts';
import {fileFindings} from '../../src/cli/diagnose/fileFindings.ts';
import {keyFindings} from '../../src/cli/diagnose/keyFindings.ts';
import {programFindings, toolFindings} from '../../src/cli/diagnose/programFindings.ts';
import {diagnose} from '../../src/cli/diagnose.ts';
import {readEnvironment} from '../../src/cli/environment.ts';
import type {Finding} from '../../src/commands/command.ts';
import {LlmError} from '../../src/core/errors.ts';
import {openStore} from '../../src/storage/openStore.ts';
import {startScriptedServer} from '../backends/scriptedServer.ts';
import {breakTree, storedDatabase} from '../storage/salvage/brokenStore.ts';
import {temporaryFolder} from '../storage/temporaryFolder.ts';

const nowhere = 'http://127.0.0.1:1';
/** No server of the table is looked for at its usual address: something may well run there. */
const alone = {
  backends: Object.fromEntries(
    ['ollama', 'lmstudio', 'localai', 'vllm', 'llamacpp', 'tgwui'].map(id => [id, {enabled: false}]),
  ),
};

function made(
  settings: object | string = alone,
  variables: Record<string, string> = {},
): {services: Services; home: string} {
  const home = temporaryFolder();
  writeFileSync(
    join(home, 'config.json'),
    typeof settings === 'string' ? settings : JSON.stringify(settings),
    {
      mode: 0o600,
    },
  );
  const services = createServices(
    readEnvironment({variables: {LLM_HOME: home, ...variables}, home, workingFolder: home}),
  );
  onTestFinished(() => services.close());
  return {services, home};
}

const withBackends = (backends: object) => ({...alone, backends: {...alone.backends, ...backends}});

const texts = (findings: readonly Finding[], state: Finding['state']) =>
  findings.filter(each => each.state === state).map(({text}) => text);

async function server(options: Partial<Parameters<typeof startScriptedServer>[0]> = {}) {
  const started = await startScriptedServer({protocol: 'ollama', ...options});
  onTestFinished(() => started.close());
  return started;
}

describe('doctor and the backends', () => {
  it('tells of a server that answers: address, models, time', async () => {
    const {url} = await server();
    const {services} = made(withBackends({ollama: {baseUrl: url}}));
    const found = await backendFindings(services);
    expect(texts(found, 'ok')).toEqual([
      expect.stringMatching(new RegExp(`^Ollama at ${url.slice(7)}.*: \\d+ models?, \\d+ ms$`)),
    ]);
    expect(found).toHaveLength(1);
  });

  it('takes it for a problem that a named server is away, with the way to start it', async () => {
    const {services} = made(withBackends({ollama: {baseUrl: nowhere}}));
    expect(await backendFindings(services)).toEqual([
      {
        area: 'backends',
        state: 'problem',
        text: 'Ollama at 127.0.0.1:1 does not answer',
        remedy: expect.stringContaining('ollama serve'),
      },
    ]);
  });

  it('takes it for nothing that others are away, and says what is left when all are', async () => {
    const {services} = made();
    expect(await backendFindings(services)).toEqual([
      {
        area: 'backends',
        state: 'warning',
        text: expect.stringContaining('the built-in guide does'),
        remedy: expect.any(String),
      },
    ]);
  });

  it('tells what is wrong with a server that answers in another way', async () => {
    const {url} = await server({
      routes: {'GET /v1/models': {status: 500, body: '{"error": {"message": "out of order"}}'}},
    });
    const {services} = made(withBackends({mine: {baseUrl: `${url}/v1`}}));
    const found = await backendFindings(services);
    expect(texts(found, 'problem')).toEqual([expect.stringContaining('out of order')]);
  });

  it('says why a backend cannot be used at all', async () => {
    const {services} = made(alone, {OPENAI_BASE_URL: 'not an address'});
    expect(texts(await backendFindings(services), 'problem')).toEqual([
      'OpenAI: the base URL is not an http:// or https:// address.',
    ]);
  });
});

describe('doctor and the keys', () => {
  it('says which are there and never what they are', async () => {
    const {services} = made(withBackends({groq: {keyCommand: 'echo command-secret'}}), {
      OPENAI_API_KEY: 'sk-secret',
    });
    const found = await keyFindings(services, true);
    expect(texts(found, 'ok')[0]).toBe('there is a key for OpenAI (OPENAI_API_KEY)');
    expect(texts(found, 'ok')[1]).toBe('backends.groq.keyCommand prints a key');
    expect(JSON.stringify(found)).not.toContain('secret');
  });

  it.each(['exit 3', 'true'])('takes a command that prints no key for a problem: %s', async keyCommand => {
    const {services} = made(withBackends({groq: {keyCommand}}));
    expect(texts(await keyFindings(services, true), 'problem')).toEqual([
      expect.stringContaining('backends.groq.keyCommand'),
    ]);
  });

  it('runs none inside a chat', async () => {
    const {services, home} = made(withBackends({groq: {keyCommand: 'exit 3'}}));
    expect(texts(await keyFindings(services, false), 'problem')).toEqual([]);
    expect(home).toBeTruthy();
  });
});

describe('doctor and the files', () => {
  const areas = (found: readonly Finding[], area: string) => found.filter(each => each.area === area);

  it('finds all well in a fresh folder and in a used one', async () => {
    const {services, home} = made();
    expect(texts(await fileFindings(services, true), 'problem')).toEqual([]);
    openStore({path: join(home, 'llm.db')}).close();
    const found = await fileFindings(services, true);
    expect(areas(found, 'database')).toEqual([
      {area: 'database', state: 'ok', text: expect.stringMatching(/llm\.db: version \d+, 1 MB, whole$/)},
    ]);
    expect(areas(found, 'settings')[0]?.text).toMatch(/config\.json: 6 set$/);
  });

  it('names the place where the settings are broken', async () => {
    const {services} = made('{"model": ');
    expect(areas(await fileFindings(services, true), 'settings')).toEqual([
      {
        area: 'settings',
        state: 'problem',
        text: expect.stringMatching(/config\.json, line 1/),
        remedy: expect.stringContaining('llm config edit'),
      },
    ]);
  });

  it('warns of each theme file that cannot be used', async () => {
    const {services, home} = made();
    mkdirSync(join(home, 'themes'));
    writeFileSync(join(home, 'themes', 'broken.json'), '{');
    writeFileSync(join(home, 'themes', 'odd.json'), '{"name": "odd", "colour": "red"}');
    expect(areas(await fileFindings(services, true), 'themes')).toEqual(
      ['broken.json', 'odd.json'].map(name => ({
        area: 'themes',
        state: 'warning',
        text: expect.stringContaining(name),
        remedy: expect.stringContaining(name),
      })),
    );
  });

  it('warns of settings and themes that are not known', async () => {
    const {services} = made({...alone, modle: 'x', theme: 'nope'});
    expect(texts(await fileFindings(services, true), 'warning')).toEqual([
      expect.stringContaining('modle'),
      expect.stringContaining('nope'),
    ]);
  });

  it('finds a database that is none, or damaged', async () => {
    const {services, home} = made();
    const file = join(home, 'llm.db');
    writeFileSync(
      file,
      'this is no database at all, but a text that is long enough to be read as one '.repeat(20),
    );
    const problem = {
      ...{area: 'database', state: 'problem', text: expect.stringContaining(file)},
      remedy: expect.stringContaining('next start of llm saves what can be read'),
    };
    expect(areas(await fileFindings(services, true), 'database')).toEqual([problem]);
    openStore({path: file}).close();
    // What was set aside is told of as long as it is there.
    expect(areas(await fileFindings(services, true), 'database')).toEqual([
      {area: 'database', state: 'ok', text: expect.stringContaining('whole')},
      {
        ...{area: 'database', state: 'warning', remedy: expect.stringContaining('Delete it')},
        text: expect.stringMatching(/llm\.db\.broken-\d{4}-\d\d-\d\d: was damaged, and set aside/),
      },
    ]);

    const whole = storedDatabase(12, 10);
    copyFileSync(whole, file);
    breakTree(file, 'messages_conversation');
    expect(areas(await fileFindings(services, true), 'database')[0]).toEqual(problem);
    // The damage is none that a start would find by itself.
    const salvaged = openStore({path: file});
    expect(salvaged.warnings[0]).toContain('was damaged');
    salvaged.close();
  });

  it('finds a folder that cannot be used', async () => {
    const {services, home} = made();
    mkdirSync(join(home, '.llm_chat_history'));
    const paths = {...services.environment.paths, data: join(home, 'config.json', 'data')};
    const found = await fileFindings({...services, environment: {...services.environment, paths}}, true);
    expect(texts(found, 'problem')).toEqual([expect.stringContaining('config.json cannot be written')]);
  });
});

describe('doctor and the programs', () => {
  const script = (folder: string, name: string, text = '#!/bin/sh\n') => {
    const file = join(folder, name);
    mkdirSync(folder, {recursive: true});
    writeFileSync(file, text);
    chmodSync(file, 0o755);
    return file;
  };
  const environment = (folders: readonly string[], variables: Record<string, string> = {}) =>
    readEnvironment({variables: {PATH: folders.join(':'), ...variables}, home: '/', workingFolder: '/'});

  it('says which llm a shell starts', () => {
    const folder = temporaryFolder();
    const [own, other] = [join(folder, 'own'), join(folder, 'other')];
    const foreign = script(other, 'llm', '#!/usr/bin/env python3\n');
    mkdirSync(own);
    symlinkSync(join(environment([]).paths.packageRoot, 'bin', 'llm.mjs'), join(own, 'llm'));
    expect(programFindings(environment([own, other]))[1]).toMatchObject({
      state: 'ok',
      text: expect.stringContaining(`Behind it on the PATH: ${foreign} (a Python program`),
    });
    expect(programFindings(environment([other, own]))[1]).toMatchObject({
      state: 'warning',
      text: expect.stringContaining(foreign),
      remedy: expect.stringContaining(`Put ${own} before it`),
    });
    expect(programFindings(environment([]))[1]?.state).toBe('ok');
  });

  it('looks for the editor and the clipboard tool', () => {
    const folder = temporaryFolder();
    script(folder, 'nano');
    const missing = toolFindings(environment([folder], {EDITOR: 'gone -w', DISPLAY: ':0'}));
    // Only Linux takes its tool from the kind of the session.
    if (process.platform === 'linux')
      expect(missing[0]).toMatchObject({state: 'warning', remedy: expect.stringContaining('xclip')});
    expect(missing[1]).toMatchObject({state: 'warning', text: 'gone was not found'});
    expect(toolFindings(environment([folder], {VISUAL: 'nano -w'}))[1]).toMatchObject({
      state: 'ok',
      text: 'nano -w',
    });
  });
});

it('doctor takes an engine that is not installed for no problem, but says how to get it', async () => {
  const {services} = made();
  const backends: Services['backends'] = {
    ...services.backends,
    open: async () => {
      throw new LlmError({
        kind: 'engine',
        message: 'The embedded engine is not installed',
        hint: 'Install it',
      });
    },
  };
  expect(await engineFindings({...services, backends})).toEqual([
    {area: 'engine', state: 'warning', text: 'The embedded engine is not installed', remedy: 'Install it'},
  ]);
});

it('doctor goes on when one of its checks fails', async () => {
  const {services} = made({...alone, model: 'ollama/x'});
  const broken: Services = {
    ...services,
    backends: {
      ...services.backends,
      get entries(): never {
        throw new Error('no table');
      },
      open: async () => {
        throw new LlmError({kind: 'engine', message: 'no engine'});
      },
    },
  };
  const found = await diagnose(broken, {screen: {}});
  expect(texts(found, 'problem')).toContain('could not be looked at: no table');
  expect(found.map(({area}) => area)).toEqual(expect.arrayContaining(['program', 'files', 'model']));
});
