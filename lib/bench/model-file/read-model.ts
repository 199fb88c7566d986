import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { Channels, ImageInput } from '../../../serving-configs/models/input/image-input.ts';
import {
  CLASSIFIER,
  defaultModelFile,
  readBuiltModel,
} from '../../../serving-configs/models/model.ts';
import { externalFilesOf } from '../../../serving-configs/models/onnx/read-onnx.ts';
import {
  checkFor,
  defaultCheck,
  type ResolvedCheck,
} from '../../../serving-configs/models/tensors/compare-tensors.ts';
import { GIVEN_PRECISION } from '../../../serving-configs/settings.ts';
import { describeTensor } from '../../../serving-configs/models/tensors/make-tensor.ts';
import { fitsShape } from '../../../serving-configs/models/tensors/tensor-spec.ts';
import { fileErrorText } from '../model/errors.ts';
import {
  readDescription,
  type DescribedAnswer,
  type DescribedCheck,
  type DescribedImage,
  type DescribedInputs,
  type DescribedPrecision,
  type DescriptionOf,
  type ModelKeys,
} from './description.ts';
import { descriptionError, labelsError, mismatchError, unknownTensor } from './model-errors.ts';
import { findOtherFormats, findPrecision, hashed } from './model-files.ts';
import { findInputs } from './model-inputs.ts';
import {
  dimsText,
  isOpen,
  twoSizesText,
  type AnyModel,
  type ModelTensor,
  type ModelTensors,
  type OwnModel,
  type UserModel,
} from './described-model.ts';

/** Reads the inputs and outputs of a model file; see `serving-configs/reference/describe-model.ts`. */
export type DescribeModel = (file: string) => Promise<ModelTensors>;

const namesOf = (tensors: readonly ModelTensor[]): readonly string[] =>
  tensors.map(({ name }) => name);

/** @throws BenchError `BENCH_MISMATCH` that starts with `what` if there is no such tensor */
const find = (what: string, name: string, tensors: readonly ModelTensor[]): ModelTensor => {
  const found = tensors.find((tensor) => tensor.name === name);
  if (found === undefined) throw unknownTensor(what, name, namesOf(tensors));
  return found;
};

/** Derives a name for the URLs of servers from a file name. */
export const nameFrom = (file: string): string => {
  const letters = path
    .parse(file)
    .name.toLowerCase()
    .replaceAll(/[^a-z0-9_-]+/g, '-')
    .replace(/^[^a-z0-9]+|-+$/g, '')
    .slice(0, 60);
  return /^[a-z]/.test(letters) ? letters : `model-${letters}`.replace(/-$/, '');
};

/** @throws BenchError `BENCH_MISMATCH` if a size has no input, does not fit its input, or contradicts another size */
const readSizes = (
  sizes: NonNullable<ModelKeys['sizes']>,
  inputs: readonly ModelTensor[],
): UserModel['sizes'] => {
  for (const [name, size] of Object.entries(sizes)) {
    const input = find('model.sizes: there is no input', name, inputs);
    if (fitsShape(size, input)) continue;
    throw mismatchError(
      `model.sizes.${name} is [${size.join(', ')}], but the input is ${dimsText(input)}`,
      `give sizes that fit, such as ${sizeExample(input)}`,
    );
  }
  const twoSizes = twoSizesText(inputs, ({ name }) => sizes[name]);
  if (twoSizes === undefined) return sizes;
  throw mismatchError(`model.sizes: ${twoSizes}`, 'give a dimension one size in all inputs');
};

/** An example of sizes for an input. */
const sizeExample = ({ name, shape, isRankOpen }: ModelTensor): string => {
  const sizes = (isRankOpen ? [-1, -1] : shape).map((size, axis) => {
    if (size !== -1) return size;
    return axis === 0 ? 1 : 128;
  });
  return `model.sizes: { ${name}: [${sizes.join(', ')}] }`;
};

/** @throws BenchError `BENCH_MISMATCH` if an input has open dimensions without sizes in the description */
const assertSize = (input: ModelTensor, sizes: UserModel['sizes']): readonly number[] => {
  const { [input.name]: given } = sizes;
  if (given !== undefined) return given;
  if (!isOpen(input)) return input.shape;
  throw mismatchError(
    `the input "${input.name}" leaves sizes open: ${dimsText(input)}`,
    `give them, such as ${sizeExample(input)}`,
  );
};

