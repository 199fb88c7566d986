import { readTorchFile } from '../../../../serving-configs/models/torch-file/read-torch-file.ts';
import { UnreadableFile } from '../../../../serving-configs/models/torch-file/byte-reader.ts';
import { op, pickle } from './pickle-writer.ts';
import { legacyTorchFile, zipMembers, zipTorchFile, type WrittenTensor } from './torch-writer.ts';
import { zipArchive, type WrittenMember } from './zip-writer.ts';

const storage = { key: '94', values: [1, 2, 3, 4, 5, 6] };
const rows: WrittenTensor = { name: 'rows', storage, shape: [2, 3] };
const counted = { key: '95', type: 'LongStorage', values: [7] } as const;
const steps: WrittenTensor = { name: 'steps', storage: counted, shape: [] };

const FORMS = [
  ['before torch 1.6', legacyTorchFile],
  ['since torch 1.6', zipTorchFile],
] as const;

describe.each(FORMS)('a torch file in the format %s', (_, torchFile) => {
  const read = (tensors: readonly WrittenTensor[]) =>
    Object.fromEntries(
      [...readTorchFile(torchFile(tensors))].map(([name, { shape, values }]) => [
        name,
        { shape, values: Array.from(values) },
      ]),
    );

  it('has tensors by name, with shape and values, without the counters of training steps', () => {
    const other = { name: 'other', storage: { key: '9', values: [0.5] }, shape: [] };
    const second = { name: 'second row', storage, offset: 3, shape: [3, 1], strides: [1, 99] };
    const turned = { name: 'turned', storage, shape: [3, 2], strides: [1, 3] };

    expect(read([{ ...rows, isParameter: true }, steps, other, second, turned])).toEqual({
      rows: { shape: [2, 3], values: [1, 2, 3, 4, 5, 6] },
      other: { shape: [], values: [0.5] },
      'second row': { shape: [3, 1], values: [4, 5, 6] },
      turned: { shape: [3, 2], values: [1, 4, 2, 5, 3, 6] },
    });
  });

  it('has the same tensors even if its values are not aligned in memory', () => {
    const file = torchFile([rows]);
    const shifted = Buffer.concat([Buffer.of(0), file]).subarray(1);

    expect(readTorchFile(shifted)).toEqual(readTorchFile(file));
  });

  it('is refused if it is cut off', () => {
    const file = torchFile([rows]);
    for (let length = 0; length < file.length; length++) {
      expect(() => readTorchFile(file.subarray(0, length))).toThrow(UnreadableFile);
    }
  });

  it.each<[string, WrittenTensor]>([
    ['half floats', { ...rows, storage: { ...storage, type: 'HalfStorage' } }],
    ['a tensor beyond its storage', { ...rows, shape: [2, 4] }],
    ['strides beyond its storage', { ...rows, strides: [4, 1] }],
    ['a tensor that repeats one value', { ...rows, shape: [60_000, 60_000], strides: [0, 0] }],
    ['a negative size', { ...rows, shape: [-1, 3] }],
  ])('is refused with %s', (__, tensor) => {
    expect(() => read([tensor])).toThrow(UnreadableFile);
  });

  it.each([
    ['a command', [op.global('posix', 'system'), op.text('id'), op.tuple1, op.reduce]],
    ['a name of JavaScript', [op.global('__proto__', ''), op.emptyTuple, op.reduce]],
    ['a call of a type', [op.global('torch', 'FloatStorage'), op.emptyTuple, op.reduce]],
    ['a whole module', [op.global('torchvision.models.resnet', 'ResNet')]],
    ['an object of a class (NEWOBJ)', [op.emptyTuple, op.emptyTuple, '\x81']],
    ['a name from the stack', [op.text('posix'), op.text('system'), '\x93']],
    ['a value that is not there', [op.tuple1]],
    ['a list', [op.emptyList]],
  ])('is refused if its dictionary is %s, without running any of it', (__, operations) => {
    expect(() => readTorchFile(torchFile([rows], pickle(...operations)))).toThrow(UnreadableFile);
  });
});

describe('a torch file', () => {
  const [dictionary, values] = zipMembers([rows]) as [WrittenMember, WrittenMember];
  const file = zipTorchFile([rows]);
  const damaged = Buffer.from(file);
  damaged.writeUInt8(1, file.indexOf(values.bytes));
  const script = { name: 'weights/constants.pkl', bytes: Buffer.alloc(0) };

  it.each([
    ['empty', Buffer.alloc(0)],
    ['a text', Buffer.from('hello, world')],
    ['an archive of something else', zipArchive([{ name: 'a.txt', bytes: Buffer.from('a') }])],
    ['compressed', zipArchive([dictionary, { ...values, method: 8 }])],
    ['damaged', damaged],
    ['without its values', zipArchive([dictionary])],
    ['TorchScript', zipArchive([dictionary, values, script])],
  ])('is refused if it is %s', (_, bytes) => {
    expect(() => readTorchFile(bytes)).toThrow(UnreadableFile);
  });
});
