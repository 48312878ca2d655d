/** What the formats of images that backends take begin with, in hexadecimal; a dot stands for any digit. */
const signatures: readonly {mediaType: string; begins: RegExp}[] = [
  {mediaType: 'image/png', begins: /^89504e470d0a1a0a/},
  {mediaType: 'image/jpeg', begins: /^ffd8ff/},
  {mediaType: 'image/gif', begins: /^474946383[79]61/},
  {mediaType: 'image/webp', begins: /^52494646.{8}57454250/},
];

/** The media type of an image that backends take, by its content; undefined for everything else. */
export function imageMediaType(data: Uint8Array): string | undefined {
  const start = Array.from(data.subarray(0, 12), byte => byte.toString(16).padStart(2, '0')).join('');
  return signatures.find(({begins}) => begins.test(start))?.mediaType;
}
