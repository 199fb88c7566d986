import type { ImageInput } from '../serving-configs/models/input/image-input.ts';
import { imageTensor } from '../serving-configs/models/tensors/image-tensor.ts';
import { mismatchOf } from '../serving-configs/models/tensors/mismatch.ts';
import {
  UnreadableTensors,
  valuesOf,
  type NamedTensor,
  type TensorEncoding,
  type TensorsRead,
} from '../serving-configs/models/tensors/tensor-body.ts';
import type { TensorModel, TensorSpec } from '../serving-configs/models/tensors/tensor-model.ts';
import { TensorsUnfit, TensorsUnreadable, TensorTypeUnsupported } from './errors.ts';
import { imageErrorOf } from './image-work.ts';
import type { Work } from './inference.ts';
import { readBody } from './servings/named-tensors.ts';
import { MalformedAnswer } from './servings/serving.ts';
import type { ServingResponse } from './servings/serving.ts';
import type { TensorTarget } from './targets.ts';
import { isJson } from './upload.ts';

/** A body with the headers that it came with. */
export type TensorUpload = ServingResponse;

export interface Outputs {
  /** As the inputs came. */
  readonly encoding: TensorEncoding;
  readonly tensors: readonly NamedTensor[];
}

/**
 * What text takes for each byte of a number or a number for each byte of text, at most. Bytes that are passed on as bytes are not
 * copied.
 */
const BYTES_PER_TEXT = 6;

/** Inputs as a client should send them. */
const inWords = (specs: readonly TensorSpec[]): string =>
  specs
    .map(({ name, datatype, shape }) => {
      const sizes = shape.map((size) => (size === -1 ? 'any' : size));
      return `"${name}" ${datatype} [${sizes.join()}]`;
    })
    .join(', ');

/** For what is to be written as JSON. */
const assertNoHalves = ({ inputs, outputs }: TensorModel, remedy: string): void => {
  const half = [...inputs, ...outputs].find(({ datatype }) => datatype === 'FP16');
  if (half !== undefined) throw new TensorTypeUnsupported(half.name, remedy);
};

/** For what goes to the serving. */
const assertWritable = ({ codec, encoding, tensorModel }: TensorTarget): void => {
  if (encoding !== 'json' || codec.takesHalvesInJson === true) return;
  assertNoHalves(tensorModel, 'ask for another encoding or over gRPC');
};

/** The tensor that JSON cannot write, for a NaN or an infinite number in it. */
const nameOfUnwritable = (tensors: readonly NamedTensor[]): string | undefined =>
  tensors.find(
    (tensor) =>
      tensor.datatype === 'FP32' && !(valuesOf(tensor) as Float32Array).every(Number.isFinite),
  )?.name;

const readInputs = (upload: TensorUpload): TensorsRead => {
  try {
    return readBody(upload, 'inputs');
  } catch (error) {
    if (!(error instanceof UnreadableTensors)) throw error;
    throw new TensorsUnreadable(error.message, { cause: error });
  }
};

/** The outputs of an answer, to be written like that. */
const parseOutputs = (
  { codec, tensorModel }: TensorTarget,
  response: ServingResponse,
  encoding: TensorEncoding,
): Outputs => {
  const tensors = codec.decode(response, tensorModel);
  const unwritable = encoding === 'json' ? nameOfUnwritable(tensors) : undefined;
  if (unwritable !== undefined) {
    throw new MalformedAnswer(`"${unwritable}" holds a number that JSON cannot represent`);
  }
  return { encoding, tensors };
};

/** What is done with the named inputs of a user's model: its outputs. */
export const tensorWork = (target: TensorTarget, upload: TensorUpload): Work<Outputs> => {
  const { codec, encoding, tensorModel } = target;
  assertWritable(target);
  const hasText = encoding === 'json' || isJson(upload.headers['content-type']);
  let came: TensorEncoding = 'binary';
  return {
    bytes: () => (hasText ? upload.body.length * BYTES_PER_TEXT : 0),
    takesThread: false,
    decode: () => {
      const { encoding: read, tensors } = readInputs(upload);
      came = read;
      if (came === 'json') assertNoHalves(tensorModel, 'send the inputs as bytes');
      const mismatch = mismatchOf(tensors, tensorModel.inputs);
      if (mismatch !== undefined) {
        throw new TensorsUnfit(tensorModel.name, mismatch, inWords(tensorModel.inputs));
      }
      const unwritable = encoding === 'json' ? nameOfUnwritable(tensors) : undefined;
      if (unwritable !== undefined) {
        throw new TensorsUnreadable(`"${unwritable}" holds a number that JSON cannot represent`);
      }
      return () => codec.encode(tensors, encoding, tensorModel);
    },
    parse: (response) => parseOutputs(target, response, came),
  };
};

/** An image as the one input of a user's model. */
export interface ImageUpload {
  readonly image: ImageInput;
  readonly bytes: Uint8Array;
}

/** Of each number while it is decoded: a byte, a double, and what is sent. */
const BYTES_PER_NUMBER = 13;

/** What is done with an image that becomes the input of a user's model: its outputs, as JSON unless they are FP16. */
export const imageInputWork = (
  target: TensorTarget,
  { image, bytes }: ImageUpload,
): Work<Outputs> => {
  const { codec, encoding, tensorModel } = target;
  assertWritable(target);
  const hasHalves = tensorModel.outputs.some(({ datatype }) => datatype === 'FP16');
  return {
    bytes: () => image.width * image.height * 3 * BYTES_PER_NUMBER,
    takesThread: true,
    decode: async () => {
      const tensor = await imageTensor(bytes, image).catch((error: unknown) => {
        throw imageErrorOf(error);
      });
      return () => codec.encode([tensor], encoding, tensorModel);
    },
    parse: (response) => parseOutputs(target, response, hasHalves ? 'binary' : 'json'),
  };
};
