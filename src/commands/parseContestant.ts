import type {Contestant} from '../core/compare/contestant.ts';
import {type GenerationOptions, optionNames, parseOption} from '../core/options.ts';
import {refusal} from './refuse.ts';

/** A contestant as it was typed: the model is not looked up yet, and a system prompt may stand in a file. */
export type TypedContestant = {
  model: string;
  options: GenerationOptions;
  system?: {text: string} | {file: string};
};

/**
 * Reads `MODEL;KEY=VALUE;system=TEXT`; `system=@FILE` takes the text from a file. A semicolon that no key follows belongs
 * to the value before it. Without a model it is the one that is `usual`. Throws `LlmError` (`usage`).
 */
export function parseContestant(typed: string, usual = ''): TypedContestant {
  const [name = '', ...settings] = typed.split(/;(?=\s*[A-Za-z][\w-]*\s*=)/);
  const model = name.trim() || usual;
  if (model === '') throw refusal(`"${typed}" names no model`, example);
  const options: Record<string, unknown> = {};
  let system: TypedContestant['system'];
  for (const setting of settings) {
    const at = setting.indexOf('=');
    const key = setting.slice(0, at).trim();
    const value = setting.slice(at + 1).trim();
    if (key === 'system') {
      system = value.startsWith('@') ? {file: value.slice(1)} : {text: value};
      continue;
    }
    const parsed = parseOption(key, value);
    if (!parsed.ok && parsed.reason === 'unknown')
      throw refusal(`"${key}" is no model option`, `These are: system, ${optionNames.join(', ')}`);
    if (!parsed.ok) throw refusal(`${key} wants ${parsed.expected}, got "${value}"`, '');
    options[parsed.name] = parsed.value;
  }
  return {model, options, ...(system && {system})};
}

const example = "For example: 'ollama/qwen2.5:3b;temperature=0;system=@brief.txt'";

/** What its model and its file stand for. Throws `LlmError` where there is none, or the file is no text. */
export async function resolveContestant(
  {model, options, system}: TypedContestant,
  ports: {resolveModel(name: string): Promise<string>; readText(file: string): Promise<string>},
): Promise<Contestant> {
  const [name, text] = await Promise.all([
    ports.resolveModel(model),
    system && ('file' in system ? ports.readText(system.file) : system.text),
  ]);
  return {
    model: name,
    ...(Object.keys(options).length > 0 && {options}),
    ...(text !== undefined && {system: text}),
  };
}

/** Words that blanks part; quotes, single or double, hold them together. */
export function splitWords(line: string): string[] {
  const words: string[] = [];
  for (const [word] of line.matchAll(/(?:"[^"]*"?|'[^']*'?|[^\s"'])+/g))
    words.push(word.replace(/"([^"]*)"?|'([^']*)'?/g, (_all, two = '', one = '') => two + one));
  return words;
}
