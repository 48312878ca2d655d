import {describe, expect, it} from 'vitest';
import {chatOver} from './chatOver.ts';

function withSettings() {
  const written: unknown[] = [];
  const talk = chatOver({}, () => ({
    settings: {
      list: () => [
        {key: 'options.seed', value: 7},
        {key: 'alias.fast', value: 'ollama/gemma'},
      ],
      names: () => ['model', 'options.seed', 'options.top_k', 'alias.NAME', 'backends.ID.baseUrl'],
      async set(key, words) {
        written.push([key, words]);
        return words[0];
      },
      async unset(key) {
        written.push([key]);
      },
    },
  }));
  return {...talk, written};
}

describe('/settings', () => {
  it('lists what is set and what could be', async () => {
    const {type, offered} = withSettings();
    await type('/settings');
    expect(offered().choices).toEqual([
      {label: 'options.seed', detail: '7', line: '/settings options.seed'},
      {label: 'alias.fast', detail: 'ollama/gemma', line: '/settings alias.fast'},
      {label: 'model', detail: 'not set', line: '/settings model'},
      {label: 'options.top_k', detail: 'not set', line: '/settings options.top_k'},
      {label: 'alias.NAME', detail: 'not set', line: '/settings alias.NAME'},
      {label: 'backends.ID.baseUrl', detail: 'not set', line: '/settings backends.ID.baseUrl'},
    ]);
  });

  it('shows one, and how to set it', async () => {
    const {type, told, choose} = withSettings();
    await type('/settings');
    await choose('options.seed');
    await type('/settings model', '/settings backends.mine.baseUrl', '/settings alias.NAME');
    expect(told.slice(1)).toEqual([
      'info: options.seed = 7\nChange it: /settings options.seed VALUE; take it away: /settings options.seed off',
      'info: model is not set. Set it: /settings model VALUE',
      'info: backends.mine.baseUrl is not set. Set it: /settings backends.mine.baseUrl VALUE',
      'info: alias.NAME is not set. Set it: /settings alias.NAME VALUE, with a name of your own for NAME',
    ]);
  });

  it('sets one to what follows, in one piece, and takes one away', async () => {
    const {type, told, written} = withSettings();
    await type('/settings system Be  brief\nplease', '/settings options.seed off');
    expect(written).toEqual([['system', ['Be  brief\nplease']], ['options.seed']]);
    expect(told).toEqual([
      'success: system = Be brief please. It counts from the next start of llm on.',
      'success: options.seed is not set any more. It counts from the next start of llm on.',
    ]);
  });

  it('draws with another theme at once', async () => {
    const used: string[] = [];
    const {type, told, context, written} = withSettings();
    context.looks.use = name => void used.push(name);
    await type('/settings theme nord');
    expect(used).toEqual(['nord']);
    expect(written).toEqual([['theme', ['nord']]]);
    expect(told).toEqual(['success: theme = nord.']);
  });

  it('names the nearest of an unknown one', async () => {
    const {type, told} = withSettings();
    await type('/settings modle', '/settings zzzzzzzzzzzzz');
    expect(told).toEqual([
      'error: there is no setting "modle". Did you mean model?',
      'error: there is no setting "zzzzzzzzzzzzz". See them all: /settings',
    ]);
  });

  it('completes every name once', async () => {
    const {context} = withSettings();
    const command = context.commands.find(({name}) => name === 'settings');
    const names = await command?.complete?.('', context);
    expect(names).toEqual([
      'options.seed',
      'alias.fast',
      'model',
      'options.top_k',
      'alias.NAME',
      'backends.ID.baseUrl',
    ]);
  });
});
