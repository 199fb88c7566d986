import type { NamedTensor } from './tensor-body.ts';

/** The tensors of one request. */
type Tensors = readonly NamedTensor[];

const sizeOf = ([first]: Tensors): number => first?.shape[0] ?? 1;

/** Whether requests can be computed as one: their tensors have the same shapes, except for the first dimension. */
export const canStack = ([first = [], ...others]: readonly Tensors[]): boolean =>
  first.every(
    ({ shape, name }) =>
      shape.length > 0 &&
      others.every((tensors) => {
        const other = tensors.find((tensor) => tensor.name === name)?.shape;
        return (
          other?.length === shape.length &&
          shape.every((size, at) => at === 0 || size === other[at])
        );
      }),
  );

/** Puts the tensors of several requests below each other, along the first dimension. */
export const stack = (requests: readonly Tensors[]): Tensors => {
  const [first = []] = requests;
  return first.map(({ name, datatype, shape }) => {
    const parts = requests.flatMap((tensors) => tensors.filter((tensor) => tensor.name === name));
    return {
      name,
      datatype,
      shape: [parts.reduce((sum, part) => sum + (part.shape[0] ?? 1), 0), ...shape.slice(1)],
      bytes: Buffer.concat(parts.map(({ bytes }) => bytes)),
    };
  });
};

/**
 * Takes the outputs of stacked requests apart again.
 * @throws Error if an output does not have a part for each input.
 */
export const unstack = (outputs: Tensors, requests: readonly Tensors[]): readonly Tensors[] => {
  const sizes = requests.map(sizeOf);
  const total = sizes.reduce((sum, size) => sum + size, 0);
  for (const { name, shape } of outputs) {
    if (shape[0] !== total) {
      throw new Error(
        `the output "${name}" of a batch of ${total} has the shape [${shape.join(', ')}]`,
      );
    }
  }
  let from = 0;
  return sizes.map((size) => {
    const at = from;
    from += size;
    return outputs.map(({ name, datatype, shape, bytes }) => {
      const each = bytes.byteLength / total;
      // A copy, because the parts of a batch are sent at different times.
      return {
        name,
        datatype,
        shape: [size, ...shape.slice(1)],
        bytes: bytes.slice(at * each, (at + size) * each),
      };
    });
  });
};
