import { copyFile, link, mkdir, open, readFile } from 'node:fs/promises';
import path from 'node:path';
import { crc32 } from 'node:zlib';
import type { PackedModel } from '../../manifest.ts';

/** A file in an archive. */
interface ZipMember {
  /** Target in the archive, with slashes. */
  readonly name: string;
  /** Its bytes; asked for once, so that one member at a time is in memory. */
  readonly read: () => Promise<Uint8Array>;
}

// Signatures and fields: APPNOTE.TXT 6.3.10 of PKWARE, sections 4.3.7, 4.3.12 and 4.3.16.
const MEMBER = 0x04_03_4b_50;
const DIRECTORY = 0x02_01_4b_50;
const END = 0x06_05_4b_50;
const VERSION = 20;
const UTF_8_NAMES = 0x08_00;
const STORED = 0;
/** 1 January 1980, the first day that the format knows: the same files give the same bytes at any time. */
const DATE = 0x00_21;
/** Beyond it the format has other fields, which are not needed here. */
const MOST_BYTES = 0xff_ff_ff_ff;

/** Little-endian numbers of the given widths in bytes. */
const fields = (...list: readonly (readonly [value: number, bytes: 2 | 4])[]): Buffer => {
  const buffer = Buffer.alloc(list.reduce((sum, [, bytes]) => sum + bytes, 0));
  let at = 0;
  for (const [value, bytes] of list) at = buffer.writeUIntLE(value, at, bytes);
  return buffer;
};

/** What the header of a member and its entry in the directory have in common. */
const described = (name: Buffer, bytes: Uint8Array): Buffer =>
  fields(
    [VERSION, 2],
    [UTF_8_NAMES, 2],
    [STORED, 2],
    [0, 2],
    [DATE, 2],
    [crc32(bytes), 4],
    [bytes.length, 4],
    [bytes.length, 4],
    [name.length, 2],
    [0, 2],
  );

/**
 * Writes a zip file whose members are stored as they are: weights do not get smaller.
 * @throws RangeError where it would be larger than 4 GiB.
 */
const writeZip = async (file: string, members: readonly ZipMember[]): Promise<void> => {
  const handle = await open(file, 'w');
  try {
    const entries: Buffer[] = [];
    let offset = 0;
    const write = async (bytes: Uint8Array): Promise<void> => {
      if (offset + bytes.length > MOST_BYTES) throw new RangeError(`${file} is larger than 4 GiB`);
      await handle.writeFile(bytes);
      offset += bytes.length;
    };
    for (const { name, read } of members) {
      const bytes = await read();
      const nameBytes = Buffer.from(name);
      const common = described(nameBytes, bytes);
      entries.push(
        fields([DIRECTORY, 4], [VERSION, 2]),
        common,
        // No comment, the first disk, no attributes, and where the member begins.
        fields([0, 2], [0, 2], [0, 2], [0, 4], [offset, 4]),
        nameBytes,
      );
      await write(Buffer.concat([fields([MEMBER, 4]), common, nameBytes]));
      await write(bytes);
    }
    const start = offset;
    const directory = Buffer.concat(entries);
    await write(directory);
    await write(
      fields(
        [END, 4],
        [0, 2],
        [0, 2],
        [members.length, 2],
        [members.length, 2],
        [directory.length, 4],
        [start, 4],
        [0, 2],
      ),
    );
  } finally {
    await handle.close();
  }
};

/** What is in a pack. */
export interface PackContents extends Pick<PackedModel, 'as' | 'model'> {
  /** Beside the model: files below `serving-configs/` by their paths in the pack. */
  readonly files: Readonly<Record<string, string>>;
}

/**
 * Writes a model in one piece with the code that computes with it. The same files give the same bytes.
 * @param modelFile - The model, which is not copied where the file system allows a second name.
 * @param codeFolder - What the other files are below.
 */
export const writePack = async (
  target: string,
  { as, model, files }: PackContents,
  modelFile: string,
  codeFolder: string,
): Promise<void> => {
  const code = Object.entries(files).map(
    ([inside, file]) => [inside, path.join(codeFolder, file)] as const,
  );
  if (as === 'zip') {
    const members = [...code, [model, modelFile] as const];
    await writeZip(
      target,
      members.map(([name, file]) => ({ name, read: () => readFile(file) })),
    );
    return;
  }
  const place = async (inside: string): Promise<string> => {
    const file = path.join(target, inside);
    await mkdir(path.dirname(file), { recursive: true });
    return file;
  };
  for (const [inside, file] of code) await copyFile(file, await place(inside));
  const placed = await place(model);
  await link(modelFile, placed).catch(() => copyFile(modelFile, placed));
};
