import {describe, expect, it} from 'vitest';
import {
  addressOf,
  createRedactor,
  isLoopback,
  isPrivateHost,
  normaliseOllamaHost,
  openAiRoots,
} from '../../src/backends/serverAddress.ts';

describe('normaliseOllamaHost', () => {
  it.each([
    ['', 'http://127.0.0.1:11434'],
    ['box', 'http://box:11434'],
    ['box:80', 'http://box'],
    [':9000', 'http://127.0.0.1:9000'],
    ['0.0.0.0', 'http://127.0.0.1:11434'],
    ['0.0.0.0:9000', 'http://127.0.0.1:9000'],
    ['[::]:9000', 'http://[::1]:9000'],
    ['http://box', 'http://box'],
    ['https://box/ollama/', 'https://box/ollama'],
    ['box/ollama', 'http://box:11434/ollama'],
    ['"box:9000"', 'http://box:9000'],
    ['http://me:secret@box:9000', 'http://me:secret@box:9000'],
  ])('reads %j as %s', (value, expected) => {
    expect(normaliseOllamaHost(value)).toBe(expected);
  });
});

describe('openAiRoots', () => {
  it.each([
    ['http://a:1', 'http://a:1', 'http://a:1/v1'],
    ['http://a:1/', 'http://a:1', 'http://a:1/v1'],
    ['http://a:1/v1/', 'http://a:1', 'http://a:1/v1'],
    ['http://a:1/v1/chat/completions', 'http://a:1', 'http://a:1/v1'],
    ['http://a/llm', 'http://a/llm', 'http://a/llm/v1'],
    ['https://a/openai/v1', 'https://a/openai', 'https://a/openai/v1'],
    ['https://a/v1beta/openai', 'https://a', 'https://a/v1beta/openai'],
  ])('reads %s', (value, root, api) => {
    expect(openAiRoots(value)).toEqual({root, api});
  });
});

describe('addressOf', () => {
  it('takes user name and password out of the address', () => {
    expect(addressOf('http://me:p%40ss@box:1/v1/?x=1', 'X')).toEqual({
      url: 'http://box:1/v1',
      authorization: {authorization: `Basic ${Buffer.from('me:p@ss').toString('base64')}`},
      password: 'p@ss',
    });
  });

  it('refuses what is no web address', () => {
    expect(() => addressOf('ftp://box', 'X')).toThrow(/base URL/);
    expect(() => addressOf('http://', 'X')).toThrow(/base URL/);
  });
});

describe('isPrivateHost', () => {
  it('knows this machine and its network', () => {
    for (const host of [
      '127.0.0.1',
      'localhost',
      '[::1]',
      '192.168.1.5',
      '10.0.0.1',
      '172.20.0.1',
      'nas.local',
      'nas',
    ]) {
      expect(isPrivateHost(`http://${host}:80`), host).toBe(true);
    }
    for (const host of ['api.openai.com', '8.8.8.8', '172.32.0.1', '[2001:db8::1]']) {
      expect(isPrivateHost(`http://${host}:80`), host).toBe(false);
    }
  });

  it('takes no name for an address that it begins like', () => {
    for (const host of ['10.evil.com', '192.168.evil.com', '127.evil.com', '172.16.0.evil.com']) {
      expect(isPrivateHost(`http://${host}:80`), host).toBe(false);
      expect(isLoopback(`http://${host}:80`), host).toBe(false);
    }
    expect(isLoopback('http://127.1:80')).toBe(true);
  });
});

describe('createRedactor', () => {
  it('blots out a token with and without its scheme', () => {
    const redact = createRedactor(['Bearer sk-canary-1234']);
    expect(redact('key sk-canary-1234, header Bearer sk-canary-1234')).toBe('key ***, header ***');
  });

  it('blots out a token that the server has masked', () => {
    const redact = createRedactor(['Bearer sk-CANARY-0123456789abcd', '2023-06-01']);
    for (const mask of [
      'sk-CANARY-****abcd',
      'sk-CAN*****',
      'sk-CANARY-0…abcd',
      'sk-CANA...bcd',
      'sk-CANxxxxxx',
    ]) {
      expect(redact(`Incorrect API key: ${mask}. See below.`)).toBe('Incorrect API key: ***. See below.');
    }
    for (const text of ['sk-other****abcd', 'the sk-CANARY prefix', 'Bearer... is wanted']) {
      expect(redact(text)).toBe(text);
    }
  });
});
