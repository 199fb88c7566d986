import { readNpy } from '../../../../serving-configs/models/tensors/read-npy.ts';
import { npyFile } from '../../../support/npy-file.ts';

const plain = (bytes: Uint8Array) => {
  const tensor = readNpy(bytes);
  return { ...tensor, bytes: [...tensor.bytes] };
};

describe('A .npy file', () => {
  it.each([
    ['<f4', 'FP32', [0, 0, 128, 63]],
    ['<f2', 'FP16', [0, 60]],
    ['<i8', 'INT64', [1, 0, 0, 0, 0, 0, 0, 0]],
    ['<i4', 'INT32', [1, 0, 0, 0]],
    ['|u1', 'UINT8', [1]],
    ['|b1', 'BOOL', [1]],
  ] as const)('of the type %s is a tensor of %s', (descr, datatype, value) => {
    const bytes = [...value, ...value];

    expect(plain(npyFile({ descr, shape: [1, 2], bytes }))).toEqual({
      datatype,
      shape: [1, 2],
      bytes,
    });
  });

  it.each([1, 2, 3])('of version %i is read', (version) => {
    const file = npyFile({ descr: '|u1', shape: [3], bytes: [1, 2, 3], version });

    expect(plain(file)).toMatchObject({ shape: [3], bytes: [1, 2, 3] });
  });

  it('may have a single value without dimensions', () => {
    expect(plain(npyFile({ descr: '|u1', shape: [], bytes: [7] }))).toMatchObject({
      shape: [],
      bytes: [7],
    });
  });

  it.each([
    ['has another format', Buffer.from('PK plain text'), 'not a numpy .npy'],
    ['holds doubles', npyFile({ descr: '<f8', shape: [1], bytes: [] }), '"f8"'],
    ['holds records', npyFile({ descr: "[('a', '<f4')]", shape: [1], bytes: [] }), 'plain type'],
    ['is big-endian', npyFile({ descr: '>f4', shape: [1], bytes: [1, 2, 3, 4] }), 'big-endian'],
    [
      'is in Fortran order',
      npyFile({ descr: '|u1', shape: [1], bytes: [1], fortran: true }),
      'Fortran',
    ],
    ['is cut off', npyFile({ descr: '|u1', shape: [2, 2], bytes: [1, 2, 3] }), '3 bytes'],
  ])('is refused if it %s', (_, file, reason) => {
    expect(() => readNpy(file)).toThrow(reason);
  });
});
