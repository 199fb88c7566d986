import { crc32 } from 'node:zlib';

export interface WrittenMember {
  readonly name: string;
  readonly bytes: Buffer;
  /** The compression method in the directory. Default: 0, which is uncompressed. */
  readonly method?: number;
}

/** In torch's files, the contents of members begin at multiples of this. */
const ALIGNMENT_BYTES = 64;
/** Names are UTF-8, and lengths follow the contents. */
const FLAGS = 0x08_08;

/** Little-endian numbers of the given widths in bytes. */
const fields = (...list: readonly (readonly [value: number, bytes: 2 | 4])[]): Buffer =>
  Buffer.concat(
    list.map(([value, bytes]) => {
      const field = Buffer.alloc(bytes);
      field.writeUIntLE(value, 0, bytes);
      return field;
    }),
  );

const zeros = (count: number): (readonly [number, 2])[] =>
  Array.from({ length: count }, () => [0, 2] as const);

const uint64 = (value: number): Buffer => fields([value, 4], [0, 4]);

/** The header of a member, padded so that its content is aligned. */
const headerAt = (offset: number, name: Buffer): Buffer => {
  const used = offset + 30 + name.length + 4;
  const padding = (ALIGNMENT_BYTES - (used % ALIGNMENT_BYTES)) % ALIGNMENT_BYTES;
  return Buffer.concat([
    fields([0x04_03_4b_50, 4], [0, 2], [FLAGS, 2], ...zeros(9), [name.length, 2], [padding + 4, 2]),
    name,
    Buffer.from('FB'),
    fields([padding, 2]),
    Buffer.alloc(padding, 'Z'),
  ]);
};

const entryOf = ({ name, bytes, method = 0 }: WrittenMember, offset: number): Buffer =>
  Buffer.concat([
    fields([0x02_01_4b_50, 4], [0, 2], [0, 2], [FLAGS, 2], [method, 2], ...zeros(2)),
    fields([crc32(bytes), 4], [bytes.length, 4], [bytes.length, 4]),
    fields([Buffer.byteLength(name), 2], ...zeros(6), [offset, 4]),
    Buffer.from(name),
  ]);

/** A ZIP archive like torch's: aligned, and with the end records of both the original format and ZIP64. */
export const zipArchive = (members: readonly WrittenMember[]): Buffer => {
  const pieces: Buffer[] = [];
  const entries: Buffer[] = [];
  let offset = 0;
  for (const member of members) {
    const { name, bytes } = member;
    entries.push(entryOf(member, offset));
    const size = [bytes.length, 4] as const;
    const descriptor = fields([0x08_07_4b_50, 4], [crc32(bytes), 4], size, size);
    const written = Buffer.concat([headerAt(offset, Buffer.from(name)), bytes, descriptor]);
    pieces.push(written);
    offset += written.length;
  }
  const directory = Buffer.concat(entries);
  const count = members.length;
  return Buffer.concat([
    ...pieces,
    directory,
    fields([0x06_06_4b_50, 4], [44, 4], [0, 4], [0, 2], [45, 2], [0, 4], [0, 4]),
    ...[count, count, directory.length, offset].map(uint64),
    fields([0x07_06_4b_50, 4], [0, 4]),
    uint64(offset + directory.length),
    fields([1, 4]),
    fields([0x06_05_4b_50, 4], ...zeros(2), [count, 2], [count, 2]),
    fields([directory.length, 4], [offset, 4], [0, 2]),
  ]);
};
