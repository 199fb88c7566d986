/** The model that servers serve. Every program reads it from one file, whichever model it is. */
import path from 'node:path';
import { modelNamed, RESNET50 } from '../index.ts';
import type { ManifestModel, ModelKind } from '../manifest.ts';
import { precisionOf, type Settings } from '../settings.ts';
import { messageOf, UsageError } from '../options/usage-error.ts';
import { readClassifier, readJson, resnet50, type Classifier } from './input/classifier.ts';
import { MAX_IMAGE_BYTES } from './input/geometry.ts';
import { shapeOf, type ImageInput } from './input/image-input.ts';
import {
  MAX_TENSOR_BODY_BYTES,
  type ModelFormat,
  type TensorsOfModel,
} from './tensors/tensor-spec.ts';

interface NamedModel extends TensorsOfModel {
  /** The name of the model in URLs: lowercase letters, digits, `-` and `_`. */
  readonly name: string;
  /** Absolute path of the file that describes it. */
  readonly file: string;
  /** How an image becomes the only input; absent if the model takes no images. */
  readonly image?: ImageInput;
  /** An ONNX file with trained weights, for servers that read ONNX on this machine; absent: the model's own. */
  readonly weights?: string | undefined;
  /**
   * Absolute paths of a request with the first inputs of the run and of the correct answer, both in the `binary` encoding of
   * {@link writeTensors}. Servers warm up with the request; engines without a model answer with the answer.
   */
  readonly example?: { readonly request: string; readonly answer: string };
}

/** A classifier of images that is built for each platform: in its format, with the name, the layout and the tensors of its manifest. */
export interface BuiltModel extends NamedModel, Classifier {
  readonly kind: Extract<ModelKind, 'built'>;
  readonly image: ImageInput;
  /** The folder with the models of all platforms, for containers. */
  readonly folder?: string | undefined;
}

/** A model whose files are given, in formats that are the same for all platforms. */
export interface GivenModel extends NamedModel {
  readonly kind: Extract<ModelKind, 'given'>;
  /** Absolute paths of the model by format. */
  readonly formats: Readonly<Partial<Record<ModelFormat, string>> & { readonly onnx: string }>;
  readonly example: NonNullable<NamedModel['example']>;
  /** Absolute paths of the files that describe it in other precisions, by their names. */
  readonly precisions?: Readonly<Record<string, string>>;
}

export type Model = BuiltModel | GivenModel;

/** Where servers get the files of a model from, and in which formats they are, without the paths. */
export type ModelOrigin =
  | Pick<BuiltModel, 'kind'>
  | (Pick<GivenModel, 'kind'> & {
      readonly formats: Readonly<Partial<Record<ModelFormat, unknown>>>;
    });

/** A classifier, which all servers call ResNet-50. */
const builtModel = (classifier: Classifier): BuiltModel => {
  const { images, labels } = classifier;
  const { NCHW: image } = images;
  return {
    ...classifier,
    kind: 'built',
    name: 'resnet-50',
    inputs: [{ name: 'input', datatype: 'FP32', shape: shapeOf('NCHW', image) }],
    outputs: [{ name: 'output', datatype: 'FP32', shape: [1, labels.names.length] }],
    image,
  };
};

/** ResNet-50. */
export const CLASSIFIER = builtModel(resnet50);

/** The file of the model that a program serves if its command line names none. Programs of ours that start others name it to them. */
export const defaultModelFile = (): string =>
  path.resolve(process.env['SERVING_COMPARE_CLASSIFIER'] ?? CLASSIFIER.file);

/** A file of a given model, as the runner writes it: paths in it may be relative to the file. */
export type GivenModelFile = Omit<GivenModel, 'file'>;

/** Reads a file that the runner wrote for a given model. */
export const readGivenModel = (file: string): GivenModel => {
  const model = readJson(file) as GivenModelFile;
  if (model.kind !== 'given') throw new Error('it has another format');
  const at = (name: string): string => path.resolve(path.dirname(file), name);
  const allAt = (names: Readonly<Record<string, string>> = {}): Readonly<Record<string, string>> =>
    Object.fromEntries(Object.entries(names).map(([key, name]) => [key, at(name)]));
  const { onnx, ...others } = model.formats;
  return {
    ...model,
    file,
    formats: { onnx: at(onnx), ...allAt(others) },
    precisions: allAt(model.precisions),
    example: { request: at(model.example.request), answer: at(model.example.answer) },
  };
};

const DESCRIBE =
  'give a file model.json of a run folder, or JSON with the keys of serving-configs/models/resnet50/model.yaml; or none for ResNet-50';

/** The model that a server with these settings serves: in the precision that they name. */
export const modelFor = (model: Model, settings: Settings | undefined): Model => {
  const precision = precisionOf(settings);
  if (precision === undefined) return model;
  const file = model.kind === 'given' ? model.precisions?.[precision] : undefined;
  if (file === undefined) throw new Error(`${model.name} has no precision ${precision}`);
  return readGivenModel(file);
};

/**
 * Reads the file that describes a model: a classifier, or one that the runner wrote.
 *
 * @throws UsageError if it describes no model.
 */
export const readModel = (file: string): Model => {
  if (file === CLASSIFIER.file) return CLASSIFIER;
  try {
    const { kind } = readJson(file) as Partial<GivenModelFile>;
    return kind === undefined ? builtModel(readClassifier(file)) : readGivenModel(file);
  } catch (error) {
    throw new UsageError(`"${file}" does not describe a model: ${messageOf(error)}`, DESCRIBE, {
      cause: error,
    });
  }
};

/**
 * Reads the file that describes a classifier.
 *
 * @throws UsageError if it describes none.
 */
export const readBuiltModel = (file: string): BuiltModel => {
  const model = readModel(file);
  if (model.kind === 'built') return model;
  throw new UsageError(`"${file}" describes a model that is no classifier of images`, DESCRIBE);
};

/** A model with the files that are there for it on this machine; those of a given model are known already. */
export const withFiles = (model: Model, files: Pick<BuiltModel, 'weights' | 'folder'>): Model =>
  model.kind === 'built' ? { ...model, ...files } : model;

/** The model that manifests are made for. */
export const manifestModelOf = ({ kind, name }: Pick<Model, 'kind' | 'name'>): ManifestModel =>
  kind === 'built' ? RESNET50 : modelNamed(name);

/** The largest bodies of a request and of an answer: an image and its scores, or tensors. */
export const MAX_BODY_BYTES: Readonly<
  Record<ModelKind, { readonly request: number; readonly answer: number }>
> = {
  built: { request: MAX_IMAGE_BYTES, answer: 16 * 2 ** 20 },
  given: { request: MAX_TENSOR_BODY_BYTES, answer: MAX_TENSOR_BODY_BYTES },
};
