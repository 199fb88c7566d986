import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { Layout } from '../../manifest.ts';
import type { ImageInput } from './image-input.ts';

type Preprocessing = Omit<ImageInput, 'input' | 'datatype' | 'width' | 'height' | 'layout'>;

/** What is read of a description in the format that users write; see `lib/bench/user-model/description.ts`. */
interface Description {
  readonly model: {
    /** Of its one input. */
    readonly sizes: Readonly<Record<string, readonly number[]>>;
    /** With nothing left to defaults. */
    readonly image: Preprocessing;
    readonly labels: string;
  };
}

interface Classifier {
  readonly inputs: Readonly<Record<Layout, ImageInput>>;
  readonly labelsFile: string;
  /** The names of its classes. */
  readonly labels: readonly string[];
}

const read = (file: string): Description['model'] =>
  (JSON.parse(readFileSync(file, 'utf8')) as Description).model;

const inputOf = ({ sizes, image }: Description['model']): ImageInput => {
  const [input = '', [, second = 0, third = 0, fourth = 0] = []] = Object.entries(sizes)[0] ?? [];
  const size =
    second === 3
      ? ({ layout: 'NCHW', height: third, width: fourth } as const)
      : ({ layout: 'NHWC', height: second, width: third } as const);
  return { input, datatype: 'FP32', ...size, ...image };
};

/** The same network may have been trained with another preprocessing where its channels come last. */
const readClassifier = (file: string): Classifier => {
  const model = read(file);
  const planes = inputOf(model);
  const other = file.replace(/(?=\.json$)/, '-nhwc');
  const labelsFile = path.resolve(path.dirname(file), model.labels);
  return {
    inputs: {
      NCHW: planes,
      NHWC: existsSync(other) ? inputOf(read(other)) : { ...planes, layout: 'NHWC' },
    },
    labelsFile,
    labels: readFileSync(labelsFile, 'utf8').trimEnd().split(/\r?\n/),
  };
};

const resnet50 = readClassifier(path.join(import.meta.dirname, '..', 'resnet50', 'model.json'));

/** How an image becomes the input of ResNet-50, by its layout; whatever else is served. */
export const resnet50Inputs = resnet50.inputs;

/** How many classes it has, as has every network that was trained on ImageNet. */
export const IMAGENET_CLASSES = resnet50.labels.length;

/** The variable that names the description of another classifier, as JSON. */
const { SERVING_COMPARE_CLASSIFIER: named } = process.env;

const served = named === undefined ? resnet50 : readClassifier(path.resolve(named));

/**
 * How an image becomes the input of the classifier that servings serve where they are given no model of a user's, by its layout: as
 * its description says, which is read here and nowhere else.
 */
export const classifierInputs = served.inputs;

/** Absolute path of the file with a line for each of its classes, and what the lines are. */
export const { labelsFile, labels } = served;
