/** The model that servers serve. Every program reads it from one file, whichever model it is. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { modelNamed, RESNET50 } from '../index.ts';
import type { ManifestModel, ModelKind } from '../manifest.ts';
import { messageOf, UsageError } from '../options/usage-error.ts';
import { classifierInputs, descriptionFile } from './input/classifier.ts';
import { MAX_IMAGE_BYTES } from './input/geometry.ts';
import { shapeOf, type ImageInput } from './input/image-input.ts';
import { CLASS_COUNT } from './labels.ts';
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
export interface BuiltModel extends NamedModel {
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
}

export type Model = BuiltModel | GivenModel;

/** Where servers get the files of a model from, and in which formats they are, without the paths. */
export type ModelOrigin =
  | Pick<BuiltModel, 'kind'>
  | (Pick<GivenModel, 'kind'> & {
      readonly formats: Readonly<Partial<Record<ModelFormat, unknown>>>;
    });

/** ResNet-50, or another classifier of images in its place, which the servers then call ResNet-50. */
export const CLASSIFIER: BuiltModel = {
  kind: 'built',
  name: 'resnet-50',
  file: descriptionFile,
  inputs: [{ name: 'input', datatype: 'FP32', shape: shapeOf('NCHW', classifierInputs.NCHW) }],
  outputs: [{ name: 'output', datatype: 'FP32', shape: [1, CLASS_COUNT] }],
  image: classifierInputs.NCHW,
};

/** A file of a given model, as the runner writes it: paths in it may be relative to the file. */
export type GivenModelFile = Omit<GivenModel, 'file'>;

/** Reads a file that the runner wrote for a given model. */
export const readGivenModel = (file: string): GivenModel => {
  const model = JSON.parse(readFileSync(file, 'utf8')) as GivenModelFile;
  if (model.kind !== 'given') throw new Error('it has another format');
  const at = (name: string): string => path.resolve(path.dirname(file), name);
  const { onnx, ...others } = model.formats;
  return {
    ...model,
    file,
    formats: {
      onnx: at(onnx),
      ...Object.fromEntries(Object.entries(others).map(([format, name]) => [format, at(name)])),
    },
    example: { request: at(model.example.request), answer: at(model.example.answer) },
  };
};

/**
 * Reads the file that describes a model: that of {@link CLASSIFIER}, or one that the runner wrote.
 *
 * @throws UsageError if it describes no model.
 */
export const readModel = (file: string): Model => {
  if (file === CLASSIFIER.file) return CLASSIFIER;
  try {
    return readGivenModel(file);
  } catch (error) {
    throw new UsageError(
      `"${file}" does not describe a model: ${messageOf(error)}`,
      'give a file model.json of a run folder, or none for ResNet-50',
      { cause: error },
    );
  }
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
