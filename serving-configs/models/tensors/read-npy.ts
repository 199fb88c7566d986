/**
 * Reads .npy files, which numpy.save writes.
 * Source: numpy.lib.format, versions 1.0 to 3.0.
 */
import { UnreadableTensors, type NamedTensor } from './tensor-body.ts';
import { DATATYPES, sizeOfShape, type Datatype } from './tensor-spec.ts';

const MAGIC = '\x93NUMPY';

/** Datatypes by numpy's type codes without byte order. */
const TYPES: Readonly<Record<string, Datatype>> = {
  f4: 'FP32',
  f2: 'FP16',
  i8: 'INT64',
  i4: 'INT32',
  u1: 'UINT8',
  b1: 'BOOL',
};

/** The header, which is a Python dictionary such as `{'descr': '<f4', 'fortran_order': False, 'shape': (1, 3), }`, and its end. */
const headerOf = (file: Buffer): { readonly text: string; readonly end: number } => {
  if (file.toString('latin1', 0, 6) !== MAGIC || file.length < 12) {
    throw new UnreadableTensors('it is not a numpy .npy file');
  }
  const isFirst = file[6] === 1;
  const start = isFirst ? 10 : 12;
  const end = start + (isFirst ? file.readUInt16LE(8) : file.readUInt32LE(8));
  return { text: file.toString('utf8', start, end), end };
};

/**
 * Reads the tensor of a file.
 * @throws UnreadableTensors if it is not a .npy file, is cut off, or has an unsupported type or order of values.
 */
export const readNpy = (bytes: Uint8Array): Omit<NamedTensor, 'name'> => {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const { text, end } = headerOf(file);
  const [, order = '', code = ''] = /'descr': *'([<>|=])([a-zA-Z]\d+)'/.exec(text) ?? [];
  const [, sizes] = /'shape': *\(([\d, ]*)\)/.exec(text) ?? [];
  const datatype = TYPES[code];
  if (datatype === undefined || sizes === undefined) {
    const known = Object.entries(DATATYPES).map(([, { onnx }]) => onnx);
    throw new UnreadableTensors(
      `it holds ${code === '' ? 'values without a plain type' : `values of the type "${code}"`}; supported types: ${known.join(', ')}`,
    );
  }
  if (order === '>') {
    throw new UnreadableTensors('it is big-endian; array.astype(array.dtype.newbyteorder("<"))');
  }
  if (/'fortran_order': *True/.test(text)) {
    throw new UnreadableTensors('it is in Fortran order; save numpy.ascontiguousarray(array)');
  }
  const shape = sizes
    .split(',')
    .map((size) => size.trim())
    .filter((size) => size !== '')
    .map(Number);
  const wanted = sizeOfShape(shape) * DATATYPES[datatype].bytes;
  if (file.length !== end + wanted) {
    throw new UnreadableTensors(`it has ${file.length - end} bytes of values instead of ${wanted}`);
  }
  return { datatype, shape, bytes: file.subarray(end) };
};
