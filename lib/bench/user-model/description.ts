/**
 * Describes a user's model: the ONNX file, its inputs, and how answers are compared. Only `model.onnx` is required. The names of the
 * tensors and the correct answers come from that file.
 */
export interface ModelDescription {
  readonly $schema?: string;
  readonly model: DescribedModel;
  /**
   * The inputs to send: a folder of images, a folder of .npy files, a JSON file for perf_analyzer, or the word random or zero. Paths
   * are relative to the description. Default: random.
   */
  readonly inputs?: string | DescribedInputs;
  /** How answers are compared with the correct ones. */
  readonly answer?: DescribedAnswer;
  /** Running servers that take part in the comparison, by the names to give them. */
  readonly servers?: Readonly<Record<string, DescribedServer>>;
}

export interface DescribedModel {
  /** The model's name in the URLs of servers: lowercase letters, digits, - and _. Default: from the name of the ONNX file. */
  readonly name?: string;
  /** The path of the ONNX file, relative to the description. */
  readonly onnx: string;
  /**
   * The path of the same model as TorchScript, for containers whose servers compute with PyTorch. It must have the inputs and outputs
   * of the ONNX file, in the same order.
   */
  readonly torchscript?: string;
  /**
   * The folder of the same model as SavedModel, for containers whose servers compute with TensorFlow. Its signature serving_default
   * must have the input and output names of the ONNX file.
   */
  readonly savedmodel?: string;
  /** The sizes of inputs with open dimensions, by input name, such as [1, 3, 640, 640]. */
  readonly sizes?: Readonly<Record<string, readonly number[]>>;
  /** How images become one of the inputs. */
  readonly image?: DescribedImage;
  /** The path of a text file with a line for each class. */
  readonly labels?: string;
}

/**
 * How images become an input. Each byte of a pixel becomes (byte × scale − mean) ÷ deviation. The shape of the input gives width,
 * height and the position of the channels.
 */
export interface DescribedImage {
  /** The name of the input that takes the image. Default: the only input. */
  readonly input?: string;
  /** How the image gets the size of the input: letterbox pads with grey, crop cuts out the middle. Default: stretch. */
  readonly resize?: 'stretch' | 'letterbox' | 'crop';
  /**
   * With crop: the length of the shorter side of the image before it is cut, at least that of the longer side of the input. Default: no
   * longer than needed.
   */
  readonly shortSide?: number;
  /** The order of the channels. Default: rgb. */
  readonly colours?: 'rgb' | 'bgr';
  /** Default: 1/255, or 1 for UINT8, which takes the bytes unchanged. */
  readonly scale?: number;
  /** The mean of each channel, in the order of colours. Default: 0. */
  readonly mean?: readonly number[];
  /** The deviation of each channel, in the order of colours. Default: 1. */
  readonly deviation?: readonly number[];
}

export interface DescribedInputs {
  /** A folder, a file, random or zero. Default: random. */
  readonly from?: string;
  /** The number of random inputs. Default: 8. */
  readonly count?: number;
  /** The seed of random inputs. Default: 1. */
  readonly seed?: number;
  /**
   * The range of random values, by input name: the first number is included, the second excluded. Default: [0, 1] for floats, [0, 100]
   * for whole numbers, [0, 256] for UINT8, [0, 2] for BOOL.
   */
  readonly ranges?: Readonly<Record<string, readonly number[]>>;
}

export interface DescribedCheck {
  /**
   * top1: the largest value of each row is at the same position. allclose: values differ as little as numpy.allclose demands. cosine:
   * all values together have a high cosine similarity to the correct ones. Default: allclose.
   */
  readonly check?: 'top1' | 'allclose' | 'cosine';
  /** The relative tolerance of allclose. Default: 1e-3, 1e-2 for FP16, 0 for whole numbers. */
  readonly rtol?: number;
  /** The absolute tolerance of allclose. Default: 1e-4, 1e-3 for FP16, 0 for whole numbers. */
  readonly atol?: number;
  /** The smallest cosine that passes. Default: 0.999. */
  readonly atLeast?: number;
}

/** A check for all outputs, and other checks for some of them, by output name. */
export interface DescribedAnswer extends DescribedCheck {
  readonly outputs?: Readonly<Record<string, DescribedCheck>>;
}

