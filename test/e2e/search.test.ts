import path from 'node:path';
import {describe, expect, it} from 'vitest';
import {newId} from '../../src/storage/newId.ts';
import {openStore} from '../../src/storage/openStore.ts';
import {conversationOf} from '../core/sampleSession.ts';
import {say, setUpStage} from './stage.ts';

const stage = setUpStage();

/** A home with one conversation of many turns, in the third of which something stands that is nowhere else. */
function homeWithTurns(): string {
  const home = stage.folder();
  const texts = Array.from({length: 40}, (_, n) => (n % 2 === 0 ? `question ${n}` : `answer ${n}`));
  texts[5] = 'The **capybara** sleeps.';
  const store = openStore({path: path.join(home, 'llm.db')});
  store.addConversation(conversationOf(texts, {id: newId(Date.now()), title: 'Rodents'}));
  store.close();
  return home;
}

describe('/search in the chat', () => {
  it('opens the conversation at the message that was found, also by a slip of the hand', async () => {
    const server = await stage.server({text: ['Yes.']});
    const home = homeWithTurns();
    const chat = await stage.readyChat({server, home});
    say(chat, '/search capibara');
    await chat.waitFor('Found “capybara” for “capibara”');
    await chat.waitFor('The **capybara** sleeps.');
    chat.write('\r');
    await chat.waitFor('Going on with “Rodents”');
    await chat.waitFor(/❯ question 4\n\n● \S+\nThe capybara sleeps\./);
    await chat.waitFor('later messages');
    expect(chat.text()).not.toContain('question 38');
    expect(chat.text()).toMatch(/… 4 earlier messages/);
    say(chat, '/quit');
    await chat.exit;
  });

  it('is the same in the shell, with its filters', async () => {
    const home = homeWithTurns();
    const found = await stage.run(['history', 'search', 'capibara', 'role:answer'], {home});
    expect(found.stdout).toContain('The **capybara** sleeps.');
    expect(found.stderr).toBe('llm: found “capybara” for “capibara”\n');
    const wrong = await stage.run(['history', 'search', 'capybara', 'role:rodent'], {home});
    expect(wrong).toMatchObject({status: 2, stdout: ''});
    expect(wrong.stderr).toContain('role: wants user or assistant, got "rodent"');
  });
});
