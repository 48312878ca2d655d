import {mkdirSync, readdirSync, readFileSync, statSync} from 'node:fs';
import {join} from 'node:path';
import {describe, expect, it} from 'vitest';
import type {Conversation} from '../../../src/core/conversation.ts';
import {exportJson} from '../../../src/storage/exportJson.ts';
import {exportMarkdown} from '../../../src/storage/exportMarkdown.ts';
import {conversationOf} from '../../core/sampleSession.ts';
import {answer, prompt} from '../../storage/sampleConversation.ts';
import {temporaryFolder} from '../../storage/temporaryFolder.ts';
import {historyOf} from './historyHarness.ts';

const day = (at: number) => new Date(2026, 0, at, 12).getTime();

/** A conversation of one turn, held on a day of January. */
function held(id: string, title: string, at: number, change: Partial<Conversation> = {}): Conversation {
  const nodes = [prompt(`${id}p`, null, `q of ${id}`), answer(`${id}a`, `${id}p`, `a of ${id}`)];
  return {
    ...conversationOf([]),
    ...{id, title, created: day(at), updated: day(at), model: 'ollama/tiny:1b'},
    nodes: new Map(nodes.map(node => [node.id, node])),
    head: `${id}a`,
    ...change,
  };
}

const three = [held('aaa1', 'Sky', 1), held('aab2', 'sky', 1), held('bbb3', 'Sea', 2)];

