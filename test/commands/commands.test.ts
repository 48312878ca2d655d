import {describe, expect, it} from 'vitest';
import type {ChoiceRequest, CommandContext, CommandResult} from '../../src/commands/command.ts';
import {commands} from '../../src/commands/commands.ts';
import {describeCommands, describeKeys} from '../../src/commands/describe.ts';
import {createKeyBindings} from '../../src/commands/keyBindings.ts';
import {keyLabel, keyTable} from '../../src/commands/keyTable.ts';
import type {Model} from '../../src/core/backend.ts';
import {type Conversation, withNode} from '../../src/core/conversation.ts';
import {LlmError} from '../../src/core/errors.ts';
import {optionNames} from '../../src/core/options.ts';
import {conversationOf, emptyConversation, sessionOver} from '../core/sampleSession.ts';
import {createScriptedBackend} from '../core/scriptedBackend.ts';
import {chatOver} from './chatOver.ts';
import {fakeContext, sampleModels} from './fakeContext.ts';
import {fakeShelf} from './fakeShelf.ts';

function prepared(conversation: Conversation = emptyConversation(), change: Partial<CommandContext> = {}) {
  const session = sessionOver(createScriptedBackend(), {conversation});
  const context = fakeContext(session, change);
  const run = async (name: string, argument = ''): Promise<CommandResult> => {
    const command = commands.find(each => each.name === name);
    if (!command) throw new Error(`no command ${name}`);
    return command.run(argument, context);
  };
  return {session, context, run, conversation: () => session.snapshot().conversation};
}

const textOf = (result: CommandResult): string =>
  result.type === 'notice' ? result.notice.text : `not a notice: ${result.type}`;

describe('the table of commands', () => {
  it('has no name or alias twice, and a summary for each', () => {
    const names = commands.flatMap(({name, aliases = []}) => [name, ...aliases]);
    expect(new Set(names).size).toBe(names.length);
    for (const {name, summary} of commands) {
      expect(name).toMatch(/^[a-z][a-z-]*$/);
      expect(summary).not.toBe('');
    }
  });

  it('lets only what leaves the conversation, undoes, clears the screen or pulls ask for its full name', () => {
    expect(commands.filter(({exact}) => exact).map(({name}) => name)).toEqual([
      'clear',
      'undo',
      'setup',
      'quit',
    ]);
  });

  it('lets only what changes nothing that streams act while it does', () => {
    const atOnce = ['help', 'view', 'copy', 'model', 'models', 'tokens', 'cost', 'theme', 'setup'];
    for (const {name, immediate} of commands)
      expect([name, immediate ?? false]).toEqual([name, atOnce.includes(name)]);
  });
});

describe('the table of keys', () => {
  it('binds no key twice', () => {
    const keys = keyTable.flatMap(row => row.keys);
    expect(new Set(keys).size).toBe(keys.length);
    expect(new Set(keyTable.map(row => row.action)).size).toBe(keyTable.length);
  });

  it.each([
    ['ctrl+c', 'Ctrl+C'],
    ['shift+enter', 'Shift+Enter'],
    ['escape', 'Esc'],
    ['alt+left', 'Alt+←'],
    ['f1', 'F1'],
  ])('shows %s as %s', (key, label) => {
    expect(keyLabel(key)).toBe(label);
  });
});

describe('the tables in help', () => {
  it('mention every command with its usage and aliases', () => {
    const table = describeCommands(commands);
    for (const {name, aliases = [], summary, usage} of commands) {
      expect(table).toContain(`\`/${name}`);
      expect(table).toContain(summary.replaceAll('|', '\\|'));
      if (usage) expect(table).toContain(usage.replaceAll('|', '\\|'));
      for (const alias of aliases.filter(each => each !== '?')) expect(table).toContain(`\`/${alias}\``);
    }
  });

  it('mention every key', () => {
    const table = describeKeys(keyTable);
    for (const {keys, summary} of keyTable) {
      for (const key of keys)
        expect(table).toMatch(new RegExp(`[ ,]${keyLabel(key)}[ ,]`.replaceAll('+', '\\+')));
      expect(table).toContain(summary);
    }
  });

  it('have two cells in every row, whatever the usage contains', () => {
    for (const row of `${describeCommands(commands)}\n${describeKeys(keyTable)}`.split('\n'))
      expect(row.match(/(?<!\\)\|/g)).toHaveLength(3);
  });
});

