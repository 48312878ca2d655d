import {isIPv4} from 'node:net';
import {LlmError} from '../core/errors.ts';

/**
 * Takes an address as settings have it apart: the URL without user name, password, query and trailing slash, and the
 * header for what was left out. A missing scheme is `http`. Throws `usage` for what is no address.
 */
export function addressOf(
  value: string,
  label: string,
): {url: string; authorization: {authorization?: string}; password: string} {
  const text = /^[a-z][a-z\d+.-]*:\/\//i.test(value.trim()) ? value.trim() : `http://${value.trim()}`;
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || !/^https?:$/.test(url.protocol) || !url.hostname) {
    throw new LlmError({
      kind: 'usage',
      message: `${label}: the base URL is not an http:// or https:// address.`,
      hint: 'It looks like http://127.0.0.1:8080/v1',
    });
  }
  const user = decodeURIComponent(url.username);
  const password = decodeURIComponent(url.password);
  return {
    url: `${url.protocol}//${url.host}${url.pathname.replace(/\/+$/, '')}`,
    authorization:
      user || password
        ? {authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`}
        : {},
    password,
  };
}

/**
 * The address in any form that OLLAMA_HOST takes: `host`, `:port`, `host:port`, without scheme, with a path.
 * The addresses on which a server listens everywhere become this machine's own. The port is 11434 where neither
 * port nor scheme is named, else the scheme's.
 */
export function normaliseOllamaHost(value: string): string {
  const trimmed = value.trim().replace(/^["']|["']$/g, '');
  if (trimmed === '') return 'http://127.0.0.1:11434';
  const schemed = /^[a-z][a-z\d+.-]*:\/\//i.test(trimmed);
  const text = schemed ? trimmed : `http://${trimmed.startsWith(':') ? `127.0.0.1${trimmed}` : trimmed}`;
  if (!URL.canParse(text)) return text;
  const url = new URL(text);
  if (url.hostname === '0.0.0.0') url.hostname = '127.0.0.1';
  if (url.hostname === '[::]') url.hostname = '[::1]';
  // A URL forgets the scheme's own port: `host:80` without a scheme was meant.
  const named = /^[^/?#]*:\d+(?:[/?#]|$)/.test(trimmed.replace(/^[^/]*@/, ''));
  if (!schemed && !named) url.port = '11434';
  const secret = url.username ? `${url.username}${url.password ? `:${url.password}` : ''}@` : '';
  return `${url.protocol}//${secret}${url.host}${url.pathname.replace(/\/+$/, '')}`;
}

/** The root and the versioned root of an OpenAI-style server, whether or not the given address ends in `/v1`. */
export function openAiRoots(baseUrl: string): {root: string; api: string} {
  const trimmed = baseUrl
    .trim()
    .replace(/\/+$/, '')
    .replace(/\/(chat\/completions|models)$/, '');
  const versioned = /\/v\d+[a-z]*\d*(\/|$)/.test(trimmed.replace(/^[a-z]+:\/\/[^/]*/i, ''));
  return versioned
    ? {root: trimmed.replace(/\/v\d+[a-z]*\d*(\/.*)?$/, ''), api: trimmed}
    : {root: trimmed, api: `${trimmed}/v1`};
}

/**
 * The root of a server and the path of its version below it, whether or not the given address names a version: that of
 * `https://host/proxy/v1` is `https://host/proxy`, and `/v1`.
 */
export function versionedRoots(baseUrl: string, version: string): {root: string; prefix: string} {
  const trimmed = baseUrl.trim().replace(/\/+$/, '');
  const [, given] = /(\/v\d+[a-z]*\d*)$/.exec(trimmed.replace(/^[a-z]+:\/\/[^/]*/i, '')) ?? [];
  return given
    ? {root: trimmed.slice(0, -given.length), prefix: given}
    : {root: trimmed, prefix: `/${version}`};
}

/** True for an address of this machine. */
export function isLoopback(url: string): boolean {
  const host = URL.canParse(url) ? new URL(url).hostname : '';
  return (
    host === 'localhost' || host.endsWith('.localhost') || host === '[::1]' || isIPv4Under(host, /^127\./)
  );
}

/** True for an address of this machine or its own network, where nobody sends a bill. */
export function isPrivateHost(url: string): boolean {
  const host = URL.canParse(url) ? new URL(url).hostname : '';
  return (
    isLoopback(url) ||
    isIPv4Under(host, /^(10|192\.168|169\.254|172\.(1[6-9]|2\d|3[01]))\./) ||
    /^\[(f[cd][\da-f]{2}|fe80):/.test(host) ||
    host.endsWith('.local') ||
    host.endsWith('.lan') ||
    host.endsWith('.internal') ||
    (host !== '' && !host.includes('.') && !host.startsWith('['))
  );
}

/** True for a whole numeric address that begins so: a name such as `10.example.com` is no such address. */
function isIPv4Under(host: string, beginning: RegExp): boolean {
  return isIPv4(host) && beginning.test(host);
}

/** `host:port` of an address, for labels. */
export function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).host : url;
}

/**
 * Makes the function that blots secrets out of a text: header values, and the tokens in them. A token that a server has
 * masked itself, `sk-abcdef****wxyz`, is blotted too where six of its first characters are left.
 */
export function createRedactor(values: readonly string[]): (text: string) => string {
  const tokens = values.map(value => value.replace(/^(Bearer|Basic)\s+/i, ''));
  const secrets = [...values, ...tokens]
    .filter(value => value.length >= 4)
    .sort((a, b) => b.length - a.length);
  const masked = tokens
    .filter(token => token.length > 6)
    .map(token => new RegExp(`${literal(token.slice(0, 6))}${maskedRest}`, 'g'));
  return text => {
    const whole = secrets.reduce((result, secret) => result.replaceAll(secret, '***'), text);
    return masked.reduce((result, pattern) => result.replace(pattern, '***'), whole);
  };
}

/** More of a token, what stands for the middle of it, and its end; bounded, so that no text takes long. */
const maskedRest = '[\\w-]{0,200}?(?:[*•●…]+|\\.{3,}|[xX]{4,})[\\w-]{0,200}';

function literal(text: string): string {
  return text.replace(/[^\w\s]/g, '\\$&');
}
