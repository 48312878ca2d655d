import type {BilledTokens} from '../core/pricing.ts';

export type PriceQuestion = {
  /** The address of the backend: a provider is known by it, whatever the person calls it. */
  url: string;
  /** The model's name there. */
  model: string;
  tokens: BilledTokens;
  /** When it was answered, in ms since 1970: prices change. */
  at: number;
};

/**
 * What a provider's price list says, in US dollars; undefined for a provider or a model that is not in it. The list is
 * that of https://github.com/pydantic/genai-prices as it was when this program was built; nobody is asked. Loading it
 * takes some 50 ms, so it is loaded at the first question.
 */
export async function listPrice({url, model, tokens, at}: PriceQuestion): Promise<number | undefined> {
  const {calcPrice} = await import('@pydantic/genai-prices');
  const usage = {
    input_tokens: tokens.input,
    output_tokens: tokens.output,
    ...(tokens.cached > 0 && {cache_read_tokens: tokens.cached}),
  };
  try {
    const price = calcPrice(usage, model, {providerApiUrl: url, timestamp: new Date(at)})?.total_price;
    // Sums of binary fractions: nobody is billed for the sixteenth digit.
    return price === undefined || !Number.isFinite(price) ? undefined : Number(price.toFixed(10));
  } catch {
    // Counts that make no sense together.
    return undefined;
  }
}
