/**
 * Writes pickles operation by operation (CPython, Lib/pickletools.py), so that tests control every byte and can write pickles that no
 * honest program writes.
 */

const uint32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
};

const join = (...pieces: readonly (Uint8Array | string)[]): Buffer =>
  Buffer.concat(
    pieces.map((piece) => (typeof piece === 'string' ? Buffer.from(piece, 'latin1') : piece)),
  );

export const op = {
  proto: '\x80\x02',
  stop: '.',
  mark: '(',
  none: 'N',
  true: '\x88',
  false: '\x89',
  emptyDict: '}',
  setItem: 's',
  setItems: 'u',
  emptyList: ']',
  appends: 'e',
  emptyTuple: ')',
  tuple: 't',
  tuple1: '\x85',
  reduce: 'R',
  build: 'b',
  persistent: 'Q',
  text: (value: string): Buffer => join('X', uint32(Buffer.byteLength(value)), Buffer.from(value)),
  int: (value: number): Buffer => join('J', uint32(value >>> 0)),
  short: (value: number): Buffer => join('M', Buffer.of(value & 255, value >> 8)),
  /** Only the magic number of a file is such a long integer. */
  long: (bytes: readonly number[]): Buffer => join('\x8a', Buffer.of(bytes.length, ...bytes)),
  global: (module: string, name: string): string => `c${module}\n${name}\n`,
} as const;

/** A complete pickle of protocol 2 from its operations. */
export const pickle = (...operations: readonly (Uint8Array | string)[]): Buffer =>
  join(op.proto, ...operations, op.stop);
