import type {LlmErrorInit} from '../../core/errors.ts';
import {neutraliseLine} from '../../core/neutralise.ts';
import {retryAfterMs} from '../serverErrors.ts';
import type {Refusal} from '../transport.ts';

/** How a person gives a token. */
export const tokenHint = 'set HF_TOKEN, or store a token: llm keys set huggingface';

/**
 * What the hub means when it refuses: its statuses alone say little, for a repository that is missing and one that is
 * private are both 401 to somebody unknown. Source of the codes in `X-Error-Code`: `hf_raise_for_status` of
 * huggingface_hub (`RepoNotFound`, `GatedRepo`, `RevisionNotFound`, `EntryNotFound`, and a message for what is disabled).
 *
 * @param page the address of the repository for a browser
 */
export function hubRefusal(
  {status, headers, body, model}: Refusal,
  {label, page, hasToken}: {label: string; page: string; hasToken: boolean},
): LlmErrorInit | undefined {
  if (model === undefined) return searchRefusal({status, headers}, label, hasToken);
  const code = headers.get('x-error-code') ?? '';
  const said = neutraliseLine(`${headers.get('x-error-message') ?? ''} ${body.slice(0, 2_000)}`);
  if (/resource is disabled|repo(sitory)? is disabled/i.test(said)) {
    return {
      kind: 'model-unknown',
      message: `${label} has switched ${model} off.`,
      hint: `Its page says why: ${page}`,
    };
  }
  if (code === 'GatedRepo' || (status === 403 && /gated|restricted|ask for access/i.test(said))) {
    return {
      kind: 'auth',
      message: hasToken
        ? `The terms of ${model} are not accepted for this token.`
        : `${model} is only for people who have accepted its terms.`,
      hint: `Accept its terms at ${page}${hasToken ? ', with the account that the token is of' : `, then ${tokenHint}`}.`,
    };
  }
  if (status === 401 && hasToken && code !== 'RepoNotFound') {
    return {
      kind: 'auth',
      message: `${label} does not accept the token.`,
      hint: `Make a new one, with leave to read, and ${tokenHint}.`,
    };
  }
  if (code === 'EntryNotFound' || code === 'RevisionNotFound') {
    return {
      kind: 'model-unknown',
      message: `${model} has no such file.`,
      hint: `See what it has: llm models search ${neutraliseLine(`hf:${model}`)}`,
    };
  }
  if (status === 404 || status === 401 || code === 'RepoNotFound') {
    return {
      kind: 'model-unknown',
      message: `${label} has no repository ${model}${hasToken ? '' : ', or it is private'}.`,
      hint: `Look for it: llm models search WORDS${hasToken ? '' : `. For a private one, ${tokenHint}`}.`,
    };
  }
  if (status === 403) {
    return {
      kind: 'auth',
      message: `${label} does not give ${model} to ${hasToken ? 'this token' : 'everybody'}.`,
      hint: hasToken ? `See its page: ${page}` : `See its page: ${page}. Then ${tokenHint}.`,
    };
  }
  return status === 429 ? slowDown(headers, label, hasToken) : undefined;
}

/** A search is about no repository. */
function searchRefusal(
  {status, headers}: Pick<Refusal, 'status' | 'headers'>,
  label: string,
  hasToken: boolean,
): LlmErrorInit | undefined {
  if (status === 401 || status === 403) {
    return {
      kind: 'auth',
      message: hasToken
        ? `${label} does not accept the token.`
        : `${label} answers only those who have a token.`,
      hint: `${hasToken ? 'Make a new one, with leave to read, and' : 'To give one,'} ${tokenHint}.`,
    };
  }
  if (status === 404) {
    return {
      kind: 'protocol',
      message: `${label} has no list of models to search.`,
      hint: 'Check HF_ENDPOINT: another program may be listening there.',
    };
  }
  return status === 429 ? slowDown(headers, label, hasToken) : undefined;
}

function slowDown(headers: Headers, label: string, hasToken: boolean): LlmErrorInit {
  const wait = retryAfterMs(headers, '');
  return {
    kind: 'rate-limit',
    message: `${label} asks to slow down.`,
    hint: `Wait a little, and do it again${hasToken ? '' : '; it allows more to those it knows: HF_TOKEN'}.`,
    ...(wait !== undefined && {retryAfterMs: wait}),
  };
}

/** What a store means that the hub has sent to: it knows no keys, only addresses that are signed for a while. */
export function storeRefusal({status}: Refusal, label: string): LlmErrorInit | undefined {
  if (status !== 401 && status !== 403) return undefined;
  return {
    kind: 'auth',
    message: `${label}, where the file lies, does not hand it out.`,
    hint: 'Pull it again: what has come is kept. A proxy on the way may be at fault.',
  };
}
