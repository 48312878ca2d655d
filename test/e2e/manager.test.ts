import {existsSync, readFileSync} from 'node:fs';
import path from 'node:path';
import {describe, expect, it} from 'vitest';
import type {ScriptedServerOptions} from '../backends/scriptedServer.ts';
import {answers, idle, patience, say, setUpStage} from './stage.ts';
import type {Terminal} from './terminal.ts';

const stage = setUpStage();

const models = ['scripted:latest', 'other:3b'];
const line = (record: object): string => `${JSON.stringify(record)}\n`;
const layer = (completed: number) =>
  line({status: 'pulling 8eeb', digest: 'sha256:8eeb', total: 2_000_000_000, completed});

/** Pulls that stop half-way until they are released. */
function heldPull(): {
  routes: NonNullable<ScriptedServerOptions['routes']>;
  release(): void;
  asked(): number;
} {
  const {promise: released, resolve: release} = Promise.withResolvers<void>();
  let asked = 0;
  return {
    routes: {
      'POST /api/pull': () => {
        asked += 1;
        return {
          headers: {'content-type': 'application/x-ndjson'},
          async *body() {
            yield line({status: 'pulling manifest'});
            yield layer(1_000_000_000);
            await released;
            yield layer(2_000_000_000) +
              line({status: 'verifying sha256 digest'}) +
              line({status: 'success'});
          },
        };
      },
    },
    release,
    asked: () => asked,
  };
}

async function open(chat: Terminal): Promise<void> {
  say(chat, '/models');
  await chat.waitFor(
    ({alternate, screen}) => alternate() && screen().join('\n').includes('other:3b'),
    patience,
  );
}

/** The terminal has everything back that a program may have changed. */
function expectSane(terminal: Terminal): void {
  expect(terminal.alternate()).toBe(false);
  expect(terminal.cursor().visible).toBe(true);
  expect(terminal.modes()).toMatchObject({
    bracketedPasteMode: false,
    mouseTrackingMode: 'none',
    wraparoundMode: true,
  });
}

