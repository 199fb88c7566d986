import { crc32 } from 'node:zlib';
import { UnreadableFile } from './byte-reader.ts';

// Source of signatures, lengths and offsets: APPNOTE.TXT 6.3.10 of PKWARE, sections 4.3.7, 4.3.12 and 4.3.16.
export const MEMBER_BYTES = 30;
export const ENTRY_BYTES = 46;
export const END = 0x06_05_4b_50;
export const END_BYTES = 22;
export const STORED = 0;

const readMembers = (file: Buffer): ReadonlyMap<string, Buffer> => {
  const end = file.length - END_BYTES;
  if (end < 0 || file.readUInt32LE(end) !== END) throw new UnreadableFile('the archive is cut off');
  const members = new Map<string, Buffer>();
  let entry = file.readUInt32LE(end + 16);
  for (let left = file.readUInt16LE(end + 10); left > 0; left -= 1) {
    const nameEnd = entry + ENTRY_BYTES + file.readUInt16LE(entry + 28);
    const name = file.toString('utf8', entry + ENTRY_BYTES, nameEnd);
    if (file.readUInt16LE(entry + 10) !== STORED) {
      throw new UnreadableFile(`${name} is compressed, which torch.save never does`);
    }
    const member = file.readUInt32LE(entry + 42);
    const start =
      member + MEMBER_BYTES + file.readUInt16LE(member + 26) + file.readUInt16LE(member + 28);
    const bytes = file.subarray(start, start + file.readUInt32LE(entry + 24));
    if (crc32(bytes) !== file.readUInt32LE(entry + 16)) {
      throw new UnreadableFile(`${name} is damaged: its CRC-32 differs`);
    }
    members.set(name, bytes);
    entry = nameEnd + file.readUInt16LE(entry + 30) + file.readUInt16LE(entry + 32);
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
