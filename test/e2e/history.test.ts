import {readFileSync} from 'node:fs';
import path from 'node:path';
import {describe, expect, it} from 'vitest';
import {answers, say, scripted, setUpStage} from './stage.ts';

const stage = setUpStage();

describe('llm history', () => {
  it('lists, shows and finds what was run', async () => {
    const server = await stage.server({text: ['The capital is ', 'Ouagadougou.']});
    const home = stage.folder();
    await stage.run(['run', '-m', scripted, 'capital of Burkina Faso'], {server, home});
    await stage.run(['run', '-m', scripted, 'another question'], {server, home});
    const list = await stage.run(['history', 'list'], {home});
    expect(list.stdout.trimEnd().split('\n')).toHaveLength(2);
    expect(list.stdout).toMatch(/another question[\s\S]*capital of Burkina Faso/);
    const json = JSON.parse((await stage.run(['history', 'list', '--json'], {home})).stdout) as {
      id: string;
      title: string;
    }[];
    const older = json.find(({title}) => title.includes('capital'));
    const show = await stage.run(['history', 'show', older?.id ?? ''], {home});
    expect(show.stdout).toMatch(/^> capital of Burkina Faso\n\nThe capital is Ouagadougou\.\n/);
    const latest = await stage.run(['history', 'show'], {home});
    expect(latest.stdout).toMatch(/^> another question\n/);
    const found = await stage.run(['history', 'search', 'burkina'], {home});
    expect(found.stdout).toContain('capital of Burkina Faso');
    expect(found.stdout).not.toContain('another question');
    const nothing = await stage.run(['history', 'search', 'xyzzy'], {home});
    expect(nothing).toMatchObject({status: 0, stdout: ''});
  });

  it('keeps the prompts of the chat in the format of the earlier program, for the owner alone', async () => {
    const server = await stage.server({text: ['Yes.']});
    const home = stage.folder();
    const chat = await stage.readyChat({server, home});
    chat.write('first line\nsecond line\r');
    await answers(chat, 1);
    say(chat, '/quit');
    await chat.exit;
    const text = readFileSync(path.join(home, '.llm_chat_history'), 'utf8');
    expect(text).toMatch(/^\n# \d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{6}\n\+first line\n\+second line\n$/);
    const modes = await stage.shell(
      'stat -c %a .llm_chat_history llm.db 2>/dev/null || stat -f %Lp .llm_chat_history llm.db',
      {home},
    );
    expect(modes.stdout).toBe('600\n600\n');
  });

  it('goes on with the conversation that is named', async () => {
    const server = await stage.server({text: ['Yes.']});
    const home = stage.folder();
    await stage.run(['run', '-m', scripted, 'the older one'], {server, home});
    await stage.run(['run', '-m', scripted, 'the newer one'], {server, home});
    const rows = JSON.parse((await stage.run(['history', 'list', '--json'], {home})).stdout) as {
      id: string;
      title: string;
    }[];
    const older = rows.find(({title}) => title === 'the older one');
    const chat = await stage.readyChat({server, home, args: ['--cid', older?.id ?? '']});
    await chat.waitFor('❯ the older one');
    say(chat, 'and now?');
    await answers(chat, 2);
    expect((await stage.run(['history', 'show'], {home})).stdout).toMatch(
      /^> the older one[\s\S]*> and now\?/,
    );
  });
});