describe('/models in a real terminal', {timeout: 90_000}, () => {
  it('leaves the chat as it was, and goes on in it with another model', async () => {
    const server = await stage.server({models, text: ['Yes.'], tokens: 1});
    const chat = await stage.readyChat({server});
    say(chat, 'hi');
    await answers(chat, 1);
    const before = chat.text().slice(0, chat.text().lastIndexOf('\n❯'));
    await open(chat);
    // The backends are shown as they answer.
    await chat.waitFor(({screen}) => /^Models {2}\[Installed 3\]/.test(screen()[0] ?? ''), patience);
    chat.write('\u001b');
    await chat.waitFor(({alternate, screen}) => !alternate() && screen().join('\n').includes(idle), patience);
    expect(chat.text().slice(0, chat.text().lastIndexOf('\n❯'))).toBe(before);
    expect(chat.clears()).toEqual({screen: 0, scrollback: 0, alternate: 2});
    await open(chat);
    chat.write('j\r');
    await chat.waitFor('The next answers come from ollama/other:3b.', patience);
    expect(chat.text()).toContain(before);
  });

  it('redraws itself in another size', async () => {
    const server = await stage.server({models});
    const chat = await stage.readyChat({server});
    await open(chat);
    for (const [columns, rows] of [
      [40, 8],
      [120, 40],
    ] as const) {
      chat.resize(columns, rows);
      await chat.waitFor(
        ({screen}) =>
          (screen()[0] ?? '').startsWith('Models') && (screen().at(-1) ?? '').startsWith('Esc leaves'),
        patience,
      );
      expect(chat.screen()).toHaveLength(rows);
      expect(chat.screen().filter(row => row.includes('Esc leaves'))).toHaveLength(1);
    }
    chat.write('q');
    await chat.waitFor(({alternate, screen}) => !alternate() && screen().join('\n').includes(idle), patience);
    expect(chat.text().match(/^❯ Ask anything/gm)).toHaveLength(1);
  });

  it('pulls in the background, and the next program goes on with what was cut', async () => {
    const {routes, release, asked} = heldPull();
    const server = await stage.server({models, routes});
    const home = stage.folder();
    const first = await stage.readyChat({server, home});
    await open(first);
    first.write('pnew:1b\r');
    await first.waitFor(/↓ ollama\/new:1b {2}█+░+ 50 %/, patience);
    await first.waitFor('1.0 GB of 2.0 GB', patience);
    first.write('q');
    await first.waitFor(/↓ new:1b 50 % · .*\/help/, patience);
    first.write('\u0004');
    expect((await first.exit).code).toBe(0);
    expectSane(first);
    expect(first.text()).toContain('the pull of ollama/new:1b was stopped; what has come is kept');
    const list = path.join(home, 'pulls.json');
    expect(JSON.parse(readFileSync(list, 'utf8')).pulls).toEqual([
      {
        ...{name: 'ollama/new:1b', completed: 1_000_000_000, total: 2_000_000_000},
        server: expect.stringMatching(/^Ollama at 127/),
      },
    ]);
    await expect.poll(() => server.closedEarly).toBe(1);

    const second = await stage.readyChat({server, home});
    await open(second);
    await second.waitFor(/‖ ollama\/new:1b {2}█+░+ 50 %/, patience);
    second.write('r');
    await second.waitFor('↓ ollama/new:1b', patience);
    await expect.poll(asked).toBe(2);
    second.write('q');
    await second.waitFor(({alternate}) => !alternate(), patience);
    release();
    await second.waitFor('ollama/new:1b is there: /model ollama/new:1b', patience);
    expect(existsSync(list)).toBe(false);
  });

  it('keeps what goes wrong within the panel', async () => {
    const server = await stage.server({
      models,
      routes: {'DELETE /api/delete': {status: 500, body: '{"error":"disk\\u001b[2J on fire"}'}},
    });
    const chat = await stage.readyChat({server});
    await open(chat);
    chat.write('d');
    await chat.waitFor(/Delete ollama\/scripted:latest \(2\.0 GB\)/, patience);
    chat.write('y');
    await chat.waitFor(/disk.* on fire/, patience);
    expect(chat.alternate()).toBe(true);
    expect(chat.clears()).toMatchObject({screen: 0, scrollback: 0});
    await server.close();
    chat.write('R');
    await chat.waitFor(/^ollama · Ollama at \S+ does not answer$/m, patience);
    expect(chat.screen()[0]).toMatch(/^Models {2}\[Installed 3\]/);
    chat.write('q');
    await chat.waitFor(({alternate, screen}) => !alternate() && screen().join('\n').includes(idle), patience);
  });

  it('says in the panel and in the chat why a pull has failed, among the models that run too', async () => {
    const server = await stage.server({
      models,
      routes: {'POST /api/pull': {body: layer(1_000_000_000) + line({error: 'digest mismatch'})}},
    });
    const chat = await stage.readyChat({server});
    await open(chat);
    chat.write('\tpnew:1b\r');
    await chat.waitFor(/✗ ollama\/new:1b/, patience);
    await chat.waitFor(/ollama\/new:1b was not pulled to its end/, patience);
    await chat.waitFor('r goes on', patience);
    chat.write('q');
    await chat.waitFor(
      ({alternate, text}) => !alternate() && text().includes('ollama/new:1b was not pulled to its end'),
      patience,
    );
  });

  it.each([
    ['SIGTERM', 143],
    ['SIGHUP', 129],
    ['SIGINT', 130],
  ] as const)('gives the terminal back at %s', async (signal, status) => {
    const {routes} = heldPull();
    const server = await stage.server({models, routes, text: ['Yes.'], tokens: 1});
    const chat = await stage.readyChat({server});
    say(chat, 'hi');
    await answers(chat, 1);
    await open(chat);
    chat.write('pnew:1b\r');
    await chat.waitFor('50 %', patience);
    chat.kill(signal);
    expect((await chat.exit).code).toBe(status);
    expectSane(chat);
    expect(chat.text()).toContain('Yes.');
  });

  it('gives the terminal back when the program crashes inside', async () => {
    const {routes} = heldPull();
    const server = await stage.server({models, routes, text: ['Yes.'], tokens: 1});
    const crash = "process.on('SIGUSR2', () => { throw new Error('a fault of the program'); })";
    const chat = await stage.readyChat({
      server,
      env: {NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(crash)}`},
    });
    say(chat, 'hi');
    await answers(chat, 1);
    await open(chat);
    chat.write('pnew:1b\r');
    await chat.waitFor('50 %', patience);
    chat.kill('SIGUSR2');
    expect((await chat.exit).code).not.toBe(0);
    expectSane(chat);
    expect(chat.text()).toContain('Yes.');
    expect(chat.text()).toContain('a fault of the program');
    expect(chat.text()).toContain('the pull of ollama/new:1b was stopped; what has come is kept');
    expect(chat.text()).not.toContain('Installed 3');
  });
});

describe('/model in a real terminal', {timeout: 90_000}, () => {
  it('lists at once what is known, marks favourites for good, and completes short names', async () => {
    const {promise: released, resolve: release} = Promise.withResolvers<void>();
    const tags = {models: models.map(name => ({name, model: name, size: 2_000_000_000}))};
    const server = await stage.server({
      models,
      text: ['Yes.'],
      tokens: 30,
      routes: {
        'GET /api/tags': async () => {
          await released;
          return {body: JSON.stringify(tags)};
        },
      },
    });
    const home = stage.folder();
    const chat = await stage.readyChat({server, home});
    say(chat, 'hi');
    await answers(chat, 1);
    say(chat, '/model');
    await chat.waitFor(/Choose a model ❯ .*searching…/, patience);
    await chat.waitFor(/› 1 ollama\/scripted:latest .*tok\/s +current/, patience);
    release();
    await chat.waitFor(/2 {8}other:3b +2\.0 GB/, patience);
    chat.write('\u001b[B\u001bs');
    await chat.waitFor(/› 1 ollama\/other:3b +★ +2\.0 GB/, patience);
    chat.write('\u001b');
    await chat.waitFor(idle, patience);
    expect(JSON.parse(readFileSync(path.join(home, 'config.json'), 'utf8'))).toEqual({
      favourites: ['ollama/other:3b'],
    });
    await open(chat);
    chat.write('kafast\r');
    await chat.waitFor('fast means ollama/other:3b', patience);
    chat.write('q');
    await chat.waitFor(({alternate, screen}) => !alternate() && screen().join('\n').includes(idle), patience);
    chat.write('/model fa');
    await chat.waitFor(/fast {2}ollama\/other:3b/, patience);
    chat.write('\t');
    await chat.waitFor(/^❯ \/model fast/m, patience);
    chat.write('\r');
    await chat.waitFor('The next answers come from ollama/other:3b.', patience);
  });
});
