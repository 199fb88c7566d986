import { tensorsFromNdList } from '../../../../serving-configs/platforms/djl/messages.ts';
import {
  UnreadableTensors,
  type NamedTensor,
} from '../../../../serving-configs/models/tensors/tensor-body.ts';
import { ndListOf } from '../../../support/nd-list.ts';
import { plain, tensor } from '../../../support/user-model.ts';

/** Answers of DJL Serving 0.36.0 with ONNX Runtime 1.20.0, which was built from its source, in base64. */
const RECORDED: Readonly<Record<string, readonly [string, readonly NamedTensor[]]>> = {
  'several tensors': [
    'AAAAAgAETkRBUgAAAAMBAANzdW0ABURFTlNFAAdGTE9BVDMyAAAAAgAAAAAAAAABAAAAAAAAAAMAAAACAD8APzwAAAAMAADAPwAAEEAAAIBAAAROREFSAAAAAwEABXR3aWNlAAVERU5TRQAFSU5UNjQAAAACAAAAAAAAAAEAAAAAAAAAAwAAAAIAPwA/PAAAABgCAAAAAAAAAAQAAAAAAAAABgAAAAAAAAA=',
    [tensor('sum', 'FP32', [1, 3], [1.5, 2.25, 4]), tensor('twice', 'INT64', [1, 3], [2, 4, 6])],
  ],
  FP32: [
    'AAAAAQAETkRBUgAAAAMBAAlzYW1lX2ZwMzIABURFTlNFAAdGTE9BVDMyAAAAAQAAAAAAAAACAAAAAQA/PAAAAAgAAIA/AAAAwA==',
    [tensor('same_fp32', 'FP32', [2], [1, -2])],
  ],
  FP16: [
    'AAAAAQAETkRBUgAAAAMBAAF5AAVERU5TRQAHRkxPQVQxNgAAAAEAAAAAAAAAAgAAAAEAPzwAAAAEADwAwA==',
    [tensor('y', 'FP16', [2], [0x3c00, 0xc000])],
  ],
  INT64: [
    'AAAAAQAETkRBUgAAAAMBAApzYW1lX2ludDY0AAVERU5TRQAFSU5UNjQAAAABAAAAAAAAAAIAAAABAD88AAAAEAEAAAAAAAAA/v////////8=',
    [tensor('same_int64', 'INT64', [2], [1, -2])],
  ],
  INT32: [
    'AAAAAQAETkRBUgAAAAMBAApzYW1lX2ludDMyAAVERU5TRQAFSU5UMzIAAAABAAAAAAAAAAIAAAABAD88AAAACAEAAAD+////',
    [tensor('same_int32', 'INT32', [2], [1, -2])],
  ],
  UINT8: [
    'AAAAAQAETkRBUgAAAAMBAApzYW1lX3VpbnQ4AAVERU5TRQAFVUlOVDgAAAABAAAAAAAAAAIAAAABAD88AAAAAgHI',
    [tensor('same_uint8', 'UINT8', [2], [1, 200])],
  ],
  BOOL: [
    'AAAAAQAETkRBUgAAAAMBAAlzYW1lX2Jvb2wABURFTlNFAAdCT09MRUFOAAAAAQAAAAAAAAACAAAAAQA/PAAAAAIAAQ==',
    [tensor('same_bool', 'BOOL', [2], [0, 1])],
  ],
};

const recorded = Object.entries(RECORDED).map(
  ([about, [base64, tensors]]) => [about, Buffer.from(base64, 'base64'), tensors] as const,
);

describe('an NDList', () => {
  it.each(recorded)('is read as DJL Serving wrote it: %s', (_, bytes, tensors) => {
    expect(plain(tensorsFromNdList(bytes))).toEqual(plain(tensors));
  });

  it.each(recorded)('is written with the same bytes as by DJL Serving: %s', (_, bytes, tensors) => {
    expect(ndListOf(tensors)).toEqual(bytes);
  });

  it('may have scalars, empty tensors, long names, and tensors without a name', () => {
    const tensors = [
      tensor('scalar', 'FP16', [], [0x3c00]),
      tensor('é'.repeat(200), 'FP32', [0, 3], []),
    ];
    expect(plain(tensorsFromNdList(ndListOf(tensors)))).toEqual(plain(tensors));

    const nameless = Buffer.from(
      ndListOf([tensor('', 'BOOL', [1], [1])])
        .toString('hex')
        .replace('00000003010000', '0000000300'),
      'hex',
    );
    expect(plain(tensorsFromNdList(nameless))).toEqual(plain([tensor('', 'BOOL', [1], [1])]));
  });

  const list = ndListOf([tensor('x', 'FP32', [2], [1, 2])]).toString('latin1');

  it.each([
    ['a text', '<html><body>'],
    ['no magic number', list.replace('NDAR', 'NDIR')],
    ['another version', list.replace('NDAR\0\0\0\u0003', 'NDAR\0\0\0\u0004')],
    ['a type that we do not support', list.replace('FLOAT32', 'FLOAT99')],
    ['big-endian values', list.replace('?<', '?>')],
    ['a length beyond its end', list.replace('<\0\0\0', '<\0\0\u0001')],
    ['a negative length', list.replace('<\0\0\0', '<\u00ff\0\0')],
    ['a negative number of tensors', list.replace('\0', '\u00ff')],
  ])('is refused with %s', (_, broken) => {
    expect(broken).not.toBe(list);
    expect(() => tensorsFromNdList(Buffer.from(broken, 'latin1'))).toThrow(UnreadableTensors);
  });

  it('is refused if it is cut off anywhere', () => {
    const bytes = Buffer.from(list, 'latin1');
    for (let length = 0; length < bytes.length; length += 1) {
      expect(() => tensorsFromNdList(bytes.subarray(0, length))).toThrow(UnreadableTensors);
    }
  });
});
