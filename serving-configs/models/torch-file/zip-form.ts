import { ByteReader } from './byte-reader.ts';
import type { NamedTensor, Storage } from './storage.ts';
import { namesOfTensors, tensorsOf } from './tensor-dictionary.ts';
import { unpickle } from './unpickle.ts';
import { UnreadableFile } from './unreadable-file.ts';
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
