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

/** A received body with its headers. */
type TensorUpload = ServingResponse;

export interface Outputs {
  /** The encoding of the inputs, which the outputs get too. */
  readonly encoding: TensorEncoding;
  readonly tensors: readonly NamedTensor[];
}

/**
 * Upper limit of the memory per byte of the body if tensors are converted between JSON and bytes. Tensors that stay
 * bytes are not copied.
 */
const BYTES_PER_TEXT = 6;

/** Describes the inputs that a client should send. */
const inWords = (specs: readonly TensorSpec[]): string =>
  specs
    .map(({ name, datatype, shape }) => {
      const sizes = shape.map((size) => (size === -1 ? 'any' : size));
      return `"${name}" ${datatype} [${sizes.join()}]`;
    })
    .join(', ');

/** @throws TensorTypeUnsupported if the model has FP16 tensors, which JSON cannot represent. */
const assertNoHalves = ({ inputs, outputs }: TensorModel, remedy: string): void => {
  const half = [...inputs, ...outputs].find(({ datatype }) => datatype === 'FP16');
  if (half !== undefined) throw new TensorTypeUnsupported(half.name, remedy);
};

/** @throws TensorTypeUnsupported if the target is JSON without FP16 and the model needs it. */
const assertWritable = ({ codec, encoding, tensorModel }: TensorTarget): void => {
  if (encoding !== 'json' || codec.takesHalvesInJson === true) return;
  assertNoHalves(tensorModel, 'ask for another encoding or over gRPC');
};

/** Returns the name of a tensor with a NaN or an infinite number, which JSON cannot represent. */
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

/** Reads the outputs in an answer and checks that `encoding` can represent them. */
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

/** The work that turns named inputs of a user's model into its outputs. */
export const tensorWork = (target: TensorTarget, upload: TensorUpload): Work<Outputs> => {
  const { codec, encoding, tensorModel } = target;
  assertWritable(target);
  const hasText = encoding === 'json' || isJson(upload.headers['content-type']);
  let answerEncoding: TensorEncoding = 'binary';
  return {
    bytes: () => (hasText ? upload.body.length * BYTES_PER_TEXT : 0),
    takesThread: false,
    decode: () => {
      const { encoding: uploadEncoding, tensors } = readInputs(upload);
      answerEncoding = uploadEncoding;
      if (uploadEncoding === 'json') assertNoHalves(tensorModel, 'send the inputs as bytes');
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
    parse: (response) => parseOutputs(target, response, answerEncoding),
  };
};

/** An image as the one input of a user's model. */
interface ImageUpload {
  readonly image: ImageInput;
  readonly bytes: Uint8Array;
}

/** Memory per number: the decoded byte, a double, and a float of the request. */
const BYTES_PER_NUMBER = 13;

/** The work that turns an image into the input of a user's model. Its outputs are JSON unless one is FP16. */
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
