import type { ImageInput } from '../../../serving-configs/models/input/image-input.ts';
import type { ResolvedCheck } from '../../../serving-configs/models/tensors/compare-tensors.ts';
import type { DescribedServer } from './description.ts';
import {
  OTHER_FORMATS,
  type OtherFormat,
  type TensorSpec,
} from '../../../serving-configs/models/tensors/tensor-model.ts';

/** An input or output of a model file, as `serving-configs/reference/describe-model.ts` tells it. */
export interface ModelTensor extends TensorSpec {
  /** As `shape`, with the names of open dimensions where they have names. */
  readonly dims: readonly (number | string)[];
}

/** As `[batch, 3, ?, ?]`: open dimensions by their names, where they have one. */
export const dimsText = ({ dims }: Pick<ModelTensor, 'dims'>): string =>
  `[${dims.map((size) => (size === '' || size === -1 ? '?' : size)).join(', ')}]`;

/** A name of an open dimension that has two sizes, as "sequence is 64 in ids and 32 in mask"; undefined where each has one. */
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

/** What a model file says of itself. */
export interface ModelTensors {
  readonly inputs: readonly ModelTensor[];
  readonly outputs: readonly ModelTensor[];
}

export interface HashedFile {
  /** Absolute path. */
  readonly file: string;
  readonly sha256: string;
}

/** A model in another format than ONNX: one file, or those of a folder. */
export interface OtherFiles {
  /** Absolute path of the file or the folder. */
  readonly place: string;
  readonly files: readonly HashedFile[];
  /** Of the file; of a folder, of the names and hashes of all that is in it. */
  readonly sha256: string;
}

/** Where the inputs of the requests come from. */
export type InputSource =
  | { readonly from: 'images'; readonly files: readonly string[]; readonly image: ImageInput }
  /** Each request has one file for each input, in the order of the inputs. */
  | { readonly from: 'npy'; readonly requests: readonly (readonly string[])[] }
  | { readonly from: 'perf_analyzer'; readonly file: string }
  | {
      readonly from: 'random';
      readonly count: number;
      readonly seed: number;
      /** From the first on, below the second; by input, without open ends. */
      readonly ranges: Readonly<Record<string, readonly [number, number]>>;
    }
  | { readonly from: 'zero' };

/** A user's model with its inputs and its checks, read and found in order; paths are absolute. */
export interface UserModel extends ModelTensors {
  /** The description it was read from. */
  readonly description: string;
  /** In the URLs of servers. */
  readonly name: string;
  readonly onnx: HashedFile;
  /** Files beside the ONNX file that hold its weights. */
  readonly weights: readonly HashedFile[];
  /** What it comes as beside that. */
  readonly others: Readonly<Partial<Record<OtherFormat, OtherFiles>>>;
  /** The shape of inputs that the description sizes, by name. */
  readonly sizes: Readonly<Record<string, readonly number[]>>;
  /** How images become the one input; absent where the description has no `model.image`. */
  readonly image?: ImageInput;
  readonly source: InputSource;
  /** By the name of the output; every output has one. */
  readonly checks: Readonly<Record<string, ResolvedCheck>>;
  /** Servers that run already, by name. */
  readonly servers: Readonly<Record<string, DescribedServer>>;
  /** What the places of the last dimension of the output are called. */
  readonly labels?: { readonly output: string; readonly names: readonly string[] };
}

/** Of each format beside ONNX that a model comes as something, such as its place. */
export const eachOther = <Value>(
  { others }: Pick<UserModel, 'others'>,
  valueOf: (files: OtherFiles, format: OtherFormat) => Value,
): Readonly<Partial<Record<OtherFormat, Value>>> =>
  Object.fromEntries(
    OTHER_FORMATS.flatMap((format) => {
      const { [format]: files } = others;
      return files === undefined ? [] : [[format, valueOf(files, format)] as const];
    }),
  );
