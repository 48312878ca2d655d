/**
 * A rough count of tokens for text that no backend has counted: four characters a token,
 * but one each for Han, kana and Hangul. Show it with a `~`.
 */
export function estimateTokens(text: string): number {
  const wide = text.match(/[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff]/g)?.length ?? 0;
  return Math.ceil(wide + (text.length - wide) / 4);
}
