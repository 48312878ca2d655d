const wordings: readonly (readonly [RegExp, string])[] = [
  [/overwrite it: \/export .* !$/, 'overwrite it: --force'],
  [/See what it has with `?\/model`?/g, 'See what it has with `llm models list`'],
  [/Wait a little, then `?\/retry`?/g, 'Wait a little, then try again'],
  [/([Tt]ry again) with `?\/retry`?/g, '$1'],
  [/`?\/retry`?/g, 'the same again'],
  [/ with `?\/compact`?,/g, ','],
  [/ with `?\/new`?/g, ' (without -c)'],
  [/ with `?\/set`?(?= *[,.])/g, ' (-o)'],
  [/`?\/set (\w+) ([^`\s]+)`?/g, '`-o $1 $2`'],
  [/`?\/set (\w+)`?/g, '`-o $1`'],
  [/`?\/think (\w+)`?/g, '`--think $1`'],
  [/with `?\/model`?/g, 'with -m'],
  [/`?\/model`?(?![\w/-])/g, '-m'],
];

/** A hint that names commands of the chat, in the words of the command line, where the same things are options. */
export function commandLineHint(hint: string): string {
  return wordings.reduce((text, [pattern, words]) => text.replace(pattern, words), hint);
}
