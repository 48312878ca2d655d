import {writeFileSync} from 'node:fs';
import path from 'node:path';
import {describe, expect, it} from 'vitest';
import {readSchema} from '../../src/cli/readSchema.ts';
import {validateAnswer} from '../../src/cli/validateAnswer.ts';
import {temporaryFolder} from '../storage/temporaryFolder.ts';

const thrownBy = (action: () => unknown): unknown => {
  try {
    action();
  } catch (error) {
    return error;
  }
  return undefined;
};

describe('reading a schema', () => {
  it('takes the short form: names, types and descriptions', () => {
    expect(readSchema('name, age int, score float, ok bool, bio str: a short: bio')).toEqual({
      type: 'object',
      properties: {
        name: {type: 'string'},
        age: {type: 'integer'},
        score: {type: 'number'},
        ok: {type: 'boolean'},
        bio: {type: 'string', description: 'a short: bio'},
      },
      required: ['name', 'age', 'score', 'ok', 'bio'],
      additionalProperties: false,
    });
  });

  it('takes the short form over several lines, where a description may have commas', () => {
    expect(readSchema('name: first, then last\n\nage int\n')).toMatchObject({
      properties: {name: {type: 'string', description: 'first, then last'}, age: {type: 'integer'}},
    });
  });

  it('takes JSON, and a file of it', () => {
    const schema = {type: 'object', properties: {a: {type: 'string'}}};
    expect(readSchema(` ${JSON.stringify(schema)}`)).toEqual(schema);
    const file = path.join(temporaryFolder(), 'my.json');
    writeFileSync(file, JSON.stringify(schema));
    expect(readSchema(file)).toEqual(schema);
  });

  it.each([
    ['name strng', 'usage', /does not understand "name strng"/],
    ['a b c', 'usage', /does not understand/],
    ['', 'usage', /empty/],
    [' , ,', 'usage', /empty/],
    ['{"type": ', 'usage', /--schema is not valid JSON/],
    ['nowhere.json', 'file', /nowhere\.json: there is no such file/],
    ['./no/such/schema', 'file', /no such file/],
  ])('refuses %j', (text, kind, message) => {
    expect(thrownBy(() => readSchema(text))).toMatchObject({kind, message: expect.stringMatching(message)});
  });

  it('refuses a file that is no schema, and a folder', () => {
    const folder = temporaryFolder();
    const file = path.join(folder, 'list.json');
    writeFileSync(file, '[1]');
    expect(thrownBy(() => readSchema(file))).toMatchObject({
      kind: 'usage',
      message: expect.stringMatching(/list\.json is not a JSON Schema/),
    });
    expect(thrownBy(() => readSchema(folder))).toMatchObject({
      kind: 'file',
      message: expect.stringMatching(/it is a folder$/),
    });
  });
});

describe('checking an answer', () => {
  const schema = readSchema('name, age int');

  it('returns the object that fits', () => {
    expect(validateAnswer(' {"name": "A", "age": 3}\n', schema)).toEqual({name: 'A', age: 3});
  });

  it.each([
    ['{"name": "A", "age": "3"}', /\/age must be integer/],
    ['{"name": "A"}', /the answer must have required property 'age'/],
    ['{"name": "A", "age": 3, "more": 1}', /additional properties/],
    ['Sure! {"name": "A"}', /not JSON/],
    ['', /not JSON/],
  ])('refuses %j and says why', (answer, message) => {
    expect(thrownBy(() => validateAnswer(answer, schema))).toMatchObject({
      kind: 'schema',
      message: expect.stringMatching(message),
    });
  });

  it.each([
    'http://json-schema.org/draft-07/schema#',
    'https://json-schema.org/draft/2020-12/schema',
    'http://json-schema.org/draft-04/schema#',
  ])('knows schemas of %s, with definitions and unknown formats', $schema => {
    const drafted = {
      $schema,
      type: 'object',
      definitions: {word: {type: 'string', format: 'shouting'}},
      properties: {a: {$ref: '#/definitions/word'}},
      required: ['a'],
    };
    expect(validateAnswer('{"a": "x"}', drafted)).toEqual({a: 'x'});
    expect(thrownBy(() => validateAnswer('{"a": 1}', drafted))).toMatchObject({kind: 'schema'});
  });

  it('says so when the schema itself makes no sense', () => {
    expect(thrownBy(() => validateAnswer('{}', {type: 'objekt'}))).toMatchObject({kind: 'usage'});
  });
});
