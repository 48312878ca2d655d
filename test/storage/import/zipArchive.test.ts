import {crc32} from 'node:zlib';
import {expect, it} from 'vitest';
import {fileOf, freshStore, importFile} from './importing.ts';

/** An archive of one stored file in the form for large ones: sizes and positions in fields of 64 bits (4.3.14, 4.5.3). */
function largeArchive(name: string, data: Buffer): Buffer {
  const local = Buffer.alloc(30);
  local.writeUInt32LE(0x04034b50, 0);
  local.writeUInt16LE(name.length, 26);
  const extra = Buffer.alloc(28);
  extra.writeUInt16LE(1, 0);
  extra.writeUInt16LE(24, 2);
  extra.writeBigUInt64LE(BigInt(data.length), 4);
  extra.writeBigUInt64LE(BigInt(data.length), 12);
  const entry = Buffer.alloc(46);
  entry.writeUInt32LE(0x02014b50, 0);
  entry.writeUInt32LE(crc32(data), 16);
  for (const at of [20, 24, 42]) entry.writeUInt32LE(0xffffffff, at);
  entry.writeUInt16LE(name.length, 28);
  entry.writeUInt16LE(extra.length, 30);
  const directoryAt = local.length + name.length + data.length;
  const directory = Buffer.concat([entry, Buffer.from(name), extra]);
  const end64 = Buffer.alloc(56);
  end64.writeUInt32LE(0x06064b50, 0);
  end64.writeBigUInt64LE(1n, 32);
  end64.writeBigUInt64LE(BigInt(directory.length), 40);
  end64.writeBigUInt64LE(BigInt(directoryAt), 48);
  const locator = Buffer.alloc(20);
  locator.writeUInt32LE(0x07064b50, 0);
  locator.writeBigUInt64LE(BigInt(directoryAt + directory.length), 8);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(0xffff, 10);
  for (const at of [12, 16]) end.writeUInt32LE(0xffffffff, at);
  return Buffer.concat([
    local,
    Buffer.from(name),
    data,
    directory,
    end64,
    locator,
    end,
    Buffer.from('a comment'),
  ]);
}

it('reads archives in the form for files of more than 4 GiB', async () => {
  const list = [{uuid: 'u', chat_messages: [{uuid: 'm', sender: 'human', text: 'hi'}]}];
  const path = fileOf(largeArchive('conversations.json', Buffer.from(JSON.stringify(list))));
  expect(await importFile(freshStore(), path)).toMatchObject({added: 1, messages: 1});
});
