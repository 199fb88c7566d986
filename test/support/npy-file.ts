/** Creates a file as numpy.save writes it. */
export const npyFile = ({
  descr,
  shape,
  bytes,
  version = 1,
  fortran = false,
}: {
  readonly descr: string;
  readonly shape: readonly number[];
  readonly bytes: readonly number[];
  readonly version?: number;
  readonly fortran?: boolean;
}): Buffer => {
  const type = descr.startsWith('[') ? descr : `'${descr}'`;
  const sizes = shape.length === 1 ? `${shape[0]},` : shape.join(', ');
  const order = fortran ? 'True' : 'False';
  const text = `{'descr': ${type}, 'fortran_order': ${order}, 'shape': (${sizes}), }`;
  const lengthBytes = version === 1 ? 2 : 4;
  const start = 8 + lengthBytes;
  const header = Buffer.from(`${text.padEnd(63 - start + Math.ceil(text.length / 64) * 64)}\n`);
  const length = Buffer.alloc(lengthBytes);
  length.writeUIntLE(header.length, 0, lengthBytes);
  const magic = Buffer.from([0x93, ...Buffer.from('NUMPY'), version, 0]);
  return Buffer.concat([magic, length, header, Buffer.from(bytes)]);
};

/** A .npy file of zeros; `size` is the bytes of a value. */
export const zeros = (descr: string, shape: readonly number[], size: number): Buffer => {
  const count = shape.reduce((product, length) => product * length, 1);
  return npyFile({ descr, shape, bytes: Array.from({ length: count * size }, () => 0) });
};