const channelsOf = ([first = 0, second = 0, third = 0]: readonly number[]): Channels => [
  first,
  second,
  third,
];

const IMAGE_TYPES = ['FP32', 'FP16', 'UINT8'] as const;

/** @throws BenchError `BENCH_MISMATCH` if there is no such input, or several and none is named */
const findImageInput = ({ input }: DescribedImage, inputs: readonly ModelTensor[]): ModelTensor => {
  const [only, second] = inputs;
  if (input === undefined && second !== undefined) {
    throw mismatchError(
      'model.image does not name the input that takes the image',
      `give one of ${namesOf(inputs).join(', ')}: model.image.input`,
    );
  }
  return find('model.image.input: there is no input', input ?? only?.name ?? '', inputs);
};

/** @throws BenchError `BENCH_MISMATCH` if the input cannot be an image */
const imageShapeOf = (
  input: ModelTensor,
  sizes: UserModel['sizes'],
): Pick<ImageInput, 'datatype' | 'layout' | 'width' | 'height'> => {
  const { name, shape } = input;
  // If the batch size is open, each request has one image.
  const single = shape.map((size, axis) => (axis === 0 && size === -1 ? 1 : size));
  const size = assertSize({ ...input, shape: single }, sizes);
  const layout = size[1] === 3 ? 'NCHW' : 'NHWC';
  const [height = 0, width = 0] = layout === 'NCHW' ? size.slice(2) : size.slice(1);
  const datatype = IMAGE_TYPES.find((type) => type === input.datatype);
  const channels = layout === 'NCHW' ? 3 : size[3];
  if (datatype === undefined || size.length !== 4 || size[0] !== 1 || channels !== 3) {
    throw mismatchError(
      `the input "${name}" takes ${describeTensor({ ...input, shape: size })}, which cannot be an image`,
      `an image becomes ${IMAGE_TYPES.join(', ')} of [1, 3, height, width] or [1, height, width, 3]; give other inputs as .npy`,
    );
  }
  return { datatype, layout, width, height };
};

/** @throws BenchError `BENCH_MISMATCH` if the described image does not fit the model */
const readImage = (
  described: DescribedImage,
  inputs: readonly ModelTensor[],
  sizes: UserModel['sizes'],
): ImageInput => {
  const input = findImageInput(described, inputs);
  const shape = imageShapeOf(input, sizes);
  const { width, height } = shape;
  const bytes = shape.datatype === 'UINT8';
  const { resize = 'stretch', shortSide, colours = 'rgb', scale = bytes ? 1 : 1 / 255 } = described;
  const [mean, deviation] = [described.mean ?? [0, 0, 0], described.deviation ?? [1, 1, 1]];
  if (bytes && (scale !== 1 || described.mean !== undefined || described.deviation !== undefined)) {
    throw mismatchError(
      `the input "${input.name}" takes UINT8, the bytes of the image as they are`,
      'leave scale, mean and deviation out of model.image',
    );
  }
  if (shortSide !== undefined && (resize !== 'crop' || shortSide < Math.max(width, height))) {
    throw mismatchError(
      `model.image.shortSide is ${shortSide}, with resize ${resize} to ${width} × ${height}`,
      `use resize: crop, with a shortSide of at least ${Math.max(width, height)}`,
    );
  }
  return {
    input: input.name,
    ...shape,
    resize,
    shortSide,
    colours,
    scale,
    mean: channelsOf(mean),
    deviation: channelsOf(deviation),
  };
};

/** The check that each option belongs to. */
const CHECK_OF_OPTION = { rtol: 'allclose', atol: 'allclose', atLeast: 'cosine' } as const;

