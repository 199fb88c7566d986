import { ByteReader, UnreadableFile } from './byte-reader.ts';
import {
  fill,
  type FloatTensor,
  namesOfTensors,
  NO_NAMES,
  type Storage,
  tensorsOf,
} from './tensors.ts';
import { unpickle } from './unpickle.ts';
import { readZipMembers } from './zip-members.ts';

const DICTIONARY = '/data.pkl';
/** A member that only TorchScript files have, which contain a program instead of a dictionary. */
const CONSTANTS = '/constants.pkl';

/**
 * Reads the format that `torch.save` has written since torch 1.6: a ZIP archive with a pickle, which is the dictionary of tensors, and a
 * member for each storage. All are in one folder, named as the file was when it was written.
 */
const readZipForm = (bytes: Uint8Array): ReadonlyMap<string, FloatTensor> => {
  const members = readZipMembers(bytes);
  const dictionaryName = [...members.keys()].find((name) => name.endsWith(DICTIONARY)) ?? '';
  const folder = dictionaryName.slice(0, -DICTIONARY.length);
  const pickle = members.get(dictionaryName);
  if (pickle === undefined || members.has(`${folder}${CONSTANTS}`)) {
    throw new UnreadableFile('the archive holds no dictionary of tensors');
  }
  const storages = new Map<string, Storage>();
  const dictionary = unpickle(new ByteReader(pickle), namesOfTensors(storages));
  for (const [key, storage] of storages) {
    fill(storage, key, members.get(`${folder}/data/${key}`));
  }
  return tensorsOf(dictionary);
};

/** The pickled number at the beginning of a file by torch before 1.6; source: torch/serialization.py, `_legacy_save`. */
const MAGIC = Buffer.from('80028a0a6cfc9c46f9206aa850192e', 'hex');

/**
 * Reads the format that `torch.save` wrote before torch 1.6: five pickles (magic number, protocol, system, dictionary of tensors, keys of
 * storages), then the storages in the order of these keys, each preceded by its number of values.
 */
const readLegacyForm = (bytes: Uint8Array): ReadonlyMap<string, FloatTensor> => {
  const reader = new ByteReader(bytes);
  if (!MAGIC.equals(bytes.subarray(0, MAGIC.length))) {
    throw new UnreadableFile('torch.save did not write this file');
  }
  reader.take(MAGIC.length);
  for (const _ of ['protocol', 'system']) unpickle(reader, NO_NAMES);
  const storages = new Map<string, Storage>();
  const dictionary = unpickle(reader, namesOfTensors(storages));
  const keys = unpickle(reader, NO_NAMES);
  for (const key of Array.isArray(keys) ? keys.map(String) : []) {
    const storage = storages.get(key);
    if (storage === undefined) throw new UnreadableFile(`no tensor uses the storage ${key}`);
    fill(storage, key, reader.take(Number(reader.int64()) * storage.type.bytes));
  }
  return tensorsOf(dictionary);
};

/** The first characters of a ZIP archive. */
const ZIP = 'PK';

/**
 * Reads the tensors of 32-bit floats from a file that `torch.save` wrote from a `state_dict()`, with any version of torch. Does not
 * execute anything in the file. Omits integer tensors, which count training steps.
 * @throws UnreadableFile if it is not such a file, or is cut off.
 */
export const readTorchFile = (bytes: Uint8Array): ReadonlyMap<string, FloatTensor> =>
  Buffer.from(bytes.subarray(0, ZIP.length)).toString('latin1') === ZIP
    ? readZipForm(bytes)
    : readLegacyForm(bytes);
