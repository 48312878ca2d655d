import {describe, expect, it} from 'vitest';
import {proxyFor} from '../../src/backends/proxyFor.ts';

const both = {http: 'http://proxy:3128', https: 'https://secure:3129'};

describe('proxyFor', () => {
  it('takes the proxy of the scheme, with or without a scheme of its own', () => {
    expect(proxyFor('http://a.example/v1', both)).toBe('http://proxy:3128');
    expect(proxyFor('https://a.example', both)).toBe('https://secure:3129');
    expect(proxyFor('https://a.example', {http: 'http://proxy:3128'})).toBeUndefined();
    expect(proxyFor('http://a.example', {http: 'proxy:3128'})).toBe('http://proxy:3128');
    expect(proxyFor('http://a.example', {})).toBeUndefined();
  });

  it.each([
    'http://127.0.0.1:1234',
    'http://127.9.9.9',
    'http://localhost:1',
    'https://x.localhost',
    'http://[::1]:80',
  ])('never names one for this machine: %s', url => {
    expect(proxyFor(url, both)).toBeUndefined();
  });

  it.each([
    ['example', true],
    ['other, a.example', true],
    ['.example', true],
    ['*.example', true],
    ['A.EXAMPLE', true],
    ['a.example:8080', true],
    ['a.example:80', false],
    ['ample', false],
    ['b.example', false],
    ['*', true],
    ['', false],
  ])('NO_PROXY=%s leaves http://a.example:8080 out: %s', (no, isDirect) => {
    expect(proxyFor('http://a.example:8080', {...both, no}) === undefined).toBe(isDirect);
  });

  it('counts the port of a scheme, and addresses of the newer kind', () => {
    expect(proxyFor('https://a.example', {...both, no: 'a.example:443'})).toBeUndefined();
    expect(proxyFor('http://[fd00::1]:80', {...both, no: '[fd00::1]'})).toBeUndefined();
    expect(proxyFor('http://[fd00::1]:80', {...both, no: 'fd00::1'})).toBeUndefined();
  });

  it('refuses one that does not speak HTTP, without repeating it', () => {
    const refusing = (): unknown => proxyFor('https://a.example', {https: 'socks5://me:canary@proxy:1080'});
    expect(refusing).toThrow(/proxy in HTTPS_PROXY is not an http/);
    expect(refusing).not.toThrow(/canary/);
    expect(proxyFor('http://127.0.0.1', {http: 'socks5://proxy'})).toBeUndefined();
  });
});
