/**
 * Describes a user's model: the ONNX file, its inputs, and how answers are compared. Only `model.onnx` is needed: it names the tensors,
 * and the correct answers are computed from it.
 */
export interface ModelDescription {
  readonly $schema?: string;
  readonly model: DescribedModel;
  /**
   * What is sent: a folder of images, a folder of .npy files, a JSON file of perf_analyzer, or the words random or zero. Paths are
   * relative to the description. Default: random.
   */
  readonly inputs?: string | DescribedInputs;
  /** How answers are compared with the right ones. */
  readonly answer?: DescribedAnswer;
  /** Servers that run already and take part, by names of their own. */
  readonly servers?: Readonly<Record<string, DescribedServer>>;
}

export interface DescribedModel {
  /** In the URLs of servers: lowercase letters, digits, - and _. Default: from the name of the ONNX file. */
  readonly name?: string;
  /** The path of the ONNX file, relative to the description. */
  readonly onnx: string;
  /**
   * The same model as TorchScript, for containers whose servers compute with PyTorch: the path of the file. It takes and gives the
   * tensors of the ONNX file, in their order.
   */
  readonly torchscript?: string;
  /**
   * The same model as SavedModel, for containers whose servers compute with TensorFlow: the path of the folder. Its signature
   * serving_default has the names of the ONNX file.
   */
  readonly savedmodel?: string;
  /** The sizes of inputs with open dimensions, by the name of the input: [1, 3, 640, 640]. */
  readonly sizes?: Readonly<Record<string, readonly number[]>>;
  /** How images become one of the inputs. */
  readonly image?: DescribedImage;
  /** A text file with a line for each class. */
  readonly labels?: string;
}

/** A byte of a pixel becomes (byte × scale − mean) ÷ deviation. Width, height and the place of the channels are those of the input. */
export interface DescribedImage {
  /** The input that takes the image. Default: the only one. */
  readonly input?: string;
  /** Default: stretch. letterbox fills up with grey, crop takes the middle. */
  readonly resize?: 'stretch' | 'letterbox' | 'crop';
  /** With crop: the shorter side of the image before it is cut, at least as long as both sides of the input. Default: no larger than needed. */
  readonly shortSide?: number;
  /** The order of the channels. Default: rgb. */
  readonly colours?: 'rgb' | 'bgr';
  /** Default: 1/255; for UINT8, which takes the bytes, 1. */
  readonly scale?: number;
  /** Of each channel, in the order of colours. Default: 0. */
  readonly mean?: readonly number[];
  /** Of each channel, in the order of colours. Default: 1. */
  readonly deviation?: readonly number[];
}

export interface DescribedInputs {
  /** A folder, a file, random or zero. Default: random. */
  readonly from?: string;
  /** How many random inputs. Default: 8. */
  readonly count?: number;
  /** The same seed draws the same inputs. Default: 1. */
  readonly seed?: number;
  /**
   * What random values are drawn from, by the name of the input: from the first on, below the second. Default: [0, 1] for floats,
   * [0, 100] for whole numbers, [0, 256] for UINT8, [0, 2] for BOOL.
   */
  readonly ranges?: Readonly<Record<string, readonly number[]>>;
}

export interface DescribedCheck {
  /**
   * top1: the largest value of each row stands at the same place. allclose: as in numpy. cosine: of the angle between all
   * values and the right ones. Default: allclose.
   */
  readonly check?: 'top1' | 'allclose' | 'cosine';
  /** Of allclose, of the right value. Default: 1e-3; for FP16 1e-2, for whole numbers 0. */
  readonly rtol?: number;
  /** Of allclose. Default: 1e-4; for FP16 1e-3, for whole numbers 0. */
  readonly atol?: number;
  /** Of cosine. Default: 0.999. */
  readonly atLeast?: number;
}

/** One check for all outputs, and others for outputs by their names. */
export interface DescribedAnswer extends DescribedCheck {
  readonly outputs?: Readonly<Record<string, DescribedCheck>>;
}

/** A server that runs already. How it is asked is found out, unless it has a body of its own. */
export interface DescribedServer {
  /** http://HOST:PORT, with a path where it has one, or grpc://HOST:PORT. */
  readonly url: string;
  /** What it calls the model. Default: the name of the model. */
  readonly model?: string;
  /** Sent with each request over HTTP; not kept in the results. */
  readonly headers?: Readonly<Record<string, string>>;
  /**
   * What is sent to a server with JSON of its own. {{NAME}} stands for the values of an input as nested lists, {{NAME[0]}} for those of
   * the first in the batch: {"ids": {{ids}}}.
   */
  readonly body?: string;
  /** Where each output is in its answer, by the name of the output: a JSON pointer such as /scores or /predictions/0. */
  readonly outputs?: Readonly<Record<string, string>>;
}

/** A value of the description: which it takes, after "give", and whether it is one. */
interface Value {
  readonly expected: string;
  readonly fits: (value: unknown) => boolean;
}

/** What may stand below a key; below `*` by any name. */
export interface Fields {
  readonly [key: string]: Value | Fields;
}

export const isValue = (field: Value | Fields): field is Value => typeof field.fits === 'function';

const isNumberFrom =
  (least: number, most: number) =>
  (value: unknown): boolean =>
    typeof value === 'number' && Number.isFinite(value) && value >= least && value <= most;

const numberFrom = (least: number, most = Number.MAX_VALUE): Value => ({
  expected:
    most === Number.MAX_VALUE
      ? `a number of at least ${least}`
      : `a number from ${least} to ${most}`,
  fits: isNumberFrom(least, most),
});

const wholeFrom = (least: number, most: number): Value => ({
  expected: `a whole number from ${least} to ${most}`,
  fits: (value) => Number.isInteger(value) && isNumberFrom(least, most)(value),
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
    value.every((one) => typeof one === 'number' && Number.isFinite(one)) &&
    fits(value as readonly number[]),
});

const check = {
  check: oneOf('top1', 'allclose', 'cosine'),
  rtol: numberFrom(0),
  atol: numberFrom(0),
  atLeast: numberFrom(-1, 1),
} as const;

const MOST_INPUTS = 10_000;
const MOST_PIXELS = 10_000;

/** Everything that a description may hold; the JSON Schema says the same, made from the types. */
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
      shortSide: wholeFrom(1, MOST_PIXELS),
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
    count: wholeFrom(1, MOST_INPUTS),
    seed: wholeFrom(0, 2 ** 31 - 1),
    ranges: {
      '*': numbers(
        'two numbers, the first below the second, such as [0, 100]',
        ([from = 0, below = 0, ...others]) => others.length === 0 && from < below,
      ),
    },
  },
  answer: { ...check, outputs: { '*': check } },
  servers: {
    '*': {
      url: text('http://HOST:PORT with or without a path, or grpc://HOST:PORT', /^\w+:\/\/./),
      model: text('the name of the model there'),
      headers: { '*': text('the text of a header') },
      body: text('a text with {{NAME}} in the place of an input', /\{\{[^]*\}\}/),
      outputs: { '*': text('a JSON pointer such as /scores', /^(\/|$)/) },
    },
  },
} as const satisfies Fields;
