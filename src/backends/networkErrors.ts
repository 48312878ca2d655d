import {LlmError, type LlmErrorInit} from '../core/errors.ts';
import {neutralise, neutraliseLine} from '../core/neutralise.ts';
import {listOf, objectOf, textOf} from './jsonFields.ts';
import {usualHint} from './usualHint.ts';

/** Who failed, in the words for a person. */
export type Failing = {
  /** `Ollama at 127.0.0.1:11434` */
  label: string;
  /** Address without user name, password and query. */
  url: string;
  /** What to do when nothing answers. */
  unreachableHint: string;
  /** What to do when the address may be wrong, where it is none of the settings. */
  addressHint?: string;
  /** `host:port` of the proxy through which it is asked. */
  proxy?: string;
};

/**
 * Names what `fetch` or a body threw. `phase` is `connect` until the headers have come.
 * The codes are those of Node's sockets, of OpenSSL and of undici.
 */
export function networkError(thrown: unknown, phase: 'connect' | 'body', failing: Failing): LlmError {
  if (thrown instanceof LlmError) return thrown;
  const {label, url, unreachableHint} = failing;
  const {code, reason} = rootOf(thrown);
  const detail = neutralise(`${url}: ${code} ${reason}`.trim());
  const base = {detail};
  const address = failing.addressHint ?? `Check the address ${url} in the settings.`;

  const proxied = proxyError(code, reason, failing);
  if (proxied && phase === 'connect') return new LlmError({...base, ...proxied});
  if (isCertificate(code)) return new LlmError({...base, ...certificateError(code, reason, failing)});
  if (code.startsWith('ERR_SSL') || code === 'EPROTO') {
    return new LlmError({
      ...base,
      kind: 'unreachable',
      message: `${label} does not speak TLS.`,
      hint: `Use an http:// address instead of ${url}.`,
    });
  }
  if (code.startsWith('HPE_') || code === 'HTTPParserError') {
    return new LlmError({...base, kind: 'protocol', message: `${label} does not speak HTTP.`, hint: address});
  }
  switch (code) {
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return new LlmError({
        ...base,
        kind: 'unreachable',
        message: `${label}: the host ${hostOf(url)} is not known.`,
        hint: address,
      });
    case 'UND_ERR_HEADERS_TIMEOUT':
    case 'UND_ERR_BODY_TIMEOUT':
      return new LlmError({
        ...base,
        kind: 'timeout',
        message: `${label} was silent for too long.`,
        hint: usualHint('timeout'),
      });
    case 'UND_ERR_CONNECT_TIMEOUT':
    case 'ETIMEDOUT':
      return new LlmError({
        ...base,
        kind: 'unreachable',
        message: `${label} did not accept a connection in time.`,
        hint: unreachableHint,
      });
    case 'ECONNREFUSED':
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
    case 'EADDRNOTAVAIL':
      return new LlmError({
        ...base,
        kind: 'unreachable',
        message: `${label} does not answer.`,
        hint: unreachableHint,
        ...(code === 'ECONNREFUSED' && {unsent: true}),
      });
    default:
  }
  if (phase === 'body' || isCut(code)) {
    return new LlmError({
      ...base,
      kind: 'interrupted',
      message:
        phase === 'body'
          ? `${label} broke off in the middle of its answer.`
          : `${label} closed the connection without an answer.`,
      hint: usualHint('interrupted'),
    });
  }
  if (reason === 'bad port' || reason.includes('Invalid URL') || reason.includes('unknown scheme')) {
    return new LlmError({
      ...base,
      kind: 'unreachable',
      message: `${label}: ${url} is not an address that can be asked (${neutraliseLine(reason)}).`,
      hint: address,
    });
  }
  return new LlmError({
    ...base,
    kind: 'unreachable',
    message: `${label} cannot be asked: ${neutraliseLine(reason || 'the request failed')}.`,
    hint: unreachableHint,
  });
}

/** A certificate that Node does not accept: what is wrong with it decides what helps. */
function certificateError(code: string, reason: string, {label, url}: Failing): LlmErrorInit {
  const kind = 'unreachable';
  // Node goes on with a tip of its own.
  const why = neutraliseLine(reason.split(';', 1)[0] ?? '');
  switch (code) {
    case 'CERT_HAS_EXPIRED':
    case 'CERT_NOT_YET_VALID':
      return {
        kind,
        message: `The certificate of ${label} is out of date (${why}).`,
        hint: "Renew it on the server, and check this machine's clock.",
      };
    case 'ERR_TLS_CERT_ALTNAME_INVALID':
      return {
        kind,
        message: `The certificate of ${label} is for another name than ${hostOf(url)} (${why}).`,
        hint: 'Use the name that it was made for in the address.',
      };
    default:
      return {
        kind,
        message: `The certificate of ${label} is not trusted (${why}).`,
        hint: 'Name its authority in NODE_EXTRA_CA_CERTS, or use an http:// address.',
      };
  }
}

/** What keeps a request from the server when it goes through a proxy is mostly the proxy. */
function proxyError(code: string, reason: string, {label, proxy}: Failing): LlmErrorInit | undefined {
  if (proxy === undefined) return undefined;
  const [, status] = /Proxy response \(?(\d+)/.exec(reason) ?? [];
  const hint = 'Check HTTP_PROXY and HTTPS_PROXY, or put the host into NO_PROXY.';
  if (status) {
    return {
      kind: 'unreachable',
      message: `The proxy ${proxy} does not let ${label} through (status ${status}).`,
      hint,
    };
  }
  if (
    ![
      'ECONNREFUSED',
      'ENOTFOUND',
      'EAI_AGAIN',
      'EHOSTUNREACH',
      'ENETUNREACH',
      'ETIMEDOUT',
      'UND_ERR_CONNECT_TIMEOUT',
    ].includes(code)
  )
    return undefined;
  return {
    kind: 'unreachable',
    message: `The proxy ${proxy}, through which ${label} is asked, does not answer.`,
    hint,
  };
}

/** The innermost cause: `fetch failed` says nothing, and `localhost` fails once for each of its addresses. */
function rootOf(thrown: unknown): {code: string; reason: string} {
  let current = thrown;
  for (let depth = 0; depth < 5; depth++) {
    const fields = objectOf(current);
    const next = fields?.cause ?? listOf(fields?.errors)[0];
    if (next === undefined || next === null) break;
    if (textOf(fields?.code) && textOf(fields?.message) && !listOf(fields?.errors).length) break;
    current = next;
  }
  const fields = objectOf(current);
  return {
    code: textOf(fields?.code) ?? textOf(fields?.name) ?? '',
    reason: textOf(fields?.message) ?? String(current),
  };
}

function isCertificate(code: string): boolean {
  return (
    /CERT|SELF_SIGNED|UNABLE_TO_(VERIFY|GET_ISSUER)/.test(code) || code === 'ERR_TLS_CERT_ALTNAME_INVALID'
  );
}

function isCut(code: string): boolean {
  return ['ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET', 'ECONNABORTED'].includes(code);
}

function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).host : url;
}
