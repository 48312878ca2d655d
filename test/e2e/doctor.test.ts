import path from 'node:path';
import {fileURLToPath} from 'node:url';
import {describe, expect, it, onTestFinished} from 'vitest';
import {patience, scripted, setUpStage} from './stage.ts';
import {openTerminal} from './terminal.ts';

const stage = setUpStage();
const launcher = path.join(fileURLToPath(new URL('../..', import.meta.url)), 'bin', 'llm.mjs');

type Report = {findings: {area: string; state: string; text: string; remedy?: string}[]};

describe('llm doctor', () => {
  it('prints its findings as JSON, and fails when there is a problem', async () => {
    const ended = await stage.run(['doctor', '--json'], {env: {OPENAI_API_KEY: 'sk-secret'}});
    const {findings} = JSON.parse(ended.stdout) as Report;
    expect(ended.status).toBe(1);
    expect(ended.stderr).toBe('');
    expect(findings.filter(({state}) => state === 'problem')).toEqual([
      {
        area: 'backends',
        state: 'problem',
        text: 'Ollama at 127.0.0.1:1 does not answer',
        remedy: expect.stringContaining('ollama serve'),
      },
    ]);
    expect(findings.find(({area}) => area === 'engine')).toMatchObject({
      state: 'ok',
      text: expect.stringContaining('the built-in guide answers'),
    });
    expect(ended.stdout).not.toContain('sk-secret');
  });

  it('finds no problem where there is none', async () => {
    const server = await stage.server();
    const ended = await stage.run(['doctor'], {server, env: {LLM_MODEL: scripted}});
    expect(ended.stdout).toMatch(/^ {2}✓ Ollama at .*: \d+ models?, /m);
    expect(ended.stdout).toContain(`✓ ${scripted} (LLM_MODEL)`);
    expect(ended.stdout).not.toContain('✗');
    expect(ended.stdout).not.toContain('\x1b');
    expect(ended.status).toBe(0);
  });

  it('asks the terminal, and leaves nothing of what it says to the shell', async () => {
    const server = await stage.server();
    const home = stage.folder();
    const terminal = openTerminal({
      command: '/bin/bash',
      args: [
        '-c',
        `"${process.execPath}" "${launcher}" doctor; echo "status $?"; read -rs line; echo "[$line]"`,
      ],
      cwd: home,
      cols: 40,
      rows: 100,
      background: 'light',
      env: {HOME: home, LLM_HOME: home, OLLAMA_HOST: server.url, TERM: 'xterm-256color'},
    });
    onTestFinished(() => terminal.close());
    await terminal.waitFor('status 0', patience);
    terminal.write('typed\r');
    await terminal.waitFor(/\[.*typed\]/, patience);
    const text = terminal.text();
    expect(text).toContain('[typed]');
    expect(text).toContain('its background is light (OSC 11)');
    expect(text).toMatch(/40 × 100, 256\s+colours/);
    expect(text).not.toMatch(/世|🙂/);
    expect(terminal.alternate()).toBe(false);
  });
});
