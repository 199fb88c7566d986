import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { Layout } from '../../manifest.ts';
import { fail } from '../../options/program.ts';
import { messageOf, UsageError } from '../../options/usage-error.ts';
import type { ImageInput } from './image-input.ts';

type Preprocessing = Omit<ImageInput, 'input' | 'datatype' | 'width' | 'height' | 'layout'>;

/** The keys of `model` in a description that we read here. `lib/bench/model-file/description.ts` defines the format. */
interface ClassifierKeys {
  /** The shape of the only input, by its name. */
  readonly sizes: Readonly<Record<string, readonly number[]>>;
  /** Without defaults: every field is given. */
  readonly image: Preprocessing;
  readonly labels: string;
}

const KEYS = [
  'sizes',
  'labels',
  'image',
  'resize',
  'colours',
  'scale',
  'mean',
  'deviation',
] as const satisfies readonly (keyof ClassifierKeys | keyof Preprocessing)[];

interface Classifier {
  /** The absolute path of the description. */
  readonly file: string;
  readonly inputs: Readonly<Record<Layout, ImageInput>>;
  readonly labelsFile: string;
  /** The names of the classes, by index. */
  readonly labels: readonly string[];
}

/**
 * Reads YAML in its JSON form with comments on lines of their own. Not by `lib/bench/model-file/description.ts`: programs that start often
 * read this file while they load, and its YAML parser and schemas load slowly.
 */
const read = (file: string): ClassifierKeys => {
  const text = readFileSync(file, 'utf8').replaceAll(/^ *#.*$/gm, '');
  const { model } = JSON.parse(text) as { readonly model?: Partial<ClassifierKeys> };
  const given = { ...model, ...model?.image };
  const missing = KEYS.find((key) => given[key] === undefined);
  if (missing !== undefined) throw new Error(`${file} has no ${missing}`);
  return model as ClassifierKeys;
};

const inputOf = ({ sizes, image }: ClassifierKeys): ImageInput => {
  const [input = '', [, second = 0, third = 0, fourth = 0] = []] = Object.entries(sizes)[0] ?? [];
  const size =
    second === 3
      ? ({ layout: 'NCHW', height: third, width: fourth } as const)
      : ({ layout: 'NHWC', height: second, width: third } as const);
  return { input, datatype: 'FP32', ...size, ...image };
};

/** Reads the description of a classifier, and of its NHWC variant if there is one, whose preprocessing may differ. */
const readClassifier = (file: string): Classifier => {
  const model = read(file);
  const nchw = inputOf(model);
  const nhwcFile = file.replace(/(?=\.\w+$)/, '-nhwc');
  const labelsFile = path.resolve(path.dirname(file), model.labels);
  return {
    file,
    inputs: {
      NCHW: nchw,
      NHWC: existsSync(nhwcFile) ? inputOf(read(nhwcFile)) : { ...nchw, layout: 'NHWC' },
    },
    labelsFile,
    labels: readFileSync(labelsFile, 'utf8').trimEnd().split(/\r?\n/),
  };
};

/** ResNet-50. */
export const resnet50 = readClassifier(
  path.join(import.meta.dirname, '..', 'resnet50', 'model.yaml'),
);

/** The number of classes of a network that was trained on ImageNet. */
export const IMAGENET_CLASSES = resnet50.labels.length;

/** The environment variable with the path of another classifier's description. */
const { SERVING_COMPARE_CLASSIFIER: otherFile } = process.env;

/** @throws UsageError if the file cannot be used. */
const readOther = (file: string): Classifier => {
  try {
    return readClassifier(path.resolve(file));
  } catch (cause) {
    // Programs read it while they load, and most cannot catch an error then.
    process.once('uncaughtException', (error) => fail(error));
    throw new UsageError(
      `SERVING_COMPARE_CLASSIFIER: ${file} does not describe a classifier: ${messageOf(cause)}`,
      'give a JSON file with the keys of serving-configs/models/resnet50/model.yaml, or unset the variable',
      { cause },
    );
  }
};

const served = otherFile === undefined ? resnet50 : readOther(otherFile);

/** How an image becomes the input of the classifier that is served unless users bring their own model, by layout. */
export const classifierInputs = served.inputs;

/** The absolute paths of the served classifier's description and of the file with its class names, one per line, and these names. */
export const { file: descriptionFile, labelsFile, labels } = served;
