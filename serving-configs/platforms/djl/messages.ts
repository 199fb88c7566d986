/**
 * NDList, the binary format in which the Deep Java Library stores a list of tensors. Numbers are big-endian, texts have their length
 * before them, and the values of a tensor follow its description.
 * Source: NDList.java, NDSerializer.java and Shape.java of ai.djl:api 0.36.0.
 */
import { UnreadableTensors, type NamedTensor } from '../../models/tensors/tensor-body.ts';
import type { Datatype } from '../../models/tensors/tensor-spec.ts';

/** Its media type. */
export const NDLIST = 'tensor/ndlist';

const MAGIC = 'NDAR';
const VERSION = 3;
const LITTLE_ENDIAN = 0x3c;

/** The names in the enumeration `DataType`. */
const TYPES: Readonly<Record<Datatype, string>> = {
  FP32: 'FLOAT32',
  FP16: 'FLOAT16',
  INT64: 'INT64',
  INT32: 'INT32',
  UINT8: 'UINT8',
  BOOL: 'BOOLEAN',
};

const int32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
};

const int64 = (value: number): Buffer => {
  const bytes = Buffer.alloc(8);
  bytes.writeBigInt64BE(BigInt(value));
  return bytes;
};

const text = (value: string): Buffer => {
  const bytes = Buffer.from(value);
  return Buffer.concat([Buffer.from([bytes.length >> 8, bytes.length & 0xff]), bytes]);
};

/** A tensor without its values. */
type Described = Omit<NamedTensor, 'bytes'> & { readonly byteLength: number };

/**
 * Writes a list.
 * @param write - Writes a tensor, given what precedes its values.
 */
export const writeNdList = <Tensor extends Described, Written>(
  tensors: readonly Tensor[],
  write: (tensor: Tensor, head: Uint8Array) => Written,
): readonly Written[] =>
  tensors.map((tensor, at) => {
    const { name, datatype, shape, byteLength } = tensor;
    const head = Buffer.concat([
      ...(at === 0 ? [int32(tensors.length)] : []),
      text(MAGIC),
      int32(VERSION),
      Buffer.from([1]),
      text(name),
      text('DENSE'),
      text(TYPES[datatype]),
      int32(shape.length),
      ...shape.map(int64),
      // The layout: no known letter for each dimension.
      int32(shape.length),
      Buffer.from('\0?'.repeat(shape.length), 'latin1'),
      Buffer.from([LITTLE_ENDIAN]),
      int32(byteLength),
    ]);
    return write(tensor, head);
  });

/** Reads one value after the other. */
const createReader = (bytes: Uint8Array) => {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 0;
  const take = (length: number): Buffer => {
    const end = at + length;
    if (length < 0 || end > buffer.length) throw new UnreadableTensors('the NDList is cut off');
    const taken = buffer.subarray(at, end);
    at = end;
    return taken;
  };
  const readInt32 = (): number => take(4).readInt32BE();
  return {
    take,
    byte: (): number => take(1).readUInt8(),
    int32: readInt32,
    int64: (): number => Number(take(8).readBigInt64BE()),
    text: (): string => take(take(2).readUInt16BE()).toString(),
    /** Reads a list, whose length is before it. */
    list: <Item>(read: () => Item): readonly Item[] => {
      const count = readInt32();
      if (count < 0 || count > buffer.length) {
        throw new UnreadableTensors(`the NDList has a list of ${count}`);
      }
      return Array.from({ length: count }, read);
    },
  };
};

const readTensor = (reader: ReturnType<typeof createReader>): NamedTensor => {
  if (reader.text() !== MAGIC) throw new UnreadableTensors('the body is not an NDList');
  const version = reader.int32();
  if (version !== VERSION) throw new UnreadableTensors(`the NDList has the version ${version}`);
  const name = reader.byte() === 1 ? reader.text() : '';
  // Whether it is sparse, which no tensor here is.
  reader.text();
  const type = reader.text();
  const datatype = (Object.keys(TYPES) as Datatype[]).find((key) => TYPES[key] === type);
  if (datatype === undefined) {
    throw new UnreadableTensors(`tensor "${name}" has the type ${JSON.stringify(type)}`);
  }
  const shape = reader.list(reader.int64);
  // The layout.
  reader.list(() => reader.take(2));
  if (reader.byte() !== LITTLE_ENDIAN) {
    throw new UnreadableTensors(`the values of tensor "${name}" are not little-endian`);
  }
  return { name, datatype, shape, bytes: reader.take(reader.int32()) };
};

/**
 * Reads the tensors of a list. One without a name has the name ''.
 * @throws UnreadableTensors if it is not such a list, or has a tensor that we do not support.
 */
export const tensorsFromNdList = (bytes: Uint8Array): readonly NamedTensor[] => {
  const reader = createReader(bytes);
  return reader.list(() => readTensor(reader));
};
