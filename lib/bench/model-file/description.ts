import { shellWord } from '../../../serving-configs/options/shell-word.ts';
import {
  anyOf,
  array,
  described,
  number,
  oneOf,
  optional,
  dictionary,
  string,
  type Schema,
  type Static,
} from '../../../serving-configs/schema.ts';
import { descriptionError } from './model-errors.ts';
import {
  assertFits,
  closed,
  isObject,
  readYaml,
  wrongValue,
  type WrittenFile,
} from './read-yaml.ts';

// The keys of a description with their types and meaning, then the reader. Its errors and the published JSON Schema are made of the keys.

/** @param expected the values that fit, as the object of "give" */
const text = (expected: string, description: string, pattern = '.'): Schema<string> =>
  string(description, { pattern, errorMessage: `give ${expected}` });

const numberFrom = (description: string, minimum: number, maximum?: number): Schema<number> =>
  number(description, {
    minimum,
    ...(maximum !== undefined && { maximum }),
    errorMessage: `give ${maximum === undefined ? `a number of at least ${minimum}` : `a number from ${minimum} to ${maximum}`}`,
  });

const wholeFrom = (description: string, minimum: number, maximum: number): Schema<number> =>
  number(description, {
    type: 'integer',
    minimum,
    maximum,
    errorMessage: `give a whole number from ${minimum} to ${maximum}`,
  });

const wordOf = <const T extends string>(description: string, words: readonly T[]): Schema<T> =>
  oneOf(words, description, { errorMessage: `give one of ${words.join(', ')}` });

/** @param expected the values that fit, as the object of "give" */
const numbers = (
  expected: string,
  items: Schema<number>,
  length?: number,
  description?: string,
): Schema<readonly number[]> =>
  array(items, description, {
    ...(length !== undefined && { minItems: length, maxItems: length }),
    errorMessage: `give ${expected}`,
  });

const MAX_INPUTS = 10_000;
const MAX_PIXELS = 10_000;

const imageSchema = closed(
  {
    input: optional(
      text(
        'the name of an input',
        'The name of the input that takes the image. Default: the only input.',
      ),
    ),
    resize: optional(
      wordOf(
        'How the image gets the size of the input: letterbox pads with grey, crop cuts out the middle. Default: stretch.',
        ['stretch', 'letterbox', 'crop'],
      ),
    ),
    shortSide: optional(
      wholeFrom(
        'With crop: the length of the shorter side of the image before it is cut, at least that of the longer side of the input. Default: no longer than needed.',
        1,
        MAX_PIXELS,
      ),
    ),
    colours: optional(wordOf('The order of the channels. Default: rgb.', ['rgb', 'bgr'])),
    scale: optional(
      numberFrom('Default: 1/255, or 1 for UINT8, which takes the bytes unchanged.', 0),
    ),
    mean: optional(
      numbers(
        'three numbers, one for each channel',
        number(),
        3,
        'The mean of each channel, in the order of colours. Default: 0.',
      ),
    ),
    deviation: optional(
      numbers(
        'three numbers above 0, one for each channel',
        number(undefined, { exclusiveMinimum: 0 }),
        3,
        'The deviation of each channel, in the order of colours. Default: 1.',
      ),
    ),
  },
  'How images become one of the inputs. Each byte of a pixel becomes (byte × scale − mean) ÷ deviation. The shape of the input gives width, height and the position of the channels.',
);
export type DescribedImage = Static<typeof imageSchema>;

const checkSchema = closed({
  check: optional(
    wordOf(
      'top1: the largest value of each row is at the same position. allclose: values differ as little as numpy.allclose demands. cosine: all values together have a high cosine similarity to the correct ones. Default: allclose.',
      ['top1', 'allclose', 'cosine'],
    ),
  ),
  rtol: optional(
    numberFrom(
      'The relative tolerance of allclose. Default: 1e-3, 1e-2 for FP16, 0 for whole numbers.',
      0,
    ),
  ),
  atol: optional(
    numberFrom(
      'The absolute tolerance of allclose. Default: 1e-4, 1e-3 for FP16, 0 for whole numbers.',
      0,
    ),
  ),
  atLeast: optional(numberFrom('The smallest cosine that passes. Default: 0.999.', -1, 1)),
});
export type DescribedCheck = Static<typeof checkSchema>;

