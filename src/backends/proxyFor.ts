import {LlmError} from '../core/errors.ts';
import {isLoopback} from './serverAddress.ts';

/** The proxies that a person has set, as `HTTP_PROXY`, `HTTPS_PROXY` and `NO_PROXY` name them. */
export type ProxySettings = {http?: string; https?: string; no?: string};

/**
 * The proxy through which an address is reached; undefined for one that is reached directly, as this machine always is.
 * Throws `usage` for a proxy that does not speak HTTP: going round it would be no remedy.
 */
export function proxyFor(url: string, {http, https, no = ''}: ProxySettings): string | undefined {
  if (isLoopback(url) || !URL.canParse(url)) return undefined;
  const target = new URL(url);
  const given = (target.protocol === 'https:' ? https : http)?.trim();
  if (!given || isExcepted(target, no)) return undefined;
  const text = given.includes('://') ? given : `http://${given}`;
  if (URL.canParse(text) && /^https?:$/.test(new URL(text).protocol)) return text;
  const name = target.protocol === 'https:' ? 'HTTPS_PROXY' : 'HTTP_PROXY';
  throw new LlmError({
    kind: 'usage',
    message: `The proxy in ${name} is not an http:// or https:// address.`,
    hint: `Unset ${name}, or put ${target.hostname} into NO_PROXY.`,
  });
}

/** `NO_PROXY`: names apart by commas or blanks; a name stands for its subdomains too, a port for that port only. */
function isExcepted({hostname, port, protocol}: URL, list: string): boolean {
  const host = hostname.toLowerCase().replace(/^\[|\]$/g, '');
  const usualPort = protocol === 'https:' ? '443' : '80';
  return list
    .toLowerCase()
    .split(/[\s,]+/)
    .filter(entry => entry !== '')
    .some(entry => {
      if (entry === '*') return true;
      const [, plain = '', only] = /^([^:]+|\[.*\]):(\d+)$/.exec(entry) ?? [undefined, entry];
      if (only !== undefined && only !== (port || usualPort)) return false;
      const name = plain.replace(/^\*?\./, '').replace(/^\[|\]$/g, '');
      return host === name || host.endsWith(`.${name}`);
    });
}
