import type { NamedTensor } from './tensor-body.ts';
import { DATATYPES, fitsShape, sizeOfShape, type TensorSpec } from './tensor-spec.ts';

/** A tensor whose type has not been checked yet. */
type Described = Omit<NamedTensor, 'datatype'> & { readonly datatype: string };

const mismatchWith = (wanted: TensorSpec, tensor: Described | undefined): string | undefined => {
  const { name, datatype, shape } = wanted;
  if (tensor === undefined) return `tensor "${name}" is missing`;
  if (tensor.datatype !== datatype) {
    return `tensor "${name}" has the type ${tensor.datatype} instead of ${datatype}`;
  }
  if (!fitsShape(tensor.shape, wanted)) {
    return `tensor "${name}" has the shape [${tensor.shape.join()}], which does not fit [${shape.join()}]`;
  }
  const bytes = sizeOfShape(tensor.shape) * DATATYPES[datatype].bytes;
  return tensor.bytes.length === bytes
    ? undefined
    : `tensor "${name}" has ${tensor.bytes.length} bytes of values instead of ${bytes}`;
};

/** Describes why tensors do not fit the inputs or outputs of a model; undefined if they fit. Their order does not matter. */
export const mismatchOf = (
  tensors: readonly Described[],
  wanted: readonly TensorSpec[],
): string | undefined => {
  for (const spec of wanted) {
    const mismatch = mismatchWith(
      spec,
      tensors.find(({ name }) => name === spec.name),
    );
    if (mismatch !== undefined) return mismatch;
  }
  return tensors.length === wanted.length
    ? undefined
    : `there are ${tensors.length} tensors instead of ${wanted.length}`;
};
