import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {join} from 'node:path';
import {createInterface} from 'node:readline';
import {expect, onTestFinished, test} from 'vitest';
import {openStore} from '../../src/storage/openStore.ts';
import {temporaryFolder} from './temporaryFolder.ts';

function start(script: string, ...args: string[]) {
  const child = spawn(process.execPath, [join(import.meta.dirname, script), ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  return {child, stderr: () => stderr};
}

test('a program killed while an answer streams loses nothing that was acknowledged', async () => {
  const path = join(temporaryFolder(), 'llm.db');
  const {child} = start('streamingWriter.ts', path, 'c');
  const closed = once(child, 'close');
  let acknowledged = -1;
  for await (const line of createInterface({input: child.stdout})) {
    acknowledged = Number(line);
    if (acknowledged === 20) {
      const during = openStore({path});
      expect(during.recovered).toEqual([]);
      expect(during.load('c').nodes.get('c-a')).toMatchObject({stop: 'streaming'});
      during.close();
    }
    if (acknowledged === 40) child.kill('SIGKILL');
  }
  await closed;
  expect(acknowledged).toBeGreaterThanOrEqual(40);

  const store = openStore({path});
  expect(store.recovered).toEqual([{conversationId: 'c', messageId: 'c-a'}]);
  const conversation = store.load(store.latest() ?? '');
  const partial = conversation.nodes.get('c-a');
  const expected = Array.from({length: acknowledged + 1}, (_, number) => `${number} `).join('');
  expect(partial?.text.startsWith(expected)).toBe(true);
  expect(partial).toMatchObject({stop: 'interrupted', reasoning: 'hm', error: {kind: 'interrupted'}});
  expect(conversation.nodes.get('c-p')?.text).toBe('count for me');
  expect(conversation.head).toBe('c-a');
  expect(store.search('39', {limit: 5}).hits[0]?.message?.id).toBe('c-a');
  store.close();

  const again = openStore({path});
  expect(again.recovered).toEqual([]);
  again.close();
});

test('ten programs that start and write at once on a new database lose nothing and are never refused', async () => {
  const path = join(temporaryFolder(), 'llm.db');
  const names = [...'abcdefghij'];
  const count = 15;
  const ends = await Promise.all(
    names.map(async name => {
      const {child, stderr} = start('busyWriter.ts', path, name, String(count));
      const [code] = (await once(child, 'close')) as [number | null];
      return {name, code, stderr: stderr()};
    }),
  );
  expect(ends).toEqual(names.map(name => ({name, code: 0, stderr: ''})));
  const store = openStore({path});
  const summaries = store.list({limit: 1000});
  expect(new Set(summaries.map(summary => summary.id)).size).toBe(names.length * count);
  for (const {id, messages} of summaries) {
    expect(messages).toBe(2);
    expect(store.load(id).nodes.get(`${id}-a`)).toMatchObject({text: 'first second', stop: 'stop'});
  }
  store.close();
});

test('ten chats at once, none of which waits long for a lock, lose nothing and are never refused', async () => {
  const path = join(temporaryFolder(), 'llm.db');
  const names = [...'abcdefghij'];
  const turns = 12;
  const ends = await Promise.all(
    names.map(async name => {
      const {child, stderr} = start('busyChat.ts', path, name, String(turns));
      let said = '';
      child.stdout.setEncoding('utf8').on('data', (text: string) => {
        said += text;
      });
      const [code] = (await once(child, 'close')) as [number | null];
      return {name, code, said, stderr: stderr()};
    }),
  );
  expect(ends).toEqual(names.map(name => ({name, code: 0, said: '', stderr: ''})));
  const store = openStore({path});
  for (const name of names) {
    const texts = [...store.load(name).nodes.values()].map(node => node.text);
    expect(texts).toEqual(
      Array.from({length: turns}, (_, turn) => [`question ${turn}`, 'first second']).flat(),
    );
  }
  store.close();
});
