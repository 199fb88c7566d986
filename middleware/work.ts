/** The steps from an upload to the request for a serving, and from the answer to what a client gets. */
import { TENSORS } from '../serving-configs/manifest.ts';
import { decodeImage, InvalidImage } from '../serving-configs/models/input/decode-image.ts';
import type { InvalidImageCode } from '../serving-configs/models/input/decode-image.ts';
import { readImageHeader } from '../serving-configs/models/input/image-header.ts';
import { servedClassesOf, renamed } from '../serving-configs/models/served-model.ts';
import { mismatchOf } from '../serving-configs/models/tensors/mismatch.ts';
import {
  UnreadableTensors,
  valuesOf,
  type NamedTensor,
  type TensorEncoding,
  type TensorsRead,
} from '../serving-configs/models/tensors/tensor-body.ts';
import type { TensorSpec, TensorsOfModel } from '../serving-configs/models/tensors/tensor-spec.ts';
import {
  ImageDamaged,
  ImageEmpty,
  ImageTooManyPixels,
  ImageTypeUnsupported,
  TensorsUnfit,
  TensorsUnreadable,
  TensorTypeUnsupported,
} from './errors.ts';
import type { Work } from './inference.ts';
import { readBody } from './servings/infer-body.ts';
import { givenTensor } from './servings/input-tensor.ts';
import { MalformedAnswer } from './servings/serving.ts';
import type { CodecInput, ServingResponse } from './servings/serving.ts';
import { classesOf } from './servings/top-five.ts';
import type { ImageUse, InferenceTarget } from './targets.ts';
import { isJson } from './upload.ts';

/** A class with its English name. */
interface LabelledClass {
  readonly class: number;
  readonly label: string;
  /** Probability between 0 and 1. */
  readonly score: number;
}

/** The best classes of an image. */
export interface Classes {
  /** False if the weights are not trained, so that the classes mean nothing; absent if unknown. */
  readonly trained?: boolean;
  /** Best first. */
  readonly top: LabelledClass[];
}

/** The outputs of a model. */
export interface Outputs {
  /** The encoding of the inputs, which the outputs get too. */
  readonly encoding: TensorEncoding;
  readonly tensors: readonly NamedTensor[];
}

const errorByCode: Readonly<Record<InvalidImageCode, (message: string, cause: Error) => Error>> = {
  empty: (_, cause) => new ImageEmpty({ cause }),
  'unsupported-type': (message, cause) => new ImageTypeUnsupported(message, { cause }),
  damaged: (message, cause) => new ImageDamaged(message, { cause }),
  'too-many-pixels': (message, cause) => new ImageTooManyPixels(message, { cause }),
};

/** Turns an error of the image decoder into one with an answer; returns any other error unchanged. */
const imageErrorOf = (error: unknown): unknown =>
  error instanceof InvalidImage ? errorByCode[error.code](error.message, error) : error;

/** The memory that the work on an image takes. If that depends on its size in pixels, reads the header of the file. */
const imageBytesOf = ({ size, geometry }: ImageUse, bytes: Uint8Array): number => {
  const { fixedBytes, bytesPerFileByte, bytesPerPixel } = size;
  const knownBytes = fixedBytes + bytesPerFileByte * bytes.length;
  if (bytesPerPixel === 0) return knownBytes;
  try {
    const { width, height } = readImageHeader(bytes, geometry.maxPixels);
    return knownBytes + bytesPerPixel * width * height;
  } catch (error) {
    throw imageErrorOf(error);
  }
};

/** The input of a codec: the file, of which only the header is checked, or what the decoded pixels become. */
const inputOfImage = async (use: ImageUse, bytes: Uint8Array): Promise<CodecInput> => {
  const { geometry } = use;
  try {
    if (use.kind === 'pixels') return use.inputOf(await decodeImage(bytes, geometry));
    const { type } = readImageHeader(bytes, geometry.maxPixels);
    return { payload: 'image', bytes, mediaType: `image/${type}` };
  } catch (error) {
    throw imageErrorOf(error);
  }
};

/** Describes the inputs that a client should send. */
const inWords = (specs: readonly TensorSpec[]): string =>
  specs
    .map(({ name, datatype, shape }) => {
      const sizes = shape.map((size) => (size === -1 ? 'any' : size));
      return `"${name}" ${datatype} [${sizes.join()}]`;
    })
    .join(', ');

const hasHalves = (specs: readonly TensorSpec[]): boolean =>
  specs.some(({ datatype }) => datatype === 'FP16');

/** @throws TensorTypeUnsupported if the model has FP16 tensors, which JSON cannot represent. */
const assertNoHalves = ({ inputs, outputs }: TensorsOfModel, remedy: string): void => {
  const half = [...inputs, ...outputs].find(({ datatype }) => datatype === 'FP16');
  if (half !== undefined) throw new TensorTypeUnsupported(half.name, remedy);
};

