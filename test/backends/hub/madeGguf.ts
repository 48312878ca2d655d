/** A value of a GGUF header: a number is an unsigned 32-bit one, a list of numbers an array of such. */
export type MadeValue = string | number | readonly number[] | readonly string[];

/** The bytes of a GGUF file, version 3, without tensors, with so many bytes after its header. */
export function madeGguf(values: Readonly<Record<string, MadeValue>>, bodyBytes = 0): Buffer {
  const entries = Object.entries(values).map(([key, value]) =>
    Buffer.concat([text(key), bytesOfValue(value)]),
  );
  const header = Buffer.concat([
    Buffer.from('GGUF'),
    uint32(3),
    uint64(0),
    uint64(entries.length),
    ...entries,
  ]);
  return Buffer.concat([header, Buffer.alloc(bodyBytes, 7)]);
}

/** The header of a small llama with grouped heads: a token takes 2 × 2 layers × 4 heads × 64 numbers of two bytes. */
export const llamaValues = {
  'general.architecture': 'llama',
  'llama.block_count': 2,
  'llama.context_length': 32_768,
  'llama.embedding_length': 512,
  'llama.attention.head_count': 8,
  'llama.attention.head_count_kv': 4,
} as const;

function bytesOfValue(value: MadeValue): Buffer {
  if (typeof value === 'number') return Buffer.concat([uint32(4), uint32(value)]);
  if (typeof value === 'string') return Buffer.concat([uint32(8), text(value)]);
  const isText = typeof value[0] === 'string';
  const items = value.map(item => (typeof item === 'string' ? text(item) : uint32(item)));
  return Buffer.concat([uint32(9), uint32(isText ? 8 : 4), uint64(value.length), ...items]);
}

function text(value: string): Buffer {
  const bytes = Buffer.from(value);
  return Buffer.concat([uint64(bytes.length), bytes]);
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

function uint64(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(value));
  return bytes;
}
