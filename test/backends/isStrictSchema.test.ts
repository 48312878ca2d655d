import {describe, expect, it} from 'vitest';
import {isStrictSchema} from '../../src/backends/isStrictSchema.ts';

const text = {type: 'string'};
const closed = (properties: Record<string, unknown>, more: object = {}): Record<string, unknown> => ({
  type: 'object',
  properties,
  required: Object.keys(properties),
  additionalProperties: false,
  ...more,
});
const open = {type: 'object', properties: {a: text}, required: ['a']};

describe('isStrictSchema', () => {
  it.each([
    ['a closed object', closed({name: text, age: {type: ['integer', 'null']}})],
    ['one without properties', closed({})],
    ['closed ones inside', closed({a: {type: 'array', items: closed({b: {anyOf: [closed({}), text]}})}})],
    ['definitions', closed({a: {$ref: '#/$defs/one'}}, {$defs: {one: closed({b: {enum: [1, 2]}})}})],
    ['a property that is called as a keyword is', closed({not: text, allOf: text, properties: text})],
  ])('takes %s', (_, schema) => {
    expect(isStrictSchema(schema)).toBe(true);
  });

  it.each([
    ['no schema', true],
    ['an object without more', {type: 'object'}],
    ['an open object', open],
    ['an optional property', {...closed({a: text, b: text}), required: ['a']}],
    ['an open object in a list', closed({a: {type: 'array', items: open}})],
    ['an open object among several', closed({a: {anyOf: [text, open]}})],
    ['an open object in the definitions', closed({a: {$ref: '#/$defs/one'}}, {$defs: {one: open}})],
    ['an open object that may be null', closed({a: {...open, type: ['object', 'null']}})],
    ['a root that is no object', {type: 'array', items: text}],
    ['a root with choices', closed({}, {anyOf: [closed({})]})],
    ['what is not taken at all', closed({a: {allOf: [text]}})],
    ['anything', closed({a: {}})],
  ])('leaves out %s', (_, schema) => {
    expect(isStrictSchema(schema)).toBe(false);
  });
});
