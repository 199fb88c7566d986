import { ByteReader, UnreadableFile } from './byte-reader.ts';
import { type NamedTensor, namesOfTensors, NO_NAMES, type Storage, tensorsOf } from './storage.ts';
import { unpickle } from './unpickle.ts';
import { readZipMembers } from './zip-members.ts';

const DICTIONARY = 'data.pkl';
/** Only TorchScript has it: a program, not a dictionary. */
const CONSTANTS = 'constants.pkl';
/** Written since torch 2.1. */
const BYTE_ORDER = 'byteorder';

/** The folder that all members lie in, with its slash: it has the name that the file had when it was written. */
const folderOf = (names: readonly string[]): string => {
  const [dictionary, second] = names.filter((name) => name.endsWith(`/${DICTIONARY}`));
  if (dictionary === undefined || second !== undefined) {
    throw new UnreadableFile(`the archive is none of torch.save: it has no single ${DICTIONARY}`);
  }
  return dictionary.slice(0, -DICTIONARY.length);
};

const fillStorages = (
  storages: ReadonlyMap<string, Storage>,
  memberOf: (key: string) => Buffer | undefined,
): void => {
  for (const [key, storage] of storages) {
    const bytes = memberOf(key);
    if (bytes === undefined)
      throw new UnreadableFile(`the values of the storage ${key} are missing`);
    const length = bytes.length / storage.type.bytes;
    if (length !== storage.length) {
      throw new UnreadableFile(`the storage ${key} has ${length} values, not ${storage.length}`);
    }
    // A copy, which lies at a multiple of four bytes as an array must.
    if (storage.type.isFloat) storage.values = new Float32Array(new Uint8Array(bytes).buffer);
  }
};

/**
 * Reads what `torch.save` writes since torch 1.6: a ZIP archive of one pickle, the dictionary of tensors, and a member for
 * each storage.
 * @throws UnreadableFile where it is not such a file or is cut off.
 */
export const readZipForm = (bytes: Uint8Array): ReadonlyMap<string, NamedTensor> => {
  const { names, read } = readZipMembers(bytes);
  const folder = folderOf(names);
  if (names.includes(`${folder}${CONSTANTS}`)) {
    throw new UnreadableFile('the file is TorchScript, not a dictionary of tensors');
  }
  const order = read(`${folder}${BYTE_ORDER}`)?.toString('latin1') ?? 'little';
  if (order !== 'little') {
    throw new UnreadableFile('the file does not say that its numbers are little-endian');
  }
  const storages = new Map<string, Storage>();
  const reader = new ByteReader(read(`${folder}${DICTIONARY}`) ?? Buffer.alloc(0));
  const dictionary = unpickle(reader, namesOfTensors(storages));
  if (reader.left > 0)
    throw new UnreadableFile(`${reader.left} bytes too many stand in ${DICTIONARY}`);
  fillStorages(storages, (key) => read(`${folder}data/${key}`));
  return tensorsOf(dictionary);
};

/** The numbers with which `torch.save` of torch before 1.6 begins: torch/serialization.py, `_legacy_save`. */
const MAGIC = 0x1950a86a20f9469cfc6cn;
const PROTOCOL = 1001;

const readMagic = (reader: ByteReader): void => {
  let magic: unknown;
  try {
    magic = unpickle(reader, NO_NAMES);
  } catch (error) {
    if (!(error instanceof UnreadableFile)) throw error;
    throw new UnreadableFile(`this is no file of torch.save: ${error.message}`, { cause: error });
  }
  if (magic !== MAGIC)
    throw new UnreadableFile('this is no file of torch.save: its first number is another');
  const protocol = unpickle(reader, NO_NAMES);
  if (protocol !== PROTOCOL) {
    throw new UnreadableFile(
      `the file has protocol ${String(protocol)} of torch.save, not ${PROTOCOL}`,
    );
  }
  const system = unpickle(reader, NO_NAMES);
  if (!(system instanceof Map) || system.get('little_endian') !== true) {
    throw new UnreadableFile('the file does not say that its numbers are little-endian');
  }
};

/** Reads the values of all storages: in the order of a list of their keys, each behind its number of values. */
const readStorages = (reader: ByteReader, storages: ReadonlyMap<string, Storage>): void => {
  const keys = unpickle(reader, NO_NAMES);
  if (!Array.isArray(keys)) throw new UnreadableFile('the list of storages is missing');
  const awaited = new Map(storages);
  for (const key of keys as readonly unknown[]) {
    const storage = typeof key === 'string' ? awaited.get(key) : undefined;
    if (storage === undefined)
      throw new UnreadableFile(`no tensor uses the storage ${String(key)}`);
    awaited.delete(String(key));
    const length = reader.int64();
    if (length !== BigInt(storage.length)) {
      throw new UnreadableFile(
        `the storage ${String(key)} has ${length} values, not ${storage.length}`,
      );
    }
    const bytes = reader.take(storage.length * storage.type.bytes);
    // A copy: in the file the values lie anywhere, in an array at a multiple of their size.
    if (storage.type.isFloat) storage.values = new Float32Array(new Uint8Array(bytes).buffer);
  }
  const [missing] = awaited.keys();
  if (missing !== undefined)
    throw new UnreadableFile(`the values of the storage ${missing} are missing`);
  if (reader.left > 0) throw new UnreadableFile(`${reader.left} bytes too many stand at the end`);
};

/**
 * Reads what `torch.save` wrote before torch 1.6: five pickles (magic number, protocol, system, dictionary of tensors, keys
 * of storages), then the storages.
 * @throws UnreadableFile where it is not such a file or is cut off.
 */
export const readLegacyForm = (bytes: Uint8Array): ReadonlyMap<string, NamedTensor> => {
  const reader = new ByteReader(bytes);
  readMagic(reader);
  const storages = new Map<string, Storage>();
  const dictionary = unpickle(reader, namesOfTensors(storages));
  if (!(dictionary instanceof Map))
    throw new UnreadableFile('the file holds no dictionary of tensors');
  readStorages(reader, storages);
  return tensorsOf(dictionary);
};

/** With which a ZIP archive begins. */
const ZIP = 'PK';

/**
 * Reads the tensors of 32-bit floats from a file that `torch.save` wrote from a `state_dict()`, in the form of torch 1.6
 * and later or in the older one. Nothing in the file can run, and its claims are checked against its length. Tensors of
 * whole numbers, which count training steps, are left out.
 * @throws UnreadableFile where it is not such a file or is cut off.
 */
export const readTorchFile = (bytes: Uint8Array): ReadonlyMap<string, NamedTensor> =>
  Buffer.from(bytes.subarray(0, ZIP.length)).toString('latin1') === ZIP
    ? readZipForm(bytes)
    : readLegacyForm(bytes);
