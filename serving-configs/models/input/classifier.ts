import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { Layout } from '../../manifest.ts';
import { readLabels, type ClassLabels } from '../labels.ts';
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

/** What a description tells about a classifier of images. */
export interface Classifier {
  /** The absolute path of the description. */
  readonly file: string;
  /** How an image becomes the input in each layout, because the preprocessing may differ. */
  readonly images: Readonly<Record<Layout, ImageInput>>;
  readonly labels: ClassLabels;
}

/**
 * Reads YAML in its JSON form with comments on lines of their own. Not by `lib/bench/model-file/description.ts`: programs that start often
 * read this file while they load, and its YAML parser and schemas load slowly.
 */
export const readJson = (file: string): unknown =>
  JSON.parse(readFileSync(file, 'utf8').replaceAll(/^ *#.*$/gm, ''));

const read = (file: string): ClassifierKeys => {
  const { model } = readJson(file) as { readonly model?: Partial<ClassifierKeys> };
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
export const readClassifier = (file: string): Classifier => {
  const model = read(file);
  const nchw = inputOf(model);
  const nhwcFile = file.replace(/(?=\.\w+$)/, '-nhwc');
  return {
    file,
    images: {
      NCHW: nchw,
      NHWC: existsSync(nhwcFile) ? inputOf(read(nhwcFile)) : { ...nchw, layout: 'NHWC' },
    },
    labels: readLabels(path.resolve(path.dirname(file), model.labels)),
  };
};

/** ResNet-50. */
export const resnet50 = readClassifier(
  path.join(import.meta.dirname, '..', 'resnet50', 'model.yaml'),
);

/** The number of classes of a network that was trained on ImageNet. */
export const IMAGENET_CLASSES = resnet50.labels.names.length;
