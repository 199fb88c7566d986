import type { NamedTensor } from './tensor-body.ts';
import { DATATYPES, fitsShape, sizeOfShape, type TensorSpec } from './tensor-model.ts';

/** A tensor whose type has not been checked yet. */
type Described = Omit<NamedTensor, 'datatype'> & { readonly datatype: string };

const mismatchWith = (wanted: TensorSpec, given: Described | undefined): string | undefined => {
  const { name, datatype, shape } = wanted;
  if (given === undefined) return `tensor "${name}" is missing`;
  if (given.datatype !== datatype) {
    return `tensor "${name}" has the type ${given.datatype} instead of ${datatype}`;
  }
  if (!fitsShape(given.shape, shape)) {
    return `tensor "${name}" has the shape [${given.shape.join()}], which does not fit [${shape.join()}]`;
  }
  const bytes = sizeOfShape(given.shape) * DATATYPES[datatype].bytes;
  return given.bytes.length === bytes
    ? undefined
    : `tensor "${name}" has ${given.bytes.length} bytes of values instead of ${bytes}`;
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
