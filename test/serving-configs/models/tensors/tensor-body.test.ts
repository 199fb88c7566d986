import {
  readTensors,
  writeTensors,
  type NamedTensor,
} from '../../../../serving-configs/models/tensors/tensor-body.ts';

const bytesOf = (values: ArrayBufferView): Uint8Array =>
  new Uint8Array(values.buffer, values.byteOffset, values.byteLength);

const ids: NamedTensor = {
  name: 'ids',
  datatype: 'INT64',
  shape: [1, 3],
  bytes: bytesOf(new BigInt64Array([101n, -7n, 102n])),
};
const simpleTensors: readonly NamedTensor[] = [
  { name: 'x', datatype: 'FP32', shape: [2], bytes: bytesOf(new Float32Array([0.1, -2.5])) },
  { name: 'n', datatype: 'INT32', shape: [1], bytes: bytesOf(new Int32Array([-3])) },
  { name: 'u', datatype: 'UINT8', shape: [2, 1], bytes: new Uint8Array([0, 255]) },
  { name: 'mask', datatype: 'BOOL', shape: [3], bytes: new Uint8Array([1, 0, 1]) },
];
const half: NamedTensor = {
  name: 'half',
  datatype: 'FP16',
  shape: [1],
  bytes: new Uint8Array([0, 60]),
};

const plain = (tensors: readonly NamedTensor[]) =>
  tensors.map((tensor) => ({ ...tensor, bytes: [...tensor.bytes] }));

describe('Named tensors as a body', () => {
  it.each([
    ['binary', [ids, half, ...simpleTensors]],
    ['json', [ids, ...simpleTensors]],
  ] as const)('are the same after a round trip through %s', (encoding, tensors) => {
    const { body, jsonLength } = writeTensors(tensors, 'inputs', encoding, { id: 'a "}{" b' });
    const read = readTensors(Buffer.concat(body), 'inputs');

    expect(plain(read.tensors)).toEqual(plain(tensors));
    expect(read).toMatchObject({ encoding, head: { id: 'a "}{" b' } });
    expect(readTensors(Buffer.concat(body), 'inputs', jsonLength).encoding).toBe(encoding);
  });

  it('are the same after a round trip as bytes, even if the last byte closes an object', () => {
    const values = { name: 'u', datatype: 'UINT8', shape: [3], bytes: Buffer.from('10}') } as const;
    const body = Buffer.concat(writeTensors([values], 'inputs', 'binary').body);

    expect(plain(readTensors(body, 'inputs').tensors)).toEqual(plain([values]));
  });

  it('may have nested values in JSON', () => {
    const body = Buffer.from(
      '{"outputs":[{"name":"x","datatype":"FP32","shape":[2,2],"data":[[1,2],[3,4]]}]}',
    );
    const [tensor] = readTensors(body, 'outputs').tensors;

    expect(new Float32Array(tensor?.bytes.slice().buffer ?? new ArrayBuffer(0))).toEqual(
      new Float32Array([1, 2, 3, 4]),
    );
  });

  it('keep 64-bit integers exact when they are written as JSON', () => {
    const large = { ...ids, shape: [1], bytes: bytesOf(new BigInt64Array([2n ** 60n + 1n])) };

    expect(Buffer.concat(writeTensors([large], 'inputs', 'json').body).toString()).toContain(
      '[1152921504606846977]',
    );
  });

  it.each([
    ['JSON that is cut off', '{"inputs":[', 'JSON'],
    ['no list of tensors', '{"outputs":[]}', '"inputs"'],
    [
      'JSON cannot represent',
      '{"inputs":[{"name":"x","datatype":"FP32","shape":[1],"data":[-Infinity]}]}',
      '-Infinity',
    ],
    [
      'a declared number of bytes that are not there',
      '{"inputs":[{"name":"x","datatype":"FP32","shape":[1],"data":[1],"parameters":{"binary_data_size":4}}]}',
      '0 bytes',
    ],
    ['an unknown type', '{"inputs":[{"name":"x","datatype":"FP8","shape":[1]}]}', 'FP8'],
    ['no shape', '{"inputs":[{"name":"x","datatype":"FP32","data":[1]}]}', 'shape'],
    ['no values', '{"inputs":[{"name":"x","datatype":"FP32","shape":[1]}]}', 'values'],
    [
      'too few values',
      '{"inputs":[{"name":"x","datatype":"FP32","shape":[2],"data":[1]}]}',
      '4 bytes',
    ],
    [
      'text among numbers',
      '{"inputs":[{"name":"x","datatype":"FP32","shape":[1],"data":["1"]}]}',
      '"1"',
    ],
    [
      'a number beyond its type',
      '{"inputs":[{"name":"x","datatype":"FP32","shape":[1],"data":[1e39]}]}',
      '1e+39',
    ],
    [
      'a fraction among integers',
      '{"inputs":[{"name":"x","datatype":"INT64","shape":[1],"data":[1.5]}]}',
      '1.5',
    ],
    [
      'an integer that JSON rounds',
      '{"inputs":[{"name":"x","datatype":"INT64","shape":[1],"data":[9007199254740993]}]}',
      '9007199254740992',
    ],
    ['FP16 as JSON', '{"inputs":[{"name":"x","datatype":"FP16","shape":[1],"data":[1]}]}', 'FP16'],
  ])('are refused with %s', (_, body, words) => {
    expect(() => readTensors(Buffer.from(body), 'inputs')).toThrow(
      expect.objectContaining({
        name: 'UnreadableTensors',
        message: expect.stringContaining(words),
      }),
    );
  });

  it('are refused as JSON if they are FP16', () => {
    expect(() => writeTensors([half], 'outputs', 'json')).toThrow(
      expect.objectContaining({ name: 'UnreadableTensors' }),
    );
  });
});
