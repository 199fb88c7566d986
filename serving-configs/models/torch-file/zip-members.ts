import { crc32 } from 'node:zlib';
import { UnreadableFile } from './byte-reader.ts';

// Signatures, lengths and places of fields: APPNOTE.TXT 6.3.10 of PKWARE, sections 4.3.7, 4.3.12 and 4.3.16.
const MEMBER = 0x04_03_4b_50;
const MEMBER_BYTES = 30;
const DIRECTORY = 0x02_01_4b_50;
const ENTRY_BYTES = 46;
const END = 0x06_05_4b_50;
const END_BYTES = 22;
const STORED = 0;
const ENCRYPTED = 1;
/** These stand where a number is too large for its field. */
const MORE_MEMBERS = 0xff_ff;
const MORE_BYTES = 0xff_ff_ff_ff;

interface Entry {
  readonly name: string;
  /** Stored as it is: neither compressed nor encrypted. */
  readonly isPlain: boolean;
  readonly crc: number;
  readonly sizeBytes: number;
  readonly offset: number;
}

interface Directory {
  readonly count: number;
  readonly start: number;
  readonly end: number;
}

const readDirectory = (file: Buffer): Directory => {
  const at = file.length - END_BYTES;
  if (at < 0 || file.readUInt32LE(at) !== END) {
    throw new UnreadableFile('the archive is cut off, or something stands behind its end');
  }
  const count = file.readUInt16LE(at + 10);
  const start = file.readUInt32LE(at + 16);
  if (count === MORE_MEMBERS || start === MORE_BYTES) {
    throw new UnreadableFile('the archive is larger than 4 GiB or has more than 65,534 members');
  }
  const end = start + file.readUInt32LE(at + 12);
  if (end > at) throw new UnreadableFile('the directory of the archive does not lie in it');
  return { count, start, end };
};

/** The entry at a place of the directory, and where the next one is. */
const readEntry = (file: Buffer, at: number, end: number): readonly [Entry, number] => {
  if (at + ENTRY_BYTES > end || file.readUInt32LE(at) !== DIRECTORY) {
    throw new UnreadableFile(`the directory of the archive has no entry at byte ${at}`);
  }
  const nameEnd = at + ENTRY_BYTES + file.readUInt16LE(at + 28);
  const next = nameEnd + file.readUInt16LE(at + 30) + file.readUInt16LE(at + 32);
  if (next > end) throw new UnreadableFile(`the entry at byte ${at} of the archive is cut off`);
  const name = file.toString('utf8', at + ENTRY_BYTES, nameEnd);
  const isEncrypted = (file.readUInt16LE(at + 8) & ENCRYPTED) !== 0;
  const entry = {
    name,
    isPlain: file.readUInt16LE(at + 10) === STORED && !isEncrypted,
    crc: file.readUInt32LE(at + 16),
    sizeBytes: file.readUInt32LE(at + 24),
    offset: file.readUInt32LE(at + 42),
  };
  return [entry, next];
};

/** A view of the bytes of a member, which end before the directory begins. */
const readMember = (file: Buffer, entry: Entry, directory: Directory): Buffer => {
  const { name, isPlain, crc, sizeBytes, offset } = entry;
  if (!isPlain) {
    throw new UnreadableFile(`${name} is compressed or encrypted, which torch.save never does`);
  }
  const header = offset + MEMBER_BYTES;
  const isMember = header <= directory.start && file.readUInt32LE(offset) === MEMBER;
  const start = isMember
    ? header + file.readUInt16LE(offset + 26) + file.readUInt16LE(offset + 28)
    : Infinity;
  if (start + sizeBytes > directory.start) {
    throw new UnreadableFile(`${name} does not lie where the directory of the archive says`);
  }
  const bytes = file.subarray(start, start + sizeBytes);
  if (crc32(bytes) !== crc) throw new UnreadableFile(`${name} is damaged: its CRC-32 is another`);
  return bytes;
};

export interface ZipMembers {
  readonly names: readonly string[];
  /**
   * A view of the bytes of a member; undefined where there is none of that name.
   * @throws UnreadableFile where it is damaged, or not stored as it is.
   */
  readonly read: (name: string) => Buffer | undefined;
}

/**
 * The members of a ZIP archive. All of them together are no larger than the file.
 * @throws UnreadableFile where it is cut off or contradicts itself.
 */
export const readZipMembers = (bytes: Uint8Array): ZipMembers => {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const directory = readDirectory(file);
  const entries = new Map<string, Entry>();
  let at = directory.start;
  let left = directory.start;
  for (let index = 0; index < directory.count; index++) {
    const [entry, next] = readEntry(file, at, directory.end);
    at = next;
    left -= entry.isPlain ? entry.sizeBytes : 0;
    if (left < 0) throw new UnreadableFile('the archive is smaller than its members');
    if (entries.has(entry.name)) throw new UnreadableFile(`the archive has ${entry.name} twice`);
    entries.set(entry.name, entry);
  }
  return {
    names: [...entries.keys()],
    read: (name) => {
      const entry = entries.get(name);
      return entry && readMember(file, entry, directory);
    },
  };
};