const answerSchema = closed(
  {
    ...checkSchema.properties,
    outputs: optional(dictionary(checkSchema, 'Other checks for some outputs, by output name.')),
  },
  'How answers are compared with the correct ones.',
);
export type DescribedAnswer = Static<typeof answerSchema>;

const sizesSchema = dictionary(
  numbers(
    'whole numbers of at least 1, such as [1, 3, 640, 640]',
    number(undefined, { type: 'integer', minimum: 1 }),
  ),
  'The sizes of inputs with open dimensions, by input name, such as [1, 3, 640, 640].',
);

const ofEveryModel = {
  name: optional(
    text(
      'lowercase letters, digits, - and _, a letter first',
      "The model's name in the URLs of servers: lowercase letters, digits, - and _. Default: from the name of the ONNX file.",
      '^[a-z][a-z0-9_-]{0,99}$',
    ),
  ),
  sizes: optional(sizesSchema),
  image: optional(imageSchema),
  labels: optional(
    text('the path of a text file', 'The path of a text file with a line for each class.'),
  ),
};

const { name, ...afterFiles } = ofEveryModel;

const precisionSchema = closed({
  onnx: text('the path of an ONNX file', 'The path of its ONNX file, relative to the description.'),
  answer: optional(
    described(
      answerSchema,
      'How its answers are compared with its own correct ones. Default: as those of the model.',
    ),
  ),
});
export type DescribedPrecision = Static<typeof precisionSchema>;

const modelSchema = closed({
  name,
  onnx: text('the path of an ONNX file', 'The path of the ONNX file, relative to the description.'),
  torchscript: optional(
    text(
      'the path of a TorchScript file',
      'The path of the same model as TorchScript, for containers whose servers compute with PyTorch. It must have the inputs and outputs of the ONNX file, in the same order.',
    ),
  ),
  savedmodel: optional(
    text(
      'the path of the folder of a SavedModel',
      'The folder of the same model as SavedModel, for containers whose servers compute with TensorFlow. Its signature serving_default must have the input and output names of the ONNX file.',
    ),
  ),
  precisions: optional(
    dictionary(
      precisionSchema,
      'The same model in other precisions, such as int8, by the names that settings use. Each must have the inputs and outputs of the ONNX file.',
    ),
  ),
  ...afterFiles,
});
export type ModelKeys = Static<typeof modelSchema>;

const rangeSchema = numbers(
  'two numbers, the first below the second, such as [0, 100]',
  number(),
  2,
);

const inputsSchema = closed({
  from: optional(
    text(
      'a folder, a JSON file of perf_analyzer, random or zero',
      'A folder, a file, random or zero. Default: random.',
    ),
  ),
  count: optional(wholeFrom('The number of random inputs. Default: 8.', 1, MAX_INPUTS)),
  seed: optional(wholeFrom('The seed of random inputs. Default: 1.', 0, 2 ** 31 - 1)),
  ranges: optional(
    dictionary(
      rangeSchema,
      'The range of random values, by input name: the first number is included, the second excluded. Default: [0, 1] for floats, [0, 100] for whole numbers, [0, 256] for UINT8, [0, 2] for BOOL.',
    ),
  ),
});
export type DescribedInputs = Static<typeof inputsSchema>;

const serverSchema = closed(
  {
    url: text(
      'http://HOST:PORT with or without a path, or grpc://HOST:PORT',
      'http://HOST:PORT, with or without a path, or grpc://HOST:PORT; with TLS https:// or grpcs://.',
      String.raw`^\w+://.`,
    ),
    model: optional(
      text(
        'the name of the model there',
        "The server's name for the model. Default: the name of the model.",
      ),
    ),
    headers: optional(
      dictionary(
        text('the text of a header', 'A header.'),
        'Headers of every HTTP request. The results do not contain them.',
      ),
    ),
    body: optional(
      text(
        'a text with {{NAME}} for an input',
        'The request body for a server with its own JSON format, such as {"ids": {{ids}}}. {{NAME}} stands for the values of an input as nested lists, {{NAME[0]}} for those of the first item in the batch. A name with brackets is written as a JSON string.',
        String.raw`\{\{[\s\S]*\}\}`,
      ),
    ),
    outputs: optional(
      dictionary(
        text('a JSON pointer such as /scores', 'A JSON pointer.', '^(/|$)'),
        'JSON pointers to the outputs in an answer, by output name, such as /scores or /predictions/0.',
      ),
    ),
  },
  'A running server. Its protocol is detected, unless `body` describes its own JSON format.',
);
export type DescribedServer = Static<typeof serverSchema>;

