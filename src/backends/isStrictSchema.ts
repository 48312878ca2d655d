import {type JsonObject, objectOf} from './jsonFields.ts';

/** What OpenAI does not take in a schema that is to be followed strictly. */
const untaken = [
  'allOf',
  'oneOf',
  'not',
  'if',
  'then',
  'else',
  'patternProperties',
  'dependentRequired',
  'dependentSchemas',
];

/**
 * Whether a JSON Schema keeps to the rules under which OpenAI takes it as `strict`: an object at the root; each object
 * forbids further properties and requires all its own; each schema says what it is. Any other is refused with `strict`.
 *
 * https://platform.openai.com/docs/guides/structured-outputs#supported-schemas
 */
export function isStrictSchema(schema: unknown): boolean {
  const root = objectOf(schema);
  return root !== undefined && root.type === 'object' && root.anyOf === undefined && keepsRules(root);
}

function keepsRules(value: unknown): boolean {
  const schema = objectOf(value);
  if (!schema || untaken.some(name => schema[name] !== undefined)) return false;
  const saysWhat = ['type', '$ref', 'anyOf', 'enum', 'const'].some(name => schema[name] !== undefined);
  return saysWhat && (!isOfObjects(schema) || isClosed(schema)) && partsOf(schema).every(keepsRules);
}

function isOfObjects({type, properties}: JsonObject): boolean {
  return type === 'object' || (Array.isArray(type) && type.includes('object')) || properties !== undefined;
}

function isClosed({additionalProperties, properties, required}: JsonObject): boolean {
  const names = Object.keys(objectOf(properties) ?? {});
  const needed = new Set(Array.isArray(required) ? required : []);
  return additionalProperties === false && names.every(name => needed.has(name));
}

/** The schemas inside a schema. */
function partsOf({properties, $defs, definitions, items, prefixItems, anyOf}: JsonObject): unknown[] {
  return [
    ...[properties, $defs, definitions].flatMap(named => Object.values(objectOf(named) ?? {})),
    ...[items, prefixItems, anyOf].flatMap(listed => listed ?? []),
  ];
}