/** A running server. Its protocol is detected, unless `body` describes its own JSON format. */
export interface DescribedServer {
  /** http://HOST:PORT, with or without a path, or grpc://HOST:PORT. */
  readonly url: string;
  /** The server's name for the model. Default: the name of the model. */
  readonly model?: string;
  /** Headers of every HTTP request. The results do not contain them. */
  readonly headers?: Readonly<Record<string, string>>;
  /**
   * The request body for a server with its own JSON format, such as {"ids": {{ids}}}. {{NAME}} stands for the values of an input as
   * nested lists, {{NAME[0]}} for those of the first item in the batch. A name with brackets is written as a JSON string.
   */
  readonly body?: string;
  /** JSON pointers to the outputs in an answer, by output name, such as /scores or /predictions/0. */
  readonly outputs?: Readonly<Record<string, string>>;
}

/** A value in a description. */
interface Value {
  /** The values that fit, as the object of "give". */
  readonly expected: string;
  readonly fits: (value: unknown) => boolean;
}

/** The keys that a part of a description may have; `*` stands for any name. */
export interface Fields {
  readonly [key: string]: Value | Fields;
}

export const isValue = (field: Value | Fields): field is Value => typeof field.fits === 'function';

const isNumberFrom =
  (min: number, max: number) =>
  (value: unknown): boolean =>
    typeof value === 'number' && Number.isFinite(value) && value >= min && value <= max;

const numberFrom = (min: number, max = Number.MAX_VALUE): Value => ({
  expected:
    max === Number.MAX_VALUE ? `a number of at least ${min}` : `a number from ${min} to ${max}`,
  fits: isNumberFrom(min, max),
});

const wholeFrom = (min: number, max: number): Value => ({
  expected: `a whole number from ${min} to ${max}`,
  fits: (value) => Number.isInteger(value) && isNumberFrom(min, max)(value),
});

const oneOf = (...words: readonly string[]): Value => ({
  expected: `one of ${words.join(', ')}`,
  fits: (value) => words.some((word) => word === value),
});

const text = (expected: string, pattern = /./): Value => ({
  expected,
  fits: (value) => typeof value === 'string' && pattern.test(value),
});

const numbers = (expected: string, fits: (values: readonly number[]) => boolean): Value => ({
  expected,
  fits: (value) =>
    Array.isArray(value) &&
    value.every((item) => typeof item === 'number' && Number.isFinite(item)) &&
    fits(value as readonly number[]),
});

const check = {
  check: oneOf('top1', 'allclose', 'cosine'),
  rtol: numberFrom(0),
  atol: numberFrom(0),
  atLeast: numberFrom(-1, 1),
} as const;

const MAX_INPUTS = 10_000;
const MAX_PIXELS = 10_000;

/** All keys of a description. The JSON Schema, which is made from the types above, has the same keys. */
export const fields = {
  $schema: text('the address of a JSON Schema'),
  model: {
    name: text('lowercase letters, digits, - and _, a letter first', /^[a-z][a-z0-9_-]{0,99}$/),
    onnx: text('the path of an ONNX file'),
    torchscript: text('the path of a TorchScript file'),
    savedmodel: text('the path of the folder of a SavedModel'),
    sizes: {
      '*': numbers('whole numbers of at least 1, such as [1, 3, 640, 640]', (values) =>
        values.every((size) => Number.isInteger(size) && size > 0),
      ),
    },
    image: {
      input: text('the name of an input'),
      resize: oneOf('stretch', 'letterbox', 'crop'),
      shortSide: wholeFrom(1, MAX_PIXELS),
      colours: oneOf('rgb', 'bgr'),
      scale: numberFrom(0),
      mean: numbers('three numbers, one for each channel', ({ length }) => length === 3),
      deviation: numbers(
        'three numbers above 0, one for each channel',
        (values) => values.length === 3 && values.every((value) => value > 0),
      ),
    },
    labels: text('the path of a text file'),
  },
  inputs: {
    from: text('a folder, a JSON file of perf_analyzer, random or zero'),
    count: wholeFrom(1, MAX_INPUTS),
    seed: wholeFrom(0, 2 ** 31 - 1),
    ranges: {
      '*': numbers(
        'two numbers, the first below the second, such as [0, 100]',
        ([from, below, ...surplus]) =>
          from !== undefined && below !== undefined && surplus.length === 0 && from < below,
      ),
    },
  },
  answer: { ...check, outputs: { '*': check } },
  servers: {
    '*': {
      url: text('http://HOST:PORT with or without a path, or grpc://HOST:PORT', /^\w+:\/\/./),
      model: text('the name of the model there'),
      headers: { '*': text('the text of a header') },
      body: text('a text with {{NAME}} for an input', /\{\{[^]*\}\}/),
      outputs: { '*': text('a JSON pointer such as /scores', /^(\/|$)/) },
    },
  },
} as const satisfies Fields;