const readCheck = (
  { check = 'allclose', ...described }: DescribedCheck,
  output: ModelTensor,
  keyPath: string,
): ResolvedCheck => {
  for (const [option, checkOfOption] of Object.entries(CHECK_OF_OPTION)) {
    if (option in described && checkOfOption !== check) {
      throw descriptionError(
        `${keyPath}.${option} belongs to the check ${checkOfOption}, but the check is ${check}`,
        `leave it out, or use the check ${checkOfOption}`,
      );
    }
  }
  if (check === 'top1') return checkFor({ check }, output);
  if (check === 'cosine') return checkFor({ check, atLeast: described.atLeast ?? 0.999 }, output);
  return { ...defaultCheck(output.datatype), ...described };
};

const readChecks = (
  { outputs: named = {}, ...all }: DescribedAnswer,
  outputs: readonly ModelTensor[],
): UserModel['checks'] => {
  for (const name of Object.keys(named)) find('answer.outputs: there is no output', name, outputs);
  return Object.fromEntries(
    outputs.map((output) => {
      const { [output.name]: check } = named;
      const keyPath = check === undefined ? 'answer' : `answer.outputs.${output.name}`;
      return [output.name, readCheck(check ?? all, output, keyPath)];
    }),
  );
};

/** @throws BenchError `BENCH_LABELS` if the number of labels does not match the number of classes */
const readLabels = async (
  file: string,
  outputs: readonly ModelTensor[],
  checks: UserModel['checks'] | OwnModel['checks'],
): Promise<NonNullable<UserModel['labels']>> => {
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw labelsError(
      `the labels cannot be read: ${fileErrorText(file, cause)}`,
      'give a text file with a line for each class: model.labels',
      cause,
    );
  });
  const names = text
    .trimEnd()
    .split(/\r?\n/)
    .map((line) => line.trim());
  const output = outputs.find(({ name }) => checks[name]?.check === 'top1') ?? outputs[0];
  const classes = output?.shape.at(-1) ?? -1;
  // Other rows, such as boxes, may be shorter than the list of labels.
  const areClasses = output?.shape.length === 2 || checks[output?.name ?? '']?.check === 'top1';
  const most = areClasses && classes !== -1 ? classes : Infinity;
  if (output === undefined || (names.length >= classes && names.length <= most)) {
    return { output: output?.name ?? '', names };
  }
  throw labelsError(
    `${file} has ${names.length} labels, but the output "${output.name}" has ${classes} classes`,
    'give one line for each class, in the order of the classes',
  );
};

/** The parts of a description that say nothing about files and answers. */
interface CommonParts {
  readonly model: Pick<ModelKeys, 'sizes' | 'image' | 'labels'>;
  readonly inputs?: DescribedInputs;
}

/** Reads what every model has, and finds its inputs without reading them. */
const readFacts = async <Checks extends UserModel['checks'] | OwnModel['checks']>(
  file: string,
  { model, inputs: source = {} }: CommonParts,
  { inputs, outputs }: ModelTensors,
  checksOf: (outputs: readonly ModelTensor[]) => Checks,
) => {
  const description = path.resolve(file);
  const folder = path.dirname(description);
  const sizes = readSizes(model.sizes ?? {}, inputs);
  const image = model.image === undefined ? undefined : readImage(model.image, inputs, sizes);
  const checks = checksOf(outputs);
  const inputSource = await findInputs(source, folder, inputs, image);
  if (inputSource.from === 'random' || inputSource.from === 'zero') {
    for (const input of inputs) assertSize(input, sizes);
  }
  const labels =
    model.labels === undefined
      ? undefined
      : await readLabels(path.resolve(folder, model.labels), outputs, checks);
  return {
    description,
    inputs,
    outputs,
    sizes,
    image: inputs.length > 1 ? undefined : image,
    source: inputSource,
    checks,
    labels,
  };
};

const PRECISION_NAME = /^[a-z][a-z0-9]*$/;

/** @throws BenchError if the name or the file of a precision cannot be used, or the file has other inputs or outputs than the model */
const readPrecisions = async (
  described: Readonly<Record<string, DescribedPrecision>>,
  folder: string,
  model: ModelTensors & Pick<UserModel, 'checks'>,
  describe: DescribeModel,
): Promise<UserModel['precisions']> =>
  Object.fromEntries(
    await Promise.all(
      Object.entries(described).map(async ([name, { onnx, answer }]) => {
        if (!PRECISION_NAME.test(name) || name === GIVEN_PRECISION) {
          throw descriptionError(
            `model.precisions.${name} is no name of a precision`,
            `use lowercase letters and digits, such as int8, and not ${GIVEN_PRECISION}, which means the model itself`,
          );
        }
        const file = path.resolve(folder, onnx);
        const files = await findPrecision(name, file, await describe(file), model);
        const checks = answer === undefined ? model.checks : readChecks(answer, model.outputs);
        return [name, { ...files, checks }] as const;
      }),
    ),
  );

