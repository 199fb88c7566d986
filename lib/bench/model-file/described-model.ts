import type { ImageInput } from '../../../serving-configs/models/input/image-input.ts';
import type { ResolvedCheck } from '../../../serving-configs/models/tensors/compare-tensors.ts';
import type { BuiltModel, ModelOrigin } from '../../../serving-configs/models/model.ts';
import type { DescribedServer } from './description.ts';
import {
  OTHER_FORMATS,
  type OtherFormat,
  type TensorSpec,
} from '../../../serving-configs/models/tensors/tensor-spec.ts';

/** An input or output of a model file, as `serving-configs/reference/describe-model.ts` reads it. */
export interface ModelTensor extends TensorSpec {
  /** Like `shape`, but open dimensions have their name, if they have one. */
  readonly dims: readonly (number | string)[];
}

/** Whether a model leaves the size of a tensor open. */
export const isOpen = ({ shape, isRankOpen }: ModelTensor): boolean =>
  isRankOpen === true || shape.includes(-1);

/** Formats a shape with the names of its open dimensions, such as `[batch, 3, ?, ?]`. */
export const dimsText = ({ dims, isRankOpen }: Pick<ModelTensor, 'dims' | 'isRankOpen'>): string =>
  isRankOpen
    ? '[any shape]'
    : `[${dims.map((size) => (size === '' || size === -1 ? '?' : size)).join(', ')}]`;

/** Describes an open dimension with two sizes, such as "sequence is 64 in ids and 32 in mask"; undefined if there is none. */
export const twoSizesText = (
  inputs: readonly ModelTensor[],
  shapeOf: (input: ModelTensor) => readonly number[] | undefined,
): string | undefined => {
  const seen = new Map<string, { readonly size: number; readonly input: string }>();
  for (const input of inputs) {
    for (const [axis, size] of (shapeOf(input) ?? []).entries()) {
      const name = input.dims[axis];
      if (typeof name !== 'string' || name === '' || size === -1) continue;
      const first = seen.get(name);
      if (first === undefined) seen.set(name, { size, input: input.name });
      else if (first.size !== size) {
        return `${name} is ${first.size} in ${first.input} and ${size} in ${input.name}`;
      }
    }
  }
  return undefined;
};

/** The inputs and outputs of a model file. */
export interface ModelTensors {
  readonly inputs: readonly ModelTensor[];
  readonly outputs: readonly ModelTensor[];
}

export interface HashedFile {
  /** Absolute path. */
  readonly file: string;
  readonly sha256: string;
}

/** A model in another format than ONNX: a file or a folder. */
export interface FormatFiles {
  /** Absolute path of the file or the folder. */
  readonly modelPath: string;
  readonly files: readonly HashedFile[];
  /** The hash of the file, or of the names and hashes of all files in the folder. */
  readonly sha256: string;
}

/** A model in another precision, as ONNX, with the checks of its own answers. */
export interface PrecisionFiles extends FormatFiles {
  readonly checks: Readonly<Record<string, ResolvedCheck>>;
}

/** Where the inputs of the requests come from. */
export type InputSource =
  | {
      readonly from: 'images';
      readonly folder: string;
      readonly files: readonly string[];
      readonly image: ImageInput;
    }
  /** Each request has a file for each input, in the order of the inputs. */
  | { readonly from: 'npy'; readonly requests: readonly (readonly string[])[] }
  | { readonly from: 'perf_analyzer'; readonly file: string }
  | {
      readonly from: 'random';
      readonly count: number;
      readonly seed: number;
      /** The range of values for every input, by name: the first number is included, the second excluded. */
      readonly ranges: Readonly<Record<string, readonly [number, number]>>;
    }
  | { readonly from: 'zero' };

/** A model with its inputs, after validation. Paths are absolute. */
interface ModelFacts extends ModelTensors {
  /** The path of its description. */
  readonly description: string;
  /** Its name in the URLs of servers. */
  readonly name: string;
  /** Its name for people. */
  readonly title: string;
  /** The model in other formats than ONNX that the user gives. */
  readonly otherFormats: Readonly<Partial<Record<OtherFormat, FormatFiles>>>;
  /** The model in other precisions that the user gives, by their names. */
  readonly precisions: Readonly<Record<string, PrecisionFiles>>;
  /** The shapes of inputs that have sizes in the description, by name. */
  readonly sizes: Readonly<Record<string, readonly number[]>>;
  /** How images become the only input; absent without `model.image` in the description, or with several inputs. */
  readonly image?: ImageInput;
  readonly source: InputSource;
  /** Running servers, by name. */
  readonly servers: Readonly<Record<string, DescribedServer>>;
  /** The names of the positions in the last dimension of an output. */
  readonly labels?: { readonly output: string; readonly names: readonly string[] };
}

/** A user's model: all servers have its files, and its requests are named tensors. */
export interface UserModel extends ModelFacts {
  readonly kind: 'given';
  readonly onnx: HashedFile;
  /** Separate files with the weights of the ONNX file. */
  readonly weights: readonly HashedFile[];
  /** The check of every output, by name. */
  readonly checks: Readonly<Record<string, ResolvedCheck>>;
}

/** This project's own model, ResNet-50: every platform has files of its own, and its requests are images. */
export interface OwnModel extends ModelFacts {
  readonly kind: 'built';
  readonly source: Extract<InputSource, { readonly from: 'images' }>;
  /** What servers serve: ResNet-50, or a user's classifier in its place. */
  readonly served: BuiltModel;
  readonly checks: Readonly<Record<string, { readonly check: 'classes' }>>;
}

/** A model that a description tells everything about. */
export type AnyModel = UserModel | OwnModel;

/** Maps the other formats of a model to values, such as their paths. */
export const mapOtherFormats = <Value>(
  { otherFormats }: Pick<AnyModel, 'otherFormats'>,
  valueOf: (files: FormatFiles, format: OtherFormat) => Value,
): Readonly<Partial<Record<OtherFormat, Value>>> =>
  Object.fromEntries(
    OTHER_FORMATS.flatMap((format) => {
      const { [format]: files } = otherFormats;
      return files === undefined ? [] : [[format, valueOf(files, format)] as const];
    }),
  );

/** The files and folders that a model is in, without the separate weights of an ONNX file; none for one that every platform has in its own form. */
export const modelPathsOf = (model: AnyModel): readonly string[] =>
  model.kind === 'built'
    ? []
    : [model.onnx.file, ...Object.values(mapOtherFormats(model, ({ modelPath }) => modelPath))];

/** The files and folders of a model that its user gives. */
export const givenFilesOf = (model: AnyModel): readonly string[] => [
  ...modelPathsOf(model),
  ...Object.values(model.precisions).flatMap(({ files }) => files.map(({ file }) => file)),
  ...(model.kind === 'built' ? [] : model.weights.map(({ file }) => file)),
];

/** Where servers get the files of a model from, and in which formats. */
export const originOf = ({
  kind,
  otherFormats,
}: {
  readonly kind: AnyModel['kind'];
  readonly otherFormats: Readonly<Partial<Record<OtherFormat, unknown>>>;
}): ModelOrigin => ({ kind, formats: { onnx: true, ...otherFormats } });
