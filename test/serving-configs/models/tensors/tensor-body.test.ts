import {
  readTensors,
  writeTensors,
} from '../../../../serving-configs/models/tensors/tensor-body.ts';
import { plain, tensor } from '../../../support/user-model.ts';

const ids = tensor('ids', 'INT64', [1, 3], [101, -7, 102]);
const half = tensor('half', 'FP16', [1], [0x3c00]);
const simpleTensors = [
  tensor('x', 'FP32', [2], [0.1, -2.5]),
  tensor('n', 'INT32', [1], [-3]),
  tensor('u', 'UINT8', [2, 1], [0, 255]),
  tensor('mask', 'BOOL', [3], [1, 0, 1]),
];

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
    const values = tensor('u', 'UINT8', [3], [...Buffer.from('10}')]);
    const body = Buffer.concat(writeTensors([values], 'inputs', 'binary').body);

    expect(plain(readTensors(body, 'inputs').tensors)).toEqual(plain([values]));
  });

  it('may have nested values in JSON', () => {
    const body = Buffer.from(
      '{"outputs":[{"name":"x","datatype":"FP32","shape":[2,2],"data":[[1,2],[3,4]]}]}',
    );

    expect(plain(readTensors(body, 'outputs').tensors)).toEqual(
      plain([tensor('x', 'FP32', [2, 2], [1, 2, 3, 4])]),
    );
  });

  it('keep 64-bit integers exact when they are written as JSON', () => {
    const bytes = new Uint8Array(BigInt64Array.of(2n ** 60n + 1n).buffer);
    const large = { ...ids, shape: [1], bytes };

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
      'a text',
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