describe('llm history export', () => {
  it('prints the latest as markdown, and another by the beginning of its id', async () => {
    const {run} = await historyOf(three);
    const {status, out} = await run('export');
    expect(status).toBe(0);
    expect(out).toBe(exportMarkdown(three[2] as Conversation));
    expect((await run('export', 'aab')).out).toBe(exportMarkdown(three[1] as Conversation));
    await expect(run('export', 'aa')).rejects.toMatchObject({kind: 'usage'});
  });

  it('prints JSON: one as an object, several as a list, the oldest of all first', async () => {
    const {run} = await historyOf(three);
    expect((await run('export', '--json')).out).toBe(exportJson(three[2] as Conversation));
    const ids = async (...args: string[]) => {
      const list = JSON.parse((await run('export', ...args)).out) as {id: string}[];
      return list.map(({id}) => id);
    };
    expect(await ids('--json', '--all')).toEqual(['aaa1', 'aab2', 'bbb3']);
    expect(await ids('--format', 'json', 'bbb', 'aaa', 'bbb3')).toEqual(['bbb3', 'aaa1']);
  });

  it('exports the archived ones too with --all', async () => {
    const {run, store} = await historyOf(three);
    store.archive('aab2', true);
    const list = JSON.parse((await run('export', '--json', '--all')).out) as {id: string}[];
    expect(list.map(({id}) => id)).toEqual(['aaa1', 'aab2', 'bbb3']);
  });

  it('prints JSONL as fine-tuning tools read it, a conversation a line', async () => {
    const image = {
      kind: 'image' as const,
      ...{name: 'i.png', mediaType: 'image/png', data: new Uint8Array([1, 2])},
    };
    const file = {kind: 'text' as const, name: 'n.txt', text: 'notes'};
    const nodes = [
      {...prompt('x1', null, 'what\n\u2028is this?'), attachments: [file, image]},
      {...answer('x2', 'x1', 'a pixel'), reasoning: 'hm'},
      answer('x3', 'x1', 'discarded'),
      prompt('x4', 'x2', 'why?'),
      {...answer('x5', 'x4', ''), stop: 'error' as const},
    ];
    const {run} = await historyOf([
      held('ccc', 'Pixel', 3, {
        ...{system: 'Be brief.', shortened: {from: 'x4', summary: 's'}, head: 'x5'},
        nodes: new Map(nodes.map(node => [node.id, node])),
      }),
      held('ddd', 'Sea', 4),
    ]);
    const {out} = await run('export', '--all', '--format', 'jsonl');
    const lines = out.trimEnd().split('\n');
    expect(lines).toHaveLength(2);
    expect(JSON.parse(lines[0] ?? '')).toEqual({
      messages: [
        {role: 'system', content: 'Be brief.'},
        {
          role: 'user',
          content: [
            {type: 'text', text: '<file name="n.txt">\nnotes\n</file>\n\nwhat\n\u2028is this?'},
            {type: 'image_url', image_url: {url: 'data:image/png;base64,AQI='}},
          ],
        },
        {role: 'assistant', content: 'a pixel'},
        {role: 'user', content: 'why?'},
      ],
      ...{id: 'ccc', title: 'Pixel', model: 'ollama/tiny:1b', created: day(3), updated: day(3)},
    });
    expect(JSON.parse(lines[1] ?? '').messages).toEqual([
      {role: 'user', content: 'q of ddd'},
      {role: 'assistant', content: 'a of ddd'},
    ]);
  });

  it('writes one file, in the format of its name', async () => {
    const {run} = await historyOf(three);
    const folder = temporaryFolder();
    const file = join(folder, 'all.html');
    expect((await run('export', '--all', '--output', file)).out).toBe(`3 conversations written to ${file}\n`);
    const page = readFileSync(file, 'utf8');
    expect(page).toContain('<title>Conversations</title>');
    expect(page.match(/<h1 /g)).toHaveLength(3);
    expect(page.match(/<\/html>/g)).toHaveLength(1);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const {out} = await run('export', 'bbb', '-O', join(folder, 'sea.md'), '--json');
    expect(JSON.parse(out)).toEqual([{file: join(folder, 'sea.md'), ids: ['bbb3']}]);
    expect(readFileSync(join(folder, 'sea.md'), 'utf8')).toContain('a of bbb3');
  });

  it('writes a file for each conversation into a folder, under names of their own', async () => {
    const {run} = await historyOf(three);
    const folder = join(temporaryFolder(), 'new', 'folder');
    expect((await run('export', '--all', '--format', 'json', '-O', `${folder}/`)).out).toBe(
      `3 conversations written to 3 files in ${folder}/\n`,
    );
    expect(readdirSync(folder).sort()).toEqual([
      'llm-sea-2026-01-02.json',
      'llm-sky-2026-01-01-aab2.json',
      'llm-sky-2026-01-01.json',
    ]);
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    expect(readFileSync(join(folder, 'llm-sky-2026-01-01.json'), 'utf8')).toBe(
      exportJson(three[0] as Conversation),
    );
  });

  it('overwrites nothing without --force, and then writes none of a folder', async () => {
    const {run, store} = await historyOf([three[2] as Conversation]);
    const folder = temporaryFolder();
    await run('export', '-O', folder);
    const [name = ''] = readdirSync(folder);
    store.importConversations(take => take(three[0] as Conversation));
    await expect(run('export', '--all', '-O', folder)).rejects.toMatchObject({
      kind: 'file',
      message: expect.stringContaining(name),
      hint: expect.stringContaining('--force'),
    });
    expect(readdirSync(folder)).toEqual([name]);
    await expect(run('export', '-O', join(folder, name))).rejects.toMatchObject({kind: 'file'});
    store.addMessage('bbb3', prompt('more', 'bbb3a', 'and more'));
    await run('export', 'bbb', '-O', join(folder, name), '--force');
    expect(readFileSync(join(folder, name), 'utf8')).toContain('and more');
    expect((await run('export', '--all', '-O', folder, '--force')).status).toBe(0);
    expect(readdirSync(folder)).toHaveLength(2);
  });

  it.each([
    [['--format', 'pdf'], 'no format "pdf"'],
    [['--all', 'aaa'], 'not both'],
    [['--json', '--format', 'md'], 'does not go with it'],
    [['-O', 'talk'], 'does not say what to write'],
    [['zzz'], 'no conversation zzz'],
  ])('refuses %j', async (args, message) => {
    const {run} = await historyOf(three);
    await expect(run('export', ...args)).rejects.toMatchObject({
      kind: 'usage',
      message: expect.stringContaining(message),
    });
  });

  it('names a folder that cannot be made, and says so when there is nothing to export', async () => {
    const {run} = await historyOf(three);
    const folder = temporaryFolder();
    mkdirSync(join(folder, 'x'));
    await run('export', '-O', join(folder, 'x', 'file.md'));
    await expect(run('export', '-O', `${join(folder, 'x', 'file.md', 'y')}/`)).rejects.toMatchObject({
      kind: 'file',
    });
    const empty = await historyOf();
    await expect(empty.run('export')).rejects.toMatchObject({kind: 'usage'});
    expect((await empty.run('export', '--all', '--json')).out).toBe('[]\n');
    expect((await empty.run('export', '--all', '--format', 'html')).out).toContain('</html>');
  });

  it('is read back by import as it was', async () => {
    const {run} = await historyOf(three);
    for (const name of ['all.json', 'all.md']) {
      const file = join(temporaryFolder(), name);
      await run('export', '--all', '-O', file);
      const other = await historyOf();
      await other.run('import', file);
      const again = join(temporaryFolder(), name);
      await other.run('export', '--all', '-O', again);
      expect(readFileSync(again, 'utf8')).toBe(readFileSync(file, 'utf8'));
    }
  });
});