describe('/help', () => {
  it('shows everything, or one command', async () => {
    const {run} = prepared();
    const all = textOf(await run('help'));
    for (const {name} of commands) expect(all).toContain(`/${name}`);
    expect(all).toContain('Ctrl+C');
    const one = textOf(await run('help', 'model'));
    expect(one).toContain('/model');
    expect(one).not.toContain('/retry');
    expect(one).toContain('Acts at once');
    expect(textOf(await run('help', '/exit'))).toContain('Also: `/exit`, `/bye`. Has to be typed in full.');
    expect(textOf(await run('help', 'ret'))).toContain('/retry');
    expect(textOf(await run('help', 'und'))).toContain('/undo');
    const keysOnly = textOf(await run('help', 'keys'));
    expect(keysOnly).toContain('Ctrl+C');
    expect(keysOnly).not.toContain('/model');
  });

  it('tells of vi editing where it is on', async () => {
    const {run, context} = prepared();
    expect(textOf(await run('help', 'keys'))).not.toContain('NORMAL');
    Object.assign(context, {keys: createKeyBindings({}, 'enter', 'vi')});
    const help = textOf(await run('help', 'keys'));
    expect(help).toContain('| Ctrl+G |');
    expect(help).toMatch(/### Vi editing[\s\S]*\| in NORMAL \|[\s\S]*`u` `U` `\.` \| undo, redo/);
  });

  it.each([
    ['retri', '/help retry'],
    ['se', '/help sessions, /help search, /help set, /help settings'],
    ['frobnicate', 'See them all: /help'],
  ])('says what to type for %j', async (argument, hint) => {
    await expect(prepared().run('help', argument)).rejects.toMatchObject({
      kind: 'usage',
      message: expect.stringContaining(argument),
      hint: expect.stringContaining(hint),
    });
  });

  it('completes the names of commands', async () => {
    const {context} = prepared();
    const help = commands.find(({name}) => name === 'help');
    expect(await help?.complete?.('', context)).toEqual([...commands.map(({name}) => name), 'keys']);
  });
});

describe('/model', () => {
  it('switches to the full name behind what was typed', async () => {
    const {run, conversation} = prepared();
    expect(textOf(await run('model', 'gemma'))).toContain('ollama/gemma');
    expect(conversation().model).toBe('ollama/gemma');
  });

  it('leaves the model alone when the name is unknown', async () => {
    const {run, conversation} = prepared();
    await expect(run('model', 'nope')).rejects.toMatchObject({kind: 'model-unknown'});
    expect(conversation().model).toBe('test/model');
  });

  it('offers every model, by full name, with what is known of it, the present one marked', async () => {
    const {run} = prepared(emptyConversation({model: 'local/guide'}));
    const offered = await run('model');
    expect(offered).toMatchObject({
      type: 'choose',
      title: 'Choose a model',
      choices: [
        {
          label: 'ollama/gemma',
          detail: '4B · Q4_K_M · 3.3 GB · loaded',
          line: '/model ollama/gemma',
          current: false,
        },
        {label: 'ollama/gemma-big', detail: '17.3 GB', line: '/model ollama/gemma-big', current: false},
        {label: 'local/guide', detail: '2 MB', line: '/model local/guide', current: true},
      ],
    });
    const {choices, arriving} = offered as ChoiceRequest;
    expect(await arriving).toEqual(choices);
  });

  it('refuses a model that makes embeddings, by what its server says, else by its name', async () => {
    const embedding = {id: 'plain', backend: 'ollama', capabilities: ['embedding']} as const;
    const chatty = {id: 'embedded-talk', backend: 'ollama', capabilities: ['chat']} as const;
    const shelf = fakeShelf([embedding, chatty]);
    const {run, conversation} = prepared(emptyConversation(), {shelf, resolveModel: async name => name});
    for (const name of ['ollama/plain', 'ollama/nomic-embed-text'])
      await expect(run('model', name)).rejects.toMatchObject({
        kind: 'capability',
        message: `${name} makes embeddings, it does not chat`,
      });
    expect(conversation().model).toBe('test/model');
    await run('model', 'ollama/embedded-talk');
    expect(conversation().model).toBe('ollama/embedded-talk');
    const marked = ((await run('model')) as ChoiceRequest).choices.filter(({detail}) =>
      detail?.includes('embedding only'),
    );
    expect(marked.map(({label}) => label)).toEqual(['ollama/plain']);
  });

  it('asks the server where only the name speaks against a model', async () => {
    const backend = {local: true, contextSize: true, schema: true, images: true, thinking: true};
    const {run, conversation} = prepared(emptyConversation(), {
      resolveModel: async name => name,
      modelFacts: async () => ({model: {id: 'x', backend: 'ollama', capabilities: ['chat']}, backend}),
    });
    await run('model', 'ollama/embed-talk');
    expect(conversation().model).toBe('ollama/embed-talk');
  });

  it('takes a name that a slow server lists late, and says which names fit, or who has not answered', async () => {
    let models: readonly Model[] = ['qwen:3b', 'qwen:3b-instruct'].map(id => ({id, backend: 'ollama'}));
    const {run, conversation} = prepared(emptyConversation(), {
      listModels: async () => models,
      async resolveModel(name) {
        if (name.startsWith('ollama/')) return name;
        throw new LlmError({kind: 'model-unknown', message: 'none', hint: 'These are here: local/guide.'});
      },
      shelf: fakeShelf([], {silent: () => [{backend: 'ollama', text: 'Ollama has not answered in time'}]}),
    });
    await run('model', 'qwen:3b');
    expect(conversation().model).toBe('ollama/qwen:3b');
    await expect(run('model', 'qw')).rejects.toMatchObject({
      hint: 'These have it in their names: ollama/qwen:3b, ollama/qwen:3b-instruct.',
    });
    models = [];
    await expect(run('model', 'qw')).rejects.toMatchObject({
      hint: 'Ollama has not answered in time. These are here: local/guide.',
    });
  });

  it('keeps what was known of a server that is silent, names it, and follows what is known', async () => {
    let known: readonly Model[] = [{id: 'guide', backend: 'local'}];
    let listener = (): void => {};
    const shelf = fakeShelf([], {
      known: () => known,
      isKnown: id => id === 'local',
      silent: () => [{backend: 'ollama', text: 'Ollama\u0007 has not answered in time'}],
      subscribe(follower) {
        listener = follower;
        return () => {};
      },
    });
    const {run} = prepared(emptyConversation({model: 'ollama/gemma'}), {
      shelf,
      listModels: async () => known,
    });
    const {arriving, live} = (await run('model')) as ChoiceRequest;
    expect((await arriving)?.map(({label}) => label)).toEqual(['local/guide', 'ollama/gemma']);
    expect(live?.now().note).toBe('Ollama␇ has not answered in time');
    let labels: readonly string[] | undefined;
    live?.follow(() => {
      labels = live.now().choices.map(({label}) => label);
    });
    known = [...known, {id: 'new', backend: 'local'}];
    listener();
    expect(labels).toEqual(['local/guide', 'local/new', 'ollama/gemma']);
  });

  it('lists at once what is known before anybody answers: the present model, favourites, and what was used', async () => {
    let known: readonly Model[] = [];
    const shelf = fakeShelf([], {
      known: () => known,
      isKnown: id => id !== 'cloud' && known.length > 0,
      favourites: () => ['cloud/best'],
      use: async () =>
        new Map([
          ['ollama/gemma', {lastUsed: 1}],
          ['gone/x', {lastUsed: 2}],
        ]),
      backend: id => (id === 'gone' ? undefined : {label: id, local: id !== 'cloud', ready: true}),
    });
    const listModels = async () => {
      known = sampleModels;
      return known;
    };
    const {run} = prepared(emptyConversation({model: 'test/model'}), {shelf, listModels});
    const {choices, arriving} = (await run('model')) as ChoiceRequest;
    expect(choices.map(({label}) => label)).toEqual(['cloud/best', 'ollama/gemma', 'test/model']);
    // What a local server does not have any more goes; a cloud's list is not asked for.
    expect((await arriving)?.map(({label}) => label)).toEqual([
      'cloud/best',
      ...sampleModels.map(({backend, id}) => `${backend}/${id}`),
    ]);
  });

  it('marks a favourite, which comes first then', async () => {
    const {run} = prepared(emptyConversation({model: 'local/guide'}));
    const {actions = [], choices} = (await run('model')) as ChoiceRequest;
    const [action] = actions;
    const big = choices.find(({label}) => label === 'ollama/gemma-big');
    if (!action || !('run' in action) || !big) throw new Error('no such action');
    expect(action).toMatchObject({key: 'list-favourite', immediate: true});
    const again = (await action.run(big)) as ChoiceRequest;
    expect(again.comesBack).toBe(true);
    expect(again.choices.map(({label}) => label)).toEqual([
      'ollama/gemma-big',
      'ollama/gemma',
      'local/guide',
    ]);
    expect(again.choices[0]?.detail).toMatch(/^favourite/);
  });
});

describe('/new, /clear and /reset', () => {
  it.each([
    ['new', false],
    ['clear', true],
  ])('/%s opens a fresh conversation (clean screen: %s)', async (name, clearScreen) => {
    const {run, conversation} = prepared(conversationOf(['p', 'a'], {system: 'mine', options: {seed: 1}}));
    expect(await run(name)).toMatchObject({type: 'opened', clearScreen});
    expect(conversation()).toMatchObject({id: 'fresh1', head: null, system: 'configured', options: {}});
  });

  it.each(['new', 'clear', 'reset'])('/%s does nothing when there are words behind it', async name => {
    const {run, conversation} = prepared(conversationOf(['p', 'a']));
    await expect(run(name, 'how are you?')).rejects.toMatchObject({kind: 'usage'});
    expect(conversation().id).toBe('c1');
  });

  it('/reset keeps the model, system prompt and options', async () => {
    const {run, conversation} = prepared(
      conversationOf(['p', 'a'], {system: 'mine', options: {seed: 1}, model: 'x/y'}),
    );
    expect(await run('reset')).toMatchObject({type: 'opened', clearScreen: false});
    expect(conversation()).toMatchObject({
      id: 'fresh1',
      head: null,
      system: 'mine',
      options: {seed: 1},
      model: 'x/y',
    });
  });
});

describe('/history', () => {
  it('shows the active path, a shortened line each', async () => {
    const {run} = prepared(conversationOf(['first\nquestion', 'word '.repeat(50), 'second', '']));
    const lines = textOf(await run('history')).split('\n');
    expect(lines[0]).toBe('1 > first question');
    expect(lines[1]).toMatch(/^ {4}word word .*…$/);
    expect([...(lines[1] ?? '')]).toHaveLength(104);
    expect(lines[2]).toBe('2 > second');
    expect(lines[3]).toBe('    (stop)');
  });

  it('shows an answer without the signs of markdown, and a prompt as it was typed', async () => {
    const text =
      '# Heading one\n\nSome **bold**, `code`, ~~gone~~ and [a link](http://x)\n\n```js\nlet snake_case_name;\n```';
    const lines = textOf(await prepared(conversationOf(['# not **this**', text])).run('history')).split('\n');
    expect(lines).toEqual([
      '1 > # not **this**',
      '    Heading one Some bold, code, gone and a link let snake_case_name;',
    ]);
  });

  it('marks what has alternatives, and lines up the numbers', async () => {
    const many = conversationOf(Array.from({length: 20}, (_, index) => `t${index + 1}`));
    const twice = withNode(many, {id: 'x', parent: 'n19', role: 'assistant', text: 'again', created: 99});
    const lines = textOf(await prepared(twice).run('history')).split('\n');
    expect(lines[0]).toBe(' 1 > t1');
    expect(lines.slice(-2)).toEqual(['10 > t19', '     <2/2> again']);
  });

  it('says so when there is nothing', async () => {
    expect(textOf(await prepared().run('history'))).toBe('Nothing has been said yet.');
  });
});

describe('/system', () => {
  it('shows, sets and removes the system prompt', async () => {
    const {run, conversation} = prepared();
    expect(textOf(await run('system'))).toContain('no system prompt');
    await run('system', 'Be brief');
    expect(conversation().system).toBe('Be brief');
    expect(textOf(await run('system'))).toContain('Be brief');
    await run('system', 'off');
    expect(conversation().system).toBe('');
  });
});

describe('/set', () => {
  it.each([
    ['temperature 0.5', {temperature: 0.5}],
    ['temperature=0.5', {temperature: 0.5}],
    ['temperature = 0.5', {temperature: 0.5}],
    ['max-tokens 12', {max_tokens: 12}],
    ['seed -3', {seed: -3}],
    ['stop two words', {stop: ['two words']}],
  ])('reads %j', async (argument, options) => {
    const {run, conversation} = prepared();
    await run('set', argument);
    expect(conversation().options).toEqual(options);
  });

  it('keeps the other options, and takes one back with off', async () => {
    const {run, conversation} = prepared(emptyConversation({options: {seed: 1, top_k: 5}}));
    await run('set', 'temperature 1');
    expect(conversation().options).toEqual({seed: 1, top_k: 5, temperature: 1});
    await run('set', 'top-k off');
    expect(conversation().options).toEqual({seed: 1, temperature: 1});
    expect(textOf(await run('set'))).toBe('seed 1\ntemperature 1');
  });

  it('gives an example of the option that was wrong', async () => {
    await expect(prepared().run('set', 'num_ctx abc')).rejects.toMatchObject({
      hint: 'For example: /set num_ctx 8192',
    });
  });

  it('names what it knows when nothing is set', async () => {
    expect(textOf(await prepared().run('set'))).toContain(optionNames.join(', '));
  });

  it.each([
    ['heat 1', /no option "heat"/],
    ['temperature', /temperature wants a number from 0 to 5/],
    ['temperature warm', /temperature wants a number from 0 to 5/],
    ['num_ctx 0', /num_ctx wants a whole number/],
    ['heat off', /no option "heat"/],
  ])('refuses %j and changes nothing', async (argument, message) => {
    const {run, conversation} = prepared(emptyConversation({options: {seed: 1}}));
    await expect(run('set', argument)).rejects.toMatchObject({
      kind: 'usage',
      message: expect.stringMatching(message),
    });
    expect(conversation().options).toEqual({seed: 1});
  });
});

describe('/think', () => {
  it('shows and sets the level, and refuses another word', async () => {
    const {run, conversation} = prepared();
    expect(textOf(await run('think'))).toContain("the model's default");
    await run('think', 'high');
    expect(conversation().think).toBe('high');
    expect(textOf(await run('think'))).toContain('high');
    await expect(run('think', 'harder')).rejects.toMatchObject({kind: 'usage'});
    expect(conversation().think).toBe('high');
  });

  it('says at once when the model will not make use of it', async () => {
    const backend = {local: true, contextSize: true, schema: true, images: true, thinking: true};
    const about = (model: object) => () => ({
      modelFacts: async () => ({model: {id: 'model', backend: 'test', ...model}, backend}),
    });
    const plain = chatOver({}, about({capabilities: ['chat'], lacks: ['thinking']}));
    await plain.type('/think high', '/think off');
    expect(plain.told).toEqual([
      'warning: Thinking is high from now on, but test/model cannot be told to think.',
      'success: Thinking is off from now on.',
    ]);
    const levels = chatOver({}, about({thinkLevels: ['low', 'medium', 'high']}));
    await levels.type('/think max', '/think low');
    expect(levels.told).toEqual([
      'warning: Thinking is max from now on, but test/model knows low, medium, high.',
      'success: Thinking is low from now on.',
    ]);
  });
});

describe('/retry', () => {
  it('asks for the retry only where there is a prompt', async () => {
    expect(await prepared(conversationOf(['p', 'a'])).run('retry')).toEqual({type: 'retry'});
    expect(textOf(await prepared().run('retry'))).toContain('no prompt');
  });
});

describe('/export', () => {
  it.each([
    ['', {file: '', overwrite: false}],
    ['a.md', {file: 'a.md', overwrite: false}],
    ['a.md !', {file: 'a.md', overwrite: true}],
    ['!', {file: '', overwrite: true}],
    ['my notes.json', {file: 'my notes.json', overwrite: false}],
    ['what!.md', {file: 'what!.md', overwrite: false}],
    ['a.md!', {file: 'a.md', overwrite: true}],
  ])('reads %j', async (argument, expected) => {
    const {run, context} = prepared(conversationOf(['p', 'a']));
    expect(textOf(await run('export', argument))).toContain('/somewhere/');
    expect(context.exported).toEqual([expected]);
  });

  it('writes nothing when nothing was said', async () => {
    const {run, context} = prepared();
    expect(textOf(await run('export'))).toBe('Nothing has been said yet.');
    expect(context.exported).toEqual([]);
  });
});

describe('/quit', () => {
  it('asks the face to leave', async () => {
    expect(await prepared().run('quit')).toEqual({type: 'quit'});
  });

  it.each(['quit', 'tokens', 'doctor', 'cost'])(
    '/%s does nothing when there are words behind it',
    async name => {
      await expect(prepared().run(name, 'x')).rejects.toMatchObject({
        kind: 'usage',
        message: `/${name} takes nothing after it, got "x"`,
      });
    },
  );
});
