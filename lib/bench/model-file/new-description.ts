import { CLASSIFIER } from '../../../serving-configs/models/model.ts';
import { defaultCheck } from '../../../serving-configs/models/tensors/compare-tensors.ts';
import { defaultRange } from '../../../serving-configs/models/tensors/make-tensor.ts';
import { dimsText, isOpen, type ModelTensor, type ModelTensors } from './described-model.ts';

const PLAIN = /^[A-Za-z_][\w.-]*$/;
const WORDS = /^(true|false|null|yes|no|on|off|y|n)$/i;

/** Quotes a name if YAML needs it. */
const key = (name: string): string =>
  PLAIN.test(name) && !WORDS.test(name) ? name : JSON.stringify(name);

const BATCH = /batch|^n$|^b$/i;
const LENGTH = /seq|len|tok|time|word/i;

/**
 * Guesses the size of an open dimension from its name and position: images have the size of ResNet-50's, texts a length of 128. Without
 * a name, a dimension after a fixed one is the batch, as in the state of a recurrent network.
 */
const guess = (shape: readonly number[], dims: ModelTensor['dims'], axis: number): number => {
  const name = String(dims[axis]);
  if (BATCH.test(name) || (axis === 0 && !LENGTH.test(name))) return 1;
  if (shape.length === 4 && !LENGTH.test(name)) {
    return axis === 1 ? 3 : CLASSIFIER.image.width;
  }
  return name === '' && shape[axis - 1] !== -1 ? 1 : 128;
};

/** The sizes of an input, with guesses for open dimensions. */
const guessedSize = ({ shape, dims, isRankOpen }: ModelTensor): readonly number[] =>
  isRankOpen
    ? [1, 128]
    : shape.map((size, axis) => (size === -1 ? guess(shape, dims, axis) : size));

/** The range of random values: masks are all 1, segment ids all 0. */
const rangeOf = ({ name, datatype }: ModelTensor): readonly [number, number] => {
  if (/mask/i.test(name)) return [1, 2];
  return /token_?type|segment/i.test(name) ? [0, 1] : defaultRange(datatype);
};

const describe = (tensor: ModelTensor): string =>
  `${key(tensor.name)}: ${tensor.datatype} ${dimsText(tensor)}`;

const checkText = ({ datatype }: ModelTensor): string => {
  const check = defaultCheck(datatype);
  return check.check === 'allclose'
    ? `check: allclose, rtol: ${check.rtol}, atol: ${check.atol}`
    : `check: ${check.check}`;
};

const sizeLines = (
  inputs: readonly ModelTensor[],
  refusal: string | undefined,
): readonly string[] =>
  inputs.some(isOpen)
    ? [
        '  # The model leaves these sizes open. These are guesses: replace them with the sizes that you serve.',
        ...(refusal === undefined ? [] : [`  # ONNX Runtime refuses these sizes: ${refusal}`]),
        '  sizes:',
        ...inputs
          .filter(isOpen)
          .map(
            (input) =>
              `    ${key(input.name)}: [${guessedSize(input).join(', ')}] # for ${dimsText(input)}`,
          ),
      ]
    : [];

const imageLines = (inputs: readonly ModelTensor[]): readonly string[] => {
  const image = inputs.find(({ shape }) => shape.length === 4 && [shape[1], shape[3]].includes(3));
  if (image === undefined || inputs.length > 1) return [];
  const { resize, shortSide: resNetSide = 1, width, mean, deviation } = CLASSIFIER.image;
  const shortSide = Math.ceil((Math.max(...guessedSize(image)) * resNetSide) / width);
  const examples =
    image.datatype === 'UINT8'
      ? ['{ resize: letterbox, colours: rgb }']
      : [
          '{ resize: letterbox, colours: rgb, scale: 0.00392157 }',
          JSON.stringify({ resize, shortSide, mean, deviation }),
        ];
  return [
    '  # To send images, choose how their pixels become the input, and name their folder below.',
    ...examples.map((example) => `  # image: ${example}`),
  ];
};

const rangeLines = (inputs: readonly ModelTensor[]): readonly string[] =>
  inputs.length === 0
    ? []
    : [
        '  # From the first number (included) to the second (excluded).',
        '  ranges:',
        ...inputs.map((input) => `    ${key(input.name)}: [${rangeOf(input).join(', ')}]`),
      ];

const answerLines = (outputs: readonly ModelTensor[]): readonly string[] => {
  const checks = outputs.map(checkText);
  const [first] = checks;
  return checks.every((text) => text === first)
    ? [`answer: { ${first} }`]
    : [
        'answer:',
        '  outputs:',
        ...outputs.map((output) => `    ${key(output.name)}: { ${checkText(output)} }`),
      ];
};

/**
 * Writes a description that runs as it is, with random inputs, and explains the other options in comments.
 *
 * @param onnx the path of the model, relative to the description
 * @param schema the path of the JSON Schema, relative to the description
 * @param refusal why ONNX Runtime refuses the guessed sizes
 */
export const newDescription = (
  onnx: string,
  { inputs, outputs }: ModelTensors,
  schema: string,
  refusal?: string,
): string =>
  [
    `# yaml-language-server: $schema=${schema}`,
    '# Paths are relative to this file. Tensors of the model:',
    ...inputs.map((tensor) => `#   input ${describe(tensor)}`),
    ...outputs.map((tensor) => `#   output ${describe(tensor)}`),
    'model:',
    `  onnx: ${JSON.stringify(onnx)}`,
    '  # The same model for containers whose servers compute with PyTorch or TensorFlow: TorchScript with the tensors in the order of',
    '  # the ONNX file, and a SavedModel with the names of the ONNX file.',
    '  # torchscript: model.pt',
    '  # savedmodel: saved # the folder with saved_model.pb',
    '  # name: my-model # in the URLs of servers; default: from the name of the ONNX file',
    ...sizeLines(inputs, refusal),
    ...imageLines(inputs),
    '  # labels: labels.txt # a line for each class',
    '',
    '# The inputs to send. For real inputs, write "inputs: ./folder" with a folder of images or a folder with NAME.npy for each input,',
    '# or name a JSON file for perf_analyzer.',
    'inputs:',
    '  from: random',
    '  count: 8',
    '  seed: 1',
    ...rangeLines(inputs),
    '',
    '# How answers are compared with those of ONNX Runtime. Other checks: top1 for classes, and { check: cosine, atLeast: 0.999 } for',
    '# embeddings. "outputs: { NAME: … }" has the check of a single output.',
    ...answerLines(outputs),
    '',
  ].join('\n');
