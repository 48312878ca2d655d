import {describe, expect, it} from 'vitest';
import {grammarSchema} from '../../../src/backends/local/grammarSchema.ts';

describe('grammarSchema', () => {
  it('leaves a schema that is followed as it is', () => {
    const schema = {
      $schema: 'https://json-schema.org/draft/2020-12/schema',
      type: 'object',
      properties: {
        name: {type: ['string', 'null'], maxLength: 9},
        kind: {enum: ['a', 1, null]},
        one: {const: 1},
        list: {type: 'array', items: {$ref: '#/$defs/point'}},
      },
      additionalProperties: false,
      $defs: {point: {type: 'object', properties: {x: {type: 'number'}}}},
    };
    expect(grammarSchema(schema)).toEqual(schema);
  });

  it('turns anyOf into oneOf, at every depth', () => {
    const schema = {type: 'array', items: {anyOf: [{type: 'string'}, {anyOf: [{const: 1}]}]}};
    const converted = {type: 'array', items: {oneOf: [{type: 'string'}, {oneOf: [{const: 1}]}]}};
    expect(grammarSchema(schema)).toEqual(converted);
  });

  it.each([
    ['#', 'its type is not said', {}],
    ['#', 'its type is not said', {type: 'text'}],
    ['#', 'allOf', {allOf: [{type: 'string'}]}],
    ['#/properties/a', 'leads nowhere', {type: 'object', properties: {a: {$ref: '#/$defs/b'}}}],
    ['#/items', 'its type is not said', {type: 'array', items: {}}],
    ['#/oneOf/1', 'it is not an object', {oneOf: [{type: 'string'}, true]}],
  ])('refuses, at %s, a schema of which %s', (path, reason, schema) => {
    expect(() => grammarSchema(schema)).toThrow(`at ${path}, `);
    expect(() => grammarSchema(schema)).toThrow(reason);
  });
});
