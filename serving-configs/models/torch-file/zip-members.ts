import { crc32 } from 'node:zlib';
import { UnreadableFile } from './byte-reader.ts';

// Source of signatures, lengths and offsets: APPNOTE.TXT 6.3.10 of PKWARE, sections 4.3.7, 4.3.12 and 4.3.16.
export const HEADER_BYTES = 30;
const ENTRY_BYTES = 46;
export const ENTRY_SIGNATURE = Buffer.from('PK\u0001\u0002');
export const END = 0x06_05_4b_50;
export const END_BYTES = 22;
const STORED = 0;

/** A member of an archive, as the directory describes it. */
export interface ZipEntry {
  readonly name: string;
  /** Whether its content is not compressed. */
  readonly isStored: boolean;
  readonly crc32: number;
  /** The size of the content in the archive. */
  readonly bytes: number;
  /** The position of the header before the content. */
  readonly at: number;
}

/** Reads the entries of a directory that begins at `start`. */
export const readEntries = (file: Buffer, start: number): readonly ZipEntry[] => {
  const entries: ZipEntry[] = [];
  let at = start;
  while (at >= 0 && file.subarray(at, at + ENTRY_SIGNATURE.length).equals(ENTRY_SIGNATURE)) {
    const nameEnd = at + ENTRY_BYTES + file.readUInt16LE(at + 28);
    entries.push({
      name: file.toString('utf8', at + ENTRY_BYTES, nameEnd),
      isStored: file.readUInt16LE(at + 10) === STORED,
      crc32: file.readUInt32LE(at + 16),
      bytes: file.readUInt32LE(at + 20),
      at: file.readUInt32LE(at + 42),
    });
    at = nameEnd + file.readUInt16LE(at + 30) + file.readUInt16LE(at + 32);
  }
  return entries;
};

/** The length of a member's header, of which at least the first {@link HEADER_BYTES} bytes are given. */
export const headerLength = (header: Buffer): number =>
  HEADER_BYTES + header.readUInt16LE(26) + header.readUInt16LE(28);

const readMembers = (file: Buffer): ReadonlyMap<string, Buffer> => {
  const end = file.length - END_BYTES;
  if (end < 0 || file.readUInt32LE(end) !== END) throw new UnreadableFile('the archive is cut off');
  const entries = readEntries(file, file.readUInt32LE(end + 16));
  if (entries.length !== file.readUInt16LE(end + 10)) {
    throw new UnreadableFile('the directory of the archive is damaged');
  }
  const members = new Map<string, Buffer>();
  for (const { name, isStored, crc32: expected, bytes, at } of entries) {
    if (!isStored) throw new UnreadableFile(`${name} is compressed, which torch.save never does`);
    const start = at + headerLength(file.subarray(at));
    const content = file.subarray(start, start + bytes);
    if (crc32(content) !== expected) {
      throw new UnreadableFile(`${name} is damaged: its CRC-32 differs`);
    }
    members.set(name, content);
  }
  return members;
};

/**
 * The members of a ZIP archive by name, as views of its bytes.
 * @throws UnreadableFile if it is cut off or damaged, or a member is compressed.
 */
export const readZipMembers = (bytes: Uint8Array): ReadonlyMap<string, Buffer> => {
  try {
    return readMembers(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
  } catch (error) {
    // An offset lies outside the file.
    if (!(error instanceof RangeError)) throw error;
    throw new UnreadableFile('the directory of the archive is damaged', { cause: error });
  }
};
