/**
 * Where a text stops being JSON (RFC 8259): the index of the first character that does not fit, or -1 if all fit.
 * Needed because `JSON.parse` names no place for several of its errors.
 */
export function jsonErrorOffset(text: string): number {
  let at = 0;
  const take = (pattern: RegExp): boolean => {
    pattern.lastIndex = at;
    const found = pattern.exec(text);
    if (found) at = pattern.lastIndex;
    return found !== null;
  };
  const skip = () => take(/[ \t\n\r]*/y);
  const string = () => take(/"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[\da-fA-F]{4}))*"/y);
  const literal = () => take(/(?:-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null)(?![\w.+-])/y);
  /** Items between commas up to the closing bracket. */
  const items = (close: RegExp, item: () => boolean): boolean => {
    skip();
    if (take(close)) return true;
    do {
      skip();
      if (!item()) return false;
      skip();
    } while (take(/,/y));
    return take(close);
  };
  const member = (): boolean => {
    if (!string()) return false;
    skip();
    return take(/:/y) && value();
  };
  const value = (): boolean => {
    skip();
    if (take(/\{/y)) return items(/\}/y, member);
    if (take(/\[/y)) return items(/\]/y, value);
    return string() || literal();
  };
  if (!value()) return at;
  skip();
  return at === text.length ? -1 : at;
}
