import {readFileSync} from 'node:fs';
import {LlmError, toLlmError} from '../core/errors.ts';

type Schema = Record<string, unknown>;

const dslTypes: Record<string, string> = {
  str: 'string',
  string: 'string',
  int: 'integer',
  float: 'number',
  bool: 'boolean',
};

/**
 * Reads `--schema`: a JSON Schema file, a JSON Schema itself, or simonw/llm's short form: `name, age int, bio: one
 * line`, where a type follows the name and a description a colon. Throws `LlmError` (`usage` or `file`).
 */
export function readSchema(text: string): Schema {
  const trimmed = text.trim();
  if (trimmed.startsWith('{')) return parseSchema(trimmed, '--schema');
  if (/\.json$/i.test(trimmed) || /[/\\]/.test(trimmed.split(/[\s,]/)[0] ?? '')) {
    let content: string;
    try {
      content = readFileSync(trimmed, 'utf8');
    } catch (thrown) {
      const code = (thrown as NodeJS.ErrnoException).code;
      const reason =
        code === 'ENOENT' ? 'there is no such file' : code === 'EISDIR' ? 'it is a folder' : String(code);
      throw new LlmError({
        kind: 'file',
        message: `cannot read the schema ${trimmed}: ${reason}`,
        cause: thrown,
      });
    }
    return parseSchema(content, trimmed);
  }
  return parseShortSchema(trimmed);
}

function parseSchema(text: string, where: string): Schema {
  try {
    const schema: unknown = JSON.parse(text);
    if (typeof schema === 'object' && schema !== null && !Array.isArray(schema)) return schema as Schema;
  } catch (thrown) {
    throw new LlmError({
      kind: 'usage',
      message: `${where} is not valid JSON: ${toLlmError(thrown).message}`,
      cause: thrown,
    });
  }
  throw new LlmError({kind: 'usage', message: `${where} is not a JSON Schema: it must be an object`});
}

function parseShortSchema(text: string): Schema {
  const properties: Record<string, Schema> = {};
  for (const field of text.split(text.includes('\n') ? '\n' : ',')) {
    const [declaration = '', ...description] = field.split(':');
    const [name, type = 'str', extra] = declaration.trim().split(/\s+/);
    if (!name) continue;
    const jsonType = dslTypes[type];
    if (!jsonType || extra !== undefined) {
      throw new LlmError({
        kind: 'usage',
        message: `--schema does not understand "${field.trim()}"`,
        hint: `A field is a name and a type (${Object.keys(dslTypes).join(', ')}): --schema 'name, age int'`,
      });
    }
    properties[name] = {
      type: jsonType,
      ...(description.length > 0 && {description: description.join(':').trim()}),
    };
  }
  if (Object.keys(properties).length === 0) {
    throw new LlmError({
      kind: 'usage',
      message: '--schema is empty',
      hint: "For example: --schema 'name, age int'",
    });
  }
  return {type: 'object', properties, required: Object.keys(properties), additionalProperties: false};
}