/** The description of a model whose files are given, with `inputs` expanded to an object. */
const givenSchema = closed({
  $schema: optional(text('the address of a JSON Schema', 'The address of this JSON Schema.')),
  model: modelSchema,
  inputs: optional(inputsSchema),
  answer: optional(answerSchema),
  servers: optional(
    dictionary(
      serverSchema,
      'Running servers that take part in the comparison, by the names to give them.',
    ),
  ),
});

const tensorShapes = dictionary(
  numbers('whole numbers, -1 for an open size', number(undefined, { type: 'integer' })),
  'The shapes of FP32 tensors, by name.',
);

/** The description of a model that this project builds for every platform. The published schema, for users' models, has none of its keys. */
const builtSchema = closed({
  model: closed({
    ...ofEveryModel,
    built: closed(
      {
        title: text('the name of the model for people', 'The name of the model for people.'),
        inputs: tensorShapes,
        outputs: tensorShapes,
      },
      'Instead of `onnx`: every platform has files of its own, which this project builds, and its weights may be random.',
    ),
  }),
  inputs: closed({
    from: text('a folder of images', 'The folder of images.'),
    send: wordOf('Requests are the files themselves instead of tensors.', ['images']),
  }),
  answer: closed({
    check: wordOf('The best classes are compared, and their probabilities.', ['classes']),
  }),
});

const schemas = { given: givenSchema, built: builtSchema };

/** A description of one kind, which its key `model.built` decides. */
export type DescriptionOf<Kind extends keyof typeof schemas> = { readonly kind: Kind } & Static<
  (typeof schemas)[Kind]
>;

type Description = DescriptionOf<'given'> | DescriptionOf<'built'>;

export const descriptionSchema = closed(
  {
    ...givenSchema.properties,
    inputs: optional(
      anyOf(
        [string(), inputsSchema],
        'The inputs to send: a folder of images, a folder of .npy files, a JSON file for perf_analyzer, or the word random or zero. Paths are relative to the description. Default: random.',
      ),
    ),
  },
  "Describes a user's model: the ONNX file, its inputs, and how answers are compared. Only `model.onnx` is required. The names of the tensors and the correct answers come from that file.",
);

/** @throws BenchError `BENCH_DESCRIPTION` on a range without values, which a JSON Schema cannot exclude */
const assertRanges = (ranges: NonNullable<DescribedInputs['ranges']>, file: WrittenFile): void => {
  for (const [input, range] of Object.entries(ranges)) {
    const [from = 0, below = 0] = range;
    if (from >= below) throw wrongValue(file, `inputs.ranges.${input}`, range, rangeSchema);
  }
};

/** Expands `inputs: WORD` to `inputs: { from: WORD }`. */
const expandInputs = (content: unknown): unknown =>
  isObject(content) && typeof content.inputs === 'string'
    ? { ...content, inputs: { from: content.inputs } }
    : content;

const kindOf = (content: unknown): Description['kind'] =>
  isObject(content) && isObject(content.model) && 'built' in content.model ? 'built' : 'given';

/**
 * Reads the description of a model, in YAML or JSON.
 *
 * @throws BenchError `BENCH_DESCRIPTION` if it cannot be read, lacks a key, or has an unknown key or a wrong value
 */
export const readDescription = async (file: string): Promise<Description> => {
  if (/\.onnx$/i.test(file)) {
    throw descriptionError(
      `${file} is an ONNX file, not a description of one`,
      `describe it: npx serving-compare init --model ${shellWord(file)}`,
    );
  }
  const written = { file, what: 'the description', errorOf: descriptionError };
  const content = expandInputs(
    await readYaml(written, 'describe a model: npx serving-compare init --model FILE.onnx'),
  );
  const kind = kindOf(content);
  assertFits(content, schemas[kind], '', written);
  const description = { kind, ...(content as object) } as Description;
  if (description.kind === 'given') assertRanges(description.inputs?.ranges ?? {}, written);
  return description;
};
