import {
  ByteReader,
  UnreadableFile,
} from '../../../../serving-configs/models/torch-file/byte-reader.ts';
import {
  unpickle,
  type PickleNames,
} from '../../../../serving-configs/models/torch-file/unpickle.ts';
import { op, pickle } from './pickle-writer.ts';

const names: PickleNames = {
  global: (name) => {
    if (name === 'our pair') return (args) => ({ pair: args });
    throw new UnreadableFile(`refused ${name}`);
  },
  persistent: (id) => ({ id }),
};

const read = (bytes: Uint8Array): unknown => unpickle(new ByteReader(bytes), names);

/** All operations that are known, in one pickle. */
const everything = pickle(
  ...[
    [op.mark],
    [op.none, op.true, '\x89', op.int(-5), op.byte(255), op.short(65_535)],
    [op.long([0, 0, 0, 0, 1]), op.long([]), op.long([255])],
    [op.text('größer'), op.put(1)],
    [op.emptyTuple, op.byte(1), op.tuple1, op.byte(1), op.byte(2), op.tuple2],
    [op.emptyList, op.byte(1), op.append, op.mark, op.byte(2), op.byte(3), op.appends],
    [op.emptyDict, op.text('a'), op.byte(1), op.setItem],
    [op.mark, op.text('b'), op.get(1), op.setItems, op.longPut(300)],
    [op.longGet(300), op.none, op.build],
    [op.global('our', 'pair'), op.byte(7), op.tuple1, op.reduce],
    [op.text('key'), op.persistent],
    [op.tuple],
  ].flat(),
);

describe('the reader of pickles', () => {
  it('knows the operations that a dictionary of tensors is written with', () => {
    const map = new Map<string, unknown>([
      ['a', 1],
      ['b', 'größer'],
    ]);

    const plain = [null, true, false, -5, 255, 65_535, 2n ** 32n, 0n, -1n, 'größer'];
    const lists = [[], [1], [1, 2], [1, 2, 3]];
    expect(read(everything)).toEqual(
      plain.concat(lists as never, [map, map, { pair: [7] }, { id: 'key' }] as never),
    );
  });

  it('reads one pickle and stops behind it', () => {
    const reader = new ByteReader(Buffer.concat([pickle(op.byte(1)), pickle(op.byte(2))]));

    expect([unpickle(reader, names), unpickle(reader, names), reader.left]).toEqual([1, 2, 0]);
  });

  it('tells every cut from a whole', () => {
    for (let length = 0; length < everything.length; length++) {
      expect(() => read(everything.subarray(0, length))).toThrow(UnreadableFile);
    }
  });

  it.each([
    [
      'a command',
      pickle(op.global('posix', 'system'), op.text('id'), op.tuple1, op.reduce),
      /refused posix system/,
    ],
    [
      'a name that is no own one of ours',
      pickle(op.global('constructor', '')),
      /refused constructor/,
    ],
    ['INST', pickle(op.mark, 'iposix\nsystem\n'), /0x69/],
    ['OBJ', pickle(op.mark, op.emptyTuple, 'o'), /0x6f/],
    ['NEWOBJ', pickle(op.emptyTuple, op.emptyTuple, '\x81'), /0x81/],
    ['an extension', pickle('\x82\x01'), /0x82/],
    ['a name from the stack', pickle(op.text('posix'), op.text('system'), '\x93'), /0x93/],
    ['a later protocol', Buffer.from('\x80\x04K\x01.', 'latin1'), /protocol 4/],
    ['a call of a number', pickle(op.byte(1), op.emptyTuple, op.reduce), /nothing to call/],
    ['a value that is not there', pickle(op.tuple1), /not there/],
    ['an end without a beginning', pickle(op.tuple), /mark is missing/],
    ['a beginning without an end', pickle(op.mark, op.byte(1)), /leaves values over/],
    ['a thing that was not kept', pickle(op.get(3)), /nothing was kept as 3/],
    [
      'a key alone',
      pickle(op.emptyDict, op.mark, op.text('a'), op.setItems),
      /key without a value/,
    ],
    ['a member for a number', pickle(op.byte(1), op.byte(1), op.append), /no list/],
    ['text that is none', pickle('X\x01\0\0\0\xff'), /not UTF-8/],
    ['text longer than the file', pickle('X\xff\xff\xff\xff'), /cut off/],
  ])('refuses %s', (_, bytes, message) => {
    expect(() => read(bytes)).toThrow(UnreadableFile);
    expect(() => read(bytes)).toThrow(message);
  });
});
