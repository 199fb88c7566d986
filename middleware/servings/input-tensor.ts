/** The inputs of requests. Each can be written in the forms that protocols need, from the values that the middleware has. */
import type { Pixels } from '../../serving-configs/models/input/geometry.ts';
import { shapeOf, type ImageInput } from '../../serving-configs/models/input/image-input.ts';
import {
  normalisationOf,
  toNumbers,
  type Normalisation,
} from '../../serving-configs/models/input/normalise.ts';
import { textsOf, type NamedTensor } from '../../serving-configs/models/tensors/tensor-body.ts';
import { BufferPool, type Borrowed } from './buffer-pool.ts';
import { fullsizeRowsAsJson, listAsJson, rowsAsJson } from './json-tensor.ts';

/** A part of a request. */
export interface Written {
  /** Sent one after the other, so that none has to be copied. */
  readonly parts: readonly Uint8Array[];
  /** Returns memory to its pool. */
  readonly release?: () => void;
}

/** A tensor with its values. Texts around them are ASCII. */
export interface InputTensor extends Omit<NamedTensor, 'bytes'> {
  /** The number of bytes of the values. */
  readonly byteLength: number;
  /** Writes the values in little-endian order after `head`, which is in the same buffer if that saves one. */
  readonly asBytes: (head?: Uint8Array) => Written;
  /** Writes the values as a flat list in JSON. */
  readonly asList: (before: string, after: string) => Written;
  readonly named: () => NamedTensor;
}

/** The tensor of an image. */
export interface ImageTensor extends InputTensor {
  /** Writes the image as nested rows in JSON: `[[[first,second,third],…],…]`, height × width × 3. */
  readonly asRows: (before: string, after: string) => Written;
}

const nothing = new Uint8Array(0);

/** A tensor as a client sent it. */
export const givenTensor = (tensor: NamedTensor): InputTensor => {
  const { name, datatype, shape, bytes } = tensor;
  return {
    name,
    datatype,
    shape,
    byteLength: bytes.length,
    asBytes: (head = nothing) => ({ parts: head.length === 0 ? [bytes] : [head, bytes] }),
    asList: (before, after) => ({
      parts: [Buffer.from(`${before}[${textsOf(tensor).join()}]${after}`, 'latin1')],
    }),
    named: () => tensor,
  };
};

/** How the pixels of an image become the values of a tensor. */
export interface PixelForm {
  readonly normalisation: Normalisation;
  /** Whether rows in JSON have the exact numbers, or four decimals. */
  readonly rows: 'exact' | 'rounded';
}

/** The form of an input. The study of 2021 sent the unresized image with four decimals. */
export const formOf = (image: ImageInput): PixelForm => ({
  normalisation: normalisationOf(image),
  rows: image.resize === 'as-is' ? 'rounded' : 'exact',
});

/** About fifty inputs of the default model; a process rarely has more in flight. */
const MAX_KEPT_BYTES = 32 * 2 ** 20;
const pool = new BufferPool(MAX_KEPT_BYTES);
const { BYTES_PER_ELEMENT } = Float32Array;

const one = ({ bytes, release }: Borrowed): Written => ({ parts: [bytes], release });

/** An image as a tensor of 32-bit floats. Its values are written straight from the pixels, because that takes the least time. */
export const pixelTensor = (
  name: string,
  pixels: Pixels,
  { normalisation, rows }: PixelForm,
): ImageTensor => {
  const shape = shapeOf(normalisation.layout, pixels);
  const count = pixels.width * pixels.height * 3;
  return {
    name,
    datatype: 'FP32',
    shape,
    byteLength: count * BYTES_PER_ELEMENT,
    asBytes: (head = nothing) => {
      // A Float32Array must start at a multiple of four bytes.
      const start = Math.ceil(head.length / BYTES_PER_ELEMENT) * BYTES_PER_ELEMENT;
      const end = start + count * BYTES_PER_ELEMENT;
      const scratch = pool.take(end);
      scratch.bytes.set(head, start - head.length);
      const into = new Float32Array(scratch.bytes.buffer, start, count);
      toNumbers(pixels, normalisation, into);
      return one(pool.lend(scratch, start - head.length, end));
    },
    asList: (before, after) => one(listAsJson(pixels, normalisation, before, after)),
    asRows: (before, after) =>
      one(
        rows === 'rounded'
          ? fullsizeRowsAsJson(pixels, normalisation, before, after)
          : rowsAsJson(pixels, normalisation, before, after),
      ),
    named: () => {
      const numbers = toNumbers(pixels, normalisation);
      const bytes = new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength);
      return { name, datatype: 'FP32', shape, bytes };
    },
  };
};

/** The body of a request from what several tensors wrote. */
export const joinWritten = (
  written: readonly Written[],
): { readonly body: readonly Uint8Array[]; readonly release: () => void } => {
  const releases = written.flatMap(({ release }) => release ?? []);
  return {
    body: written.flatMap(({ parts }) => parts),
    release: () => {
      for (const release of releases) release();
    },
  };
};
