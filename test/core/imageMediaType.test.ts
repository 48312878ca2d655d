import {expect, it} from 'vitest';
import {imageMediaType} from '../../src/core/imageMediaType.ts';

it.each([
  ['89504e470d0a1a0a00', 'image/png'],
  ['ffd8ffe0', 'image/jpeg'],
  ['474946383961', 'image/gif'],
  ['474946383761', 'image/gif'],
  ['524946460102030457454250', 'image/webp'],
  ['524946460102030457415645', undefined],
  ['474946383861', undefined],
  ['', undefined],
])('the bytes %s are of the type %s', (bytes, type) => {
  expect(imageMediaType(Buffer.from(bytes, 'hex'))).toBe(type);
});
