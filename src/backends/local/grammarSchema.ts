import {LlmError} from '../../core/errors.ts';

type Json = null | boolean | number | string | Json[] | {[key: string]: Json};
type Node = {[key: string]: Json};

/**
 * A JSON Schema in the dialect of the library's grammars: `anyOf` becomes `oneOf`, which means the same
 * for a text that is being made. The library takes what it does not know for `null` and says nothing,
 * so that is refused here. Limits within a type (`pattern`, `maximum` …) are left to whoever checks the answer.
 * Throws `LlmError` kind `bad-request` that names the place.
 */
export function grammarSchema(schema: object): object {
  const root = JSON.parse(JSON.stringify(schema)) as Node;
  return convert(root, '#', new Set(Object.keys(isNode(root.$defs) ? root.$defs : {})));
}

const types = new Set(['object', 'array', 'string', 'number', 'integer', 'boolean', 'null']);

function convert(node: Json | undefined, path: string, definitions: ReadonlySet<string>): Node {
  if (!isNode(node)) throw unsupported(path, 'it is not an object');
  const {anyOf, ...rest} = node;
  const result: Node = anyOf === undefined ? rest : {...rest, oneOf: anyOf};
  checkShape(result, path, definitions);
  if (Array.isArray(result.oneOf)) {
    result.oneOf = result.oneOf.map((choice, at) => convert(choice, `${path}/oneOf/${at}`, definitions));
  }
  for (const key of ['properties', '$defs']) {
    const group = result[key];
    if (!isNode(group)) continue;
    const entries = Object.entries(group).map(([name, child]) => [
      name,
      convert(child, `${path}/${key}/${name}`, definitions),
    ]);
    result[key] = Object.fromEntries(entries) as Node;
  }
  for (const key of ['items', 'additionalProperties']) {
    if (isNode(result[key])) result[key] = convert(result[key], `${path}/${key}`, definitions);
  }
  return result;
}

function checkShape(node: Node, path: string, definitions: ReadonlySet<string>): void {
  for (const key of ['allOf', 'not', 'if', 'patternProperties']) {
    if (key in node) throw unsupported(path, `${key} is not known to it`);
  }
  if (typeof node.$ref === 'string') {
    const name = /^#\/\$defs\/([^/]+)$/.exec(node.$ref)?.[1];
    if (name === undefined || !definitions.has(name)) throw unsupported(path, `${node.$ref} leads nowhere`);
    return;
  }
  if ('enum' in node || 'const' in node || 'oneOf' in node) return;
  const named = Array.isArray(node.type) ? node.type : [node.type];
  for (const type of named) {
    if (typeof type !== 'string' || !types.has(type)) throw unsupported(path, 'its type is not said');
  }
}

function isNode(value: Json | undefined): value is Node {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function unsupported(path: string, reason: string): LlmError {
  return new LlmError({
    kind: 'bad-request',
    message: `The embedded engine cannot follow this JSON Schema: at ${path}, ${reason}`,
    hint: 'It follows type, properties, items, enum, const, oneOf, anyOf and $ref to $defs: use these alone.',
  });
}
