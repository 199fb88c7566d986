import { readZipForm } from '../../../../serving-configs/models/torch-file/read-torch-file.ts';
import { UnreadableFile } from '../../../../serving-configs/models/torch-file/byte-reader.ts';
import { op, pickle } from './pickle-writer.ts';
import { zipMembers, zipTorchFile, type WrittenTensor } from './torch-writer.ts';
import { zipArchive, type WrittenMember } from './zip-writer.ts';

const rows: WrittenTensor = {
  name: 'rows',
  storage: { key: '0', values: [1, 2, 3, 4, 5, 6] },
  shape: [2, 3],
};
const [dictionary, values, version] = zipMembers([rows]) as [
  WrittenMember,
  WrittenMember,
  WrittenMember,
];
const member = (name: string, bytes: Uint8Array | string = ''): WrittenMember => ({
  name: `weights/${name}`,
  bytes: Buffer.from(bytes as string),
});

const reading = (...members: readonly WrittenMember[]) => {
  const file = zipArchive(members);
  return () => readZipForm(file);
};

describe('the reader of torch files since torch 1.6', () => {
  it('does not care where a tensor begins in the file, and in which order members stand', () => {
    const wanted = readZipForm(zipTorchFile([rows]));
    const shifted = Buffer.concat([Buffer.of(0), zipTorchFile([rows])]).subarray(1);

    expect(readZipForm(shifted)).toEqual(wanted);
    expect(reading(member('x', 'odd'), values, version, dictionary)()).toEqual(wanted);
  });

  it('takes what later releases write beside the tensors', () => {
    const beside = [member('byteorder', 'little'), member('.data/serialization_id', '123')];

    expect(reading(dictionary, values, ...beside)().get('rows')?.shape).toEqual([2, 3]);
  });

  it.each<[string, readonly WrittenMember[], RegExp]>([
    [
      'an archive of something else',
      [member('a.txt')],
      /none of torch\.save.* no single data\.pkl/,
    ],
    [
      'an archive of two files',
      [dictionary, values, { ...dictionary, name: 'other/data.pkl' }],
      /no single data\.pkl/,
    ],
    ['TorchScript', [dictionary, values, member('constants.pkl')], /TorchScript/],
    [
      'numbers of another byte order',
      [dictionary, values, member('byteorder', 'big')],
      /little-endian/,
    ],
    ['missing values', [dictionary, version], /values of the storage 0 are missing/],
    [
      'too few values',
      [dictionary, member('data/0', new Uint8Array(20))],
      /storage 0 has 5 values, not 6/,
    ],
    [
      'something behind the dictionary',
      [member('data.pkl', Buffer.concat([dictionary.bytes, Buffer.of(0)])), values],
      /1 bytes too many stand in data\.pkl/,
    ],
    [
      'a whole module instead of its tensors',
      [member('data.pkl', pickle(op.global('torchvision.models.resnet', 'ResNet')))],
      /names torchvision\.models\.resnet ResNet, .* refused/,
    ],
  ])('refuses %s', (_, members, message) => {
    expect(reading(...members)).toThrow(UnreadableFile);
    expect(reading(...members)).toThrow(message);
  });
});
