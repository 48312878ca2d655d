import type {BackendRegistry} from '../backends/backendRegistry.ts';
import {billedTokens, type PriceAnswer} from '../core/pricing.ts';

/** Prices answers by the backends that gave them. The price list is loaded at the first answer of a cloud. */
export function createPriceAnswer(backends: Pick<BackendRegistry, 'find'>): PriceAnswer {
  return async ({model = '', usage, created}) => {
    const slash = model.indexOf('/');
    const entry = backends.find(model.slice(0, slash));
    if (entry?.local) return 0;
    const tokens = billedTokens(usage);
    if (entry?.baseUrl === undefined || !tokens) return undefined;
    try {
      const {listPrice} = await import('../backends/listPrice.ts');
      return await listPrice({url: entry.baseUrl, model: model.slice(slash + 1), tokens, at: created});
    } catch {
      // Without its price an answer is as good as before.
      return undefined;
    }
  };
}
