import {appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {zipSync} from 'fflate';
import {describe, expect, it} from 'vitest';
import {exportJson} from '../../../src/storage/exportJson.ts';
import {parsePromptHistory} from '../../../src/storage/promptHistory.ts';
import {isMarkedDamaged} from '../../../src/storage/salvage/setAside.ts';
import {conversationOf} from '../../core/sampleSession.ts';
import {databaseOf} from '../../storage/import/importing.ts';
import {temporaryFolder} from '../../storage/temporaryFolder.ts';
import {historyOf} from './historyHarness.ts';

function fileOf(content: string | Uint8Array, name = 'file'): string {
  const path = join(temporaryFolder(), name);
  writeFileSync(path, content);
  return path;
}

const claude = (...messages: string[]) =>
  JSON.stringify([
    {
      uuid: 'one',
      name: 'Talk',
      created_at: '2026-01-01T00:00:00Z',
      chat_messages: messages.map((text, at) => ({
        ...{uuid: `m${at}`, sender: at % 2 === 0 ? 'human' : 'assistant', text},
        files: at === 0 ? [{file_name: 'moon.jpg'}] : [],
      })),
    },
  ]);

describe('llm history import', () => {
  it('says of each file what it was and what it brought', async () => {
    const {run, store} = await historyOf();
    const archive = fileOf(zipSync({'conversations.json': Buffer.from(claude('hi', 'hello'))}));
    const own = fileOf(exportJson(conversationOf(['q', 'a'])));
    const {status, out} = await run('import', archive, own);
    expect(status).toBe(0);
    expect(out).toBe(
      `${archive} (Claude export): 1 conversation added, 2 new messages, 1 image or file not in the file\n` +
        `${own} (llm JSON export): 1 conversation added, 2 new messages\n`,
    );
    expect(store.list({limit: 9})).toHaveLength(2);
    expect((await run('import', own)).out).toBe(`${own} (llm JSON export): 1 there already\n`);
  });

  it('says of conversations without messages that they are left out', async () => {
    const {run, store} = await historyOf();
    const path = fileOf(JSON.stringify([{conversation_id: 'one', title: 'Sky', mapping: {}}]));
    expect((await run('import', path)).out).toBe(
      `${path} (ChatGPT export): 1 conversation without messages left out\n`,
    );
    expect(store.list({limit: 9})).toEqual([]);
  });

  it('brings conversations that are listed, without a model where none is known', async () => {
    const {run} = await historyOf();
    await run('import', fileOf(claude('hi', 'hello')));
    expect((await run('list')).out).toMatch(/ {2}2 messages {2}Talk\n$/);
  });

  it('prints JSON, and in a dry run changes nothing', async () => {
    const {run, store} = await historyOf();
    const path = fileOf(claude('hi', 'hello'));
    const {out} = await run('import', '--dry-run', '--json', path);
    const counts = {added: 1, updated: 0, unchanged: 0, empty: 0, messages: 2, prompts: 0, missing: 1};
    expect(JSON.parse(out)).toEqual({
      dryRun: true,
      files: [{file: path, format: 'Claude export', ...counts}],
    });
    expect(store.list({limit: 9})).toEqual([]);
    expect((await run('import', '--dry-run', path)).out).toContain('(dry run: nothing was changed)');
    expect(JSON.parse((await run('import', '--json', path)).out)).toMatchObject({files: [counts]});
  });

  it('imports nothing of any file when one is wrong', async () => {
    const {run, store, paths} = await historyOf();
    const good = fileOf(claude('hi'));
    const prompts = fileOf('\n# 2025-11-15 12:00:00.000000\n+hello\n');
    const bad = fileOf(claude('hi').slice(0, -9));
    await expect(run('import', good, prompts, bad)).rejects.toMatchObject({
      kind: 'file',
      message: expect.stringContaining(bad),
    });
    expect(store.list({limit: 9})).toEqual([]);
    expect(existsSync(paths.promptHistory)).toBe(false);
  });

  it('says when what is imported is so old that the next chat deletes it', async () => {
    const {run} = await historyOf([], {history: {retentionDays: 30}});
    const young = conversationOf(['q', 'a'], {id: 'young', updated: Date.now()});
    const path = fileOf(claude('hi', 'hello').replace('2026-01-01', '2020-01-01'));
    expect((await run('import', '--dry-run', path)).err).toBe('');
    expect((await run('import', path, fileOf(exportJson(young)))).err).toBe(
      'llm: 1 conversation of these is older than 30 days (history.retentionDays) and will be deleted when a chat ' +
        'begins. To keep what is old: llm config unset history.retentionDays\n',
    );
    expect((await run('import', path)).err).toBe('');
  });

  it('takes back what it added when something fails at its end', async () => {
    const {run, store, paths} = await historyOf();
    mkdirSync(paths.promptHistory);
    const prompts = fileOf('\n# 2025-11-15 12:00:00.000000\n+hello\n');
    await expect(run('import', fileOf(claude('hi', 'hello')), prompts)).rejects.toMatchObject({
      kind: 'storage',
    });
    expect(store.list({limit: 9})).toEqual([]);
  });

  it.each<[string, (whole: Buffer) => Buffer]>([
    ['cut in half', whole => whole.subarray(0, whole.length / 2)],
    ['with a page overwritten', whole => whole.fill(0xee, 8192, 12_288)],
    ['of its first 300 bytes', whole => whole.subarray(0, 300)],
    ['of a magic word and garbage', whole => whole.fill(0x5a, 16)],
  ])(
    'refuses the damaged database of another program, and takes it for none of ours: %s',
    async (_how, change) => {
      const {run, store, paths} = await historyOf();
      const whole = databaseOf(
        'CREATE TABLE responses (id TEXT, model TEXT, prompt TEXT, response TEXT, conversation_id TEXT, datetime_utc TEXT)',
        Array.from({length: 400}, (_, at) => [
          'INSERT INTO responses VALUES (?,?,?,?,?,?)',
          ...[`r${at}`, 'm', 'q'.repeat(200), 'a'.repeat(200), `c${at}`, '2024-01-01'],
        ]),
      );
      const bad = fileOf(change(readFileSync(whole)));
      await expect(run('import', fileOf(claude('hi')), bad)).rejects.toMatchObject({
        kind: 'file',
        message: expect.stringContaining(`${bad}: this database cannot be read: `),
      });
      expect(store.list({limit: 9})).toEqual([]);
      expect(isMarkedDamaged(paths.database)).toBe(false);
    },
  );

  it('adds prompts to the prompt history, those that are there already not again', async () => {
    const {run, paths} = await historyOf();
    writeFileSync(paths.promptHistory, '\n# 2025-11-15 12:00:00.000000\n+hello\n', {mode: 0o600});
    const path = fileOf(
      '\n# 2025-11-15 12:00:00.123456\n+two\n+lines\n\n# 2025-11-15 12:00:00.000000\n+hello\n' +
        '\n# 2025-11-16 12:00:00.000000\n+hello\n\n+no time\n\n+no time\n',
      'history',
    );
    expect((await run('import', path)).out).toBe(
      `${path} (prompt history): 3 prompts added to the prompt history\n`,
    );
    const entries = parsePromptHistory(readFileSync(paths.promptHistory, 'utf8'));
    expect(entries.map(({prompt}) => prompt)).toEqual(['hello', 'two\nlines', 'hello', 'no time']);
    const at = (day: number, ms: number) => new Date(2025, 10, day, 12, 0, 0, ms).getTime();
    expect(entries.slice(0, 3).map(({date}) => date)).toEqual([at(15, 0), at(15, 123), at(16, 0)]);
    const before = readFileSync(paths.promptHistory);
    expect((await run('import', path, path)).out).toContain('(prompt history): nothing new\n');
    expect(readFileSync(paths.promptHistory)).toEqual(before);
    appendFileSync(path, '\n# 2026-01-01 00:00:00.000000\n+later\n');
    expect((await run('import', path, path)).out).toBe(
      `${path} (prompt history): 1 prompt added to the prompt history\n${path} (prompt history): nothing new\n`,
    );
  });

  it('reads the example of a prompt history', async () => {
    const {run} = await historyOf();
    const example = join(import.meta.dirname, '../../../.llm_chat_history.example');
    expect((await run('import', example)).out).toMatch(/\(prompt history\): \d+ prompts added/);
  });

  it('wants a file, and takes no option of another action', async () => {
    const {run} = await historyOf();
    await expect(run('import')).rejects.toMatchObject({kind: 'usage'});
    await expect(run('list', '--dry-run')).rejects.toMatchObject({
      kind: 'usage',
      message: 'history list takes no --dry-run',
    });
  });

  it('shows no control character of a file or its name', async () => {
    const {run} = await historyOf();
    const path = fileOf(claude('hi'), 'a\u001b[31mb');
    expect((await run('import', path)).out).not.toContain('\u001b');
    expect((await run('import', '--json', path)).out).not.toContain('\u001b');
  });
});
