import type {HubVariant} from './hubFiles.ts';
import {formatHubName} from './hubName.ts';

/** The shortest name that means this model of a repository. */
export function variantName(
  repo: string,
  {file, quantisation}: HubVariant,
  variants: readonly HubVariant[],
): string {
  const isOnly = variants.filter(each => each.quantisation === quantisation).length === 1;
  return formatHubName(quantisation !== undefined && isOnly ? {repo, quant: quantisation} : {repo, file});
}
