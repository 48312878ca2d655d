import {writeFileSync} from 'node:fs';
import path from 'node:path';
import {describe, expect, it} from 'vitest';
import {answers, patience, say, scripted, setUpStage} from './stage.ts';

const stage = setUpStage();
const png = Buffer.from('89504e470d0a1a0a0000000d', 'hex');

/** The scripted server says of its models that they neither see nor think. */
describe('a model that does not see', () => {
  it('is asked about in the chat, and answers without the image', async () => {
    const home = stage.folder();
    writeFileSync(path.join(home, 'photo.png'), png);
    const server = await stage.server({text: ['Yes.']});
    const chat = await stage.readyChat({server, home});
    say(chat, '/attach photo.png');
    await chat.waitFor(/goes with the next prompt/, patience);
    say(chat, 'what is this?');
    await chat.waitFor(/This model sees no images/, patience);
    await chat.waitFor(/› .*Send it without the image/, patience);
    expect(server.requests.filter(({path: address}) => address === '/api/chat')).toEqual([]);
    chat.write('\r');
    await answers(chat, 1);
    const [request] = server.requests.filter(({path: address}) => address === '/api/chat');
    expect(JSON.stringify(request?.body)).toContain('photo.png');
    expect(JSON.stringify(request?.body)).not.toContain('"images"');
  });

  it('is refused an image by run, with status 1 and one line, and nothing is sent', async () => {
    const home = stage.folder();
    writeFileSync(path.join(home, 'photo.png'), png);
    const server = await stage.server({text: ['Yes.']});
    for (const flags of [
      ['-a', path.join(home, 'photo.png')],
      ['--think', 'high'],
    ]) {
      const {status, stdout, stderr} = await stage.run(['run', '-m', scripted, ...flags, 'hi'], {server});
      expect({status, stdout}).toEqual({status: 1, stdout: ''});
      expect(stderr).toMatch(
        /^llm: ollama\/scripted:latest (does not see images|cannot be told to think); [^\n]*\n$/,
      );
      expect(stderr).not.toMatch(/ \/\w/);
    }
    expect(server.requests.filter(({path: address}) => address === '/api/chat')).toEqual([]);
  });
});