/** Reads the files that the description of a user's model names. */
const readGiven = async (
  file: string,
  content: DescriptionOf<'given'>,
  describe: DescribeModel,
): Promise<UserModel> => {
  const { model, answer = {}, servers = {} } = content;
  const folder = path.dirname(path.resolve(file));
  const onnx = path.resolve(folder, model.onnx);
  const facts = await readFacts(file, content, await describe(onnx), (outputs) =>
    readChecks(answer, outputs),
  );
  const { inputs, outputs } = facts;
  const { name = nameFrom(onnx) } = model;
  return {
    kind: 'given',
    name,
    title: name,
    onnx: await hashed(onnx),
    weights: await Promise.all((await externalFilesOf(onnx)).map(hashed)),
    otherFormats: await findOtherFormats(model, folder, { inputs, outputs }),
    precisions: await readPrecisions(model.precisions ?? {}, folder, facts, describe),
    ...facts,
    servers,
  };
};

const floatsOf = (shapes: Readonly<Record<string, readonly number[]>>): readonly ModelTensor[] =>
  Object.entries(shapes).map(([name, shape]) => ({ name, datatype: 'FP32', shape, dims: shape }));

/** @throws BenchError `BENCH_DESCRIPTION` if the described model is another one than servers build, who read only our description of it */
const assertBuilt = async (
  file: string,
  { model }: DescriptionOf<'built'>,
  labels: OwnModel['labels'],
): Promise<void> => {
  const built = await readDescription(CLASSIFIER.file);
  const given: Readonly<Record<string, unknown>> = { ...model, labels: labels?.names };
  const expected = { ...built.model, labels: CLASSIFIER.labels.names };
  const other = Object.entries(expected).find(
    ([key, value]) => !isDeepStrictEqual(given[key], value),
  );
  if (other === undefined) return;
  throw descriptionError(
    `${file}: model.${other[0]} is not that of ${CLASSIFIER.file}, and servers build no other model`,
    'leave it as it is there; describe a model of your own: npx serving-compare init --model FILE.onnx',
  );
};

/** Reads the description of a model that this project builds. Its tensors stand there, because it may have no file yet. */
const readBuilt = async (file: string, content: DescriptionOf<'built'>): Promise<OwnModel> => {
  const { model, answer } = content;
  const { title, inputs, outputs } = model.built;
  const tensors = { inputs: floatsOf(inputs), outputs: floatsOf(outputs) };
  const { from } = content.inputs;
  const { source, ...facts } = await readFacts(
    file,
    { model, inputs: { from } },
    tensors,
    (named) => Object.fromEntries(named.map(({ name }) => [name, answer])),
  );
  await assertBuilt(file, content, facts.labels);
  if (source.from !== 'images') {
    throw descriptionError(`${file}: inputs.from is ${from}`, 'give a folder of images');
  }
  const { name = nameFrom(title) } = model;
  const served = readBuiltModel(defaultModelFile());
  return {
    kind: 'built',
    name,
    title,
    otherFormats: {},
    precisions: {},
    ...facts,
    source,
    served,
    servers: {},
  };
};

/**
 * Reads the description of a model and the files that it names, and finds its inputs without reading them.
 *
 * @throws BenchError if anything in it is wrong
 */
export const readModel = async (file: string, describe: DescribeModel): Promise<AnyModel> => {
  const content = await readDescription(file);
  return content.kind === 'built' ? readBuilt(file, content) : readGiven(file, content, describe);
};

/** Reads the model that this project builds, in whose place servers may serve a user's classifier. */
export const readOwnModel = async (): Promise<OwnModel> =>
  readBuilt(CLASSIFIER.file, (await readDescription(CLASSIFIER.file)) as DescriptionOf<'built'>);
