import {LlmError} from '../../core/errors.ts';
import {neutraliseLine} from '../../core/neutralise.ts';

/** One prompt of a set, its variables filled in. */
export type SetPrompt = {
  /** Its `id`, else the number of its line. */
  id: string;
  text: string;
};

/**
 * Reads a set of prompts: JSON Lines, an object a line. With a template its `{{NAME}}` are filled with the fields of each
 * line; without one the line's own `prompt` is taken, with the other fields for its variables. Throws `LlmError`
 * (`usage`) that names the line.
 */
export function parsePromptSet(source: string, file: string, template = ''): SetPrompt[] {
  const lines = source.replace(/^\ufeff/, '').split(/\r?\n/);
  const prompts = lines.flatMap((line, index) =>
    line.trim() === '' ? [] : [readLine(line, index + 1, file, template)],
  );
  if (prompts.length === 0)
    throw new LlmError({kind: 'usage', message: `${neutraliseLine(file)} has no prompts`, hint: example});
  const ids = new Set<string>();
  for (const {id} of prompts) {
    if (ids.has(id))
      throw new LlmError({
        kind: 'usage',
        message: `${neutraliseLine(file)} has the id "${neutraliseLine(id)}" twice`,
        hint: 'Give each prompt its own, or none at all.',
      });
    ids.add(id);
  }
  return prompts;
}

const example = 'A line looks like this: {"prompt": "Why is the sky blue?"}';

function readLine(line: string, number: number, file: string, template: string): SetPrompt {
  const wrong = (what: string, hint = example): LlmError =>
    new LlmError({kind: 'usage', message: `${neutraliseLine(file)}, line ${number}: ${what}`, hint});
  let fields: unknown;
  try {
    fields = JSON.parse(line);
  } catch {
    throw wrong('no JSON');
  }
  if (typeof fields !== 'object' || fields === null || Array.isArray(fields)) throw wrong('no object');
  const values = new Map(Object.entries(fields));
  const own = values.get('prompt');
  if (template === '' && typeof own !== 'string') throw wrong('has no "prompt"');
  const pattern = template === '' ? String(own) : template;
  const text = pattern.replace(/\{\{\s*([\w-]+)\s*\}\}/g, (_all, name: string) => {
    const value = values.get(name);
    if (value === undefined || value === null || typeof value === 'object')
      throw wrong(`nothing for {{${name}}}`, `It has: ${neutraliseLine([...values.keys()].join(', '))}`);
    return String(value);
  });
  if (text.trim() === '') throw wrong('the prompt is empty');
  const id = values.get('id');
  return {id: typeof id === 'string' || typeof id === 'number' ? String(id) : String(number), text};
}