/** Returns the name of a tensor with a NaN or an infinite number, which JSON cannot represent. */
const nameOfUnwritable = (tensors: readonly NamedTensor[]): string | undefined =>
  tensors.find(
    (tensor) =>
      tensor.datatype === 'FP32' && !(valuesOf(tensor) as Float32Array).every(Number.isFinite),
  )?.name;

const readInputs = (upload: ServingResponse): TensorsRead => {
  try {
    return readBody(upload, 'inputs');
  } catch (error) {
    if (!(error instanceof UnreadableTensors)) throw error;
    throw new TensorsUnreadable(error.message, { cause: error });
  }
};

/** Prefers the header of the answer to the configuration, because a no-op backend may answer in place of the serving. */
const trainedOf = (
  { weightsTrained }: InferenceTarget,
  { headers }: ServingResponse,
): Pick<Classes, 'trained'> => {
  const trained = headers['x-model-trained'];
  return { trained: trained === undefined ? weightsTrained : trained === 'true' };
};

const parseClasses = (target: InferenceTarget, response: ServingResponse): Classes => {
  const { codec, served, payload } = target;
  const { labels } = servedClassesOf(served);
  const top = classesOf(codec.decode(response, served, payload), served);
  return {
    ...trainedOf(target, response),
    top: top.map(({ class: index, score }) => ({
      class: index,
      label: labels.nameOf(index),
      score,
    })),
  };
};

/** Reads the outputs in an answer and checks that `encoding` can represent them. */
const parseOutputs = (
  { codec, served, payload, model: { outputs } }: InferenceTarget,
  response: ServingResponse,
  encoding: TensorEncoding,
): Outputs => {
  const answer = codec.decode(response, served, payload);
  if (answer.kind === 'classes') throw new Error('a codec reads classes in place of outputs');
  const tensors = renamed(answer.outputs, served.outputs, outputs);
  const unwritable = encoding === 'json' ? nameOfUnwritable(tensors) : undefined;
  if (unwritable !== undefined) {
    throw new MalformedAnswer(`"${unwritable}" holds a number that JSON cannot represent`);
  }
  return { encoding, tensors };
};

/** @throws TensorTypeUnsupported if the target is JSON without FP16 and the model needs it. */
const assertWritable = ({ codec, encoding, model }: InferenceTarget): void => {
  if (encoding !== 'json' || codec.takesHalvesInJson === true) return;
  assertNoHalves(model, 'ask for another encoding or over gRPC');
};

/** The work on an uploaded image. Its result is its classes, or the outputs of the model: in JSON unless one is FP16. */
export const imageWork = (
  target: InferenceTarget,
  use: ImageUse,
  bytes: Uint8Array,
): Work<Classes | Outputs> => {
  const { codec, encoding, served, payload } = target;
  assertWritable(target);
  return {
    bytes: () => imageBytesOf(use, bytes),
    takesThread: use.kind === 'pixels',
    decode: async () => {
      const input = await inputOfImage(use, bytes);
      return () => codec.encode(input, encoding, served);
    },
    parse: (response) =>
      payload === TENSORS
        ? parseOutputs(target, response, hasHalves(served.outputs) ? 'binary' : 'json')
        : parseClasses(target, response),
  };
};

/**
 * Upper limit of the memory per byte of the body if tensors are converted between JSON and bytes. Tensors that stay
 * bytes are not copied.
 */
const BYTES_PER_TEXT = 6;

/** The work on uploaded tensors. Its result are the outputs in the encoding of the upload. */
export const tensorWork = (target: InferenceTarget, upload: ServingResponse): Work<Outputs> => {
  const { codec, encoding, served, model } = target;
  assertWritable(target);
  const hasText = encoding === 'json' || isJson(upload.headers['content-type']);
  let answerEncoding: TensorEncoding = 'binary';
  return {
    bytes: () => (hasText ? upload.body.length * BYTES_PER_TEXT : 0),
    takesThread: false,
    decode: () => {
      const { encoding: uploadEncoding, tensors } = readInputs(upload);
      answerEncoding = uploadEncoding;
      if (uploadEncoding === 'json') assertNoHalves(model, 'send the inputs as bytes');
      const mismatch = mismatchOf(tensors, model.inputs);
      if (mismatch !== undefined) {
        throw new TensorsUnfit(model.name, mismatch, inWords(model.inputs));
      }
      const unwritable = encoding === 'json' ? nameOfUnwritable(tensors) : undefined;
      if (unwritable !== undefined) {
        throw new TensorsUnreadable(`"${unwritable}" holds a number that JSON cannot represent`);
      }
      const inputs = renamed(tensors, model.inputs, served.inputs).map(givenTensor);
      return () => codec.encode({ payload: TENSORS, tensors: inputs }, encoding, served);
    },
    parse: (response) => parseOutputs(target, response, answerEncoding),
  };
};
