/** Makers whose models go by a name alone in other programs. */
const makers: readonly (readonly [RegExp, string])[] = [
  [/^(?:gpt-|chatgpt|o\d(?:-|$)|text-davinci)/, 'openai'],
  [/^claude/, 'anthropic'],
  [/^gemini/, 'gemini'],
  [/^(?:mistral|ministral|magistral|codestral|pixtral)-/, 'mistral'],
  [/^deepseek-(?:chat|reasoner)$/, 'deepseek'],
  [/^grok-/, 'xai'],
  // Ollama's `name:size`.
  [/^[\w.-]+:[\w.-]+$/, 'ollama'],
];

/** What others call backends that have another id here. */
const renamed: Readonly<Record<string, string>> = {
  'openai-chat': 'openai',
  'openai-responses': 'openai',
  google: 'gemini',
  'google-gla': 'gemini',
  claude: 'anthropic',
};

/** The full name (`backend/name`) of a model of another program; just the name where nobody can tell whose it is. */
export function fullModelName(name: string, backend = ''): string {
  if (name === '') return '';
  if (backend !== '') return `${renamed[backend] ?? backend}/${name}`;
  const slash = name.indexOf('/');
  if (slash > 0) return `${renamed[name.slice(0, slash)] ?? name.slice(0, slash)}${name.slice(slash)}`;
  const maker = makers.find(([pattern]) => pattern.test(name))?.[1];
  return maker === undefined ? name : `${maker}/${name}`;
}

/** The model that a conversation goes on with: none, so that one is chosen then, where its backend is not known. */
export function nextModel(fullName: string | undefined): string {
  return fullName?.includes('/') ? fullName : '';
}
