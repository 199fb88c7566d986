import { open, type FileHandle } from 'node:fs/promises';
import { inflateRawSync } from 'node:zlib';

// Not fflate: it needs the whole archive in memory, and most of this one are weights.
// Source of signatures, lengths and offsets: APPNOTE.TXT 6.3.10 of PKWARE, sections 4.3.7, 4.3.12 and 4.3.16.
const HEADER_BYTES = 30;
const ENTRY_BYTES = 46;
const ENTRY_SIGNATURE = Buffer.from('PK\u0001\u0002');
const END = 0x06_05_4b_50;
const END_BYTES = 22;
const STORED = 0;

/** A member of an archive, as the directory describes it. */
interface ZipEntry {
  readonly name: string;
  /** Whether its content is not compressed. */
  readonly isStored: boolean;
  /** The size of the content in the archive. */
  readonly bytes: number;
  /** The position of the header before the content. */
  readonly at: number;
}

/** Reads the entries of a directory that begins at `start`. */
const readEntries = (file: Buffer, start: number): readonly ZipEntry[] => {
  const entries: ZipEntry[] = [];
  let at = start;
  while (at >= 0 && file.subarray(at, at + ENTRY_SIGNATURE.length).equals(ENTRY_SIGNATURE)) {
    const nameEnd = at + ENTRY_BYTES + file.readUInt16LE(at + 28);
    entries.push({
      name: file.toString('utf8', at + ENTRY_BYTES, nameEnd),
      isStored: file.readUInt16LE(at + 10) === STORED,
      bytes: file.readUInt32LE(at + 20),
      at: file.readUInt32LE(at + 42),
    });
    at = nameEnd + file.readUInt16LE(at + 30) + file.readUInt16LE(at + 32);
  }
  return entries;
};

/** The signature of a model's `forward` method, which servers call. */
export interface Forward {
  /** The names of its arguments. */
  readonly takes: readonly string[];
  /** How many arguments are required; the others have defaults. */
  readonly least: number;
  /** The return type in TorchScript, such as `Tuple[Tensor, Tensor]`. */
  readonly gives: string;
}

/** The records between the directory and the end of an archive in the format for more than 4 GiB. */
const ZIP64_END_BYTES = 76;
/** More than the directory of any TorchScript file. */
const MAX_DIRECTORY_BYTES = 2 ** 26;

const bytesAt = async (file: FileHandle, at: number, length: number): Promise<Buffer> => {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, at);
  return buffer.subarray(0, bytesRead);
};

const readDirectory = async (file: FileHandle): Promise<readonly ZipEntry[]> => {
  const { size } = await file.stat();
  const last = (count: number): Promise<Buffer> =>
    bytesAt(file, Math.max(0, size - count), Math.min(count, size));
  const end = await last(END_BYTES);
  if (end.length < END_BYTES || end.readUInt32LE() !== END) return [];
  const directoryBytes = Math.min(end.readUInt32LE(12), MAX_DIRECTORY_BYTES);
  const directory = await last(directoryBytes + ZIP64_END_BYTES + END_BYTES);
  return readEntries(directory, directory.indexOf(ENTRY_SIGNATURE));
};

const contentOf = async (file: FileHandle, { at, bytes, isStored }: ZipEntry): Promise<string> => {
  const header = await bytesAt(file, at, HEADER_BYTES);
  const start = at + HEADER_BYTES + header.readUInt16LE(26) + header.readUInt16LE(28);
  const content = await bytesAt(file, start, bytes);
  return (isStored ? content : inflateRawSync(content)).toString();
};

/** The module and name of the model's class, at the beginning of its pickle. */
const CLASS = /^..c(__torch__[\w.]*)\n(\w+)\n/s;
const FORWARD = /^ {2}def forward\(\w+: [\w.]+(?:,\s*)?([^]*?)\) -> ([^\n]+):$/m;

const forwardIn = (code: string, name: string): Forward | undefined => {
  const [, classCode = ''] = code.split(new RegExp(`^class ${name}\\(Module\\):$`, 'm'));
  const [, list = '', gives = ''] = FORWARD.exec(classCode.split(/^class /m)[0] ?? '') ?? [];
  if (gives === '') return undefined;
  const takes = list === '' ? [] : list.split(/,\s*(?=\w+: )/);
  return {
    takes: takes.map((argument) => argument.replace(/:[^]*/, '')),
    least: takes.filter((argument) => !argument.includes('=')).length,
    gives,
  };
};

/**
 * Reads the signature of the model in a TorchScript file, without reading its weights. Returns undefined if torch.jit.save did not write
 * the file, and `unknown` if the signature is not found in its code.
 */
export const readForward = async (file: string): Promise<Forward | 'unknown' | undefined> => {
  const opened = await open(file);
  try {
    const entries = await readDirectory(opened);
    // torch.save writes no such member.
    const isScript = entries.some(({ name }) => name.endsWith('/constants.pkl'));
    if (!isScript) return undefined;
    const read = async (member: string): Promise<string> => {
      const entry = entries.find(({ name }) => name.replace(/^[^/]*\//, '') === member);
      return entry === undefined ? '' : contentOf(opened, entry);
    };
    const [, module = '', name = ''] = CLASS.exec(await read('data.pkl')) ?? [];
    return forwardIn(await read(`code/${module.replaceAll('.', '/')}.py`), name) ?? 'unknown';
  } finally {
    await opened.close();
  }
};
