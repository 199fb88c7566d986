import { GRPC_STATUS, type GrpcAnswer } from '../grpc-wire.ts';
import type { ServedModel } from './served-model.ts';

/** A tensor of a request, over whichever protocol. */
interface AskedTensor {
  readonly name: string;
  readonly datatype: string;
  readonly shape: readonly number[];
}

/**
 * What a model written in Python, as this project's are, makes of the inputs of a request: it takes the one with its name
 * and ignores others.
 * @returns the words of its refusal where there is none that it takes.
 */
export const inputOf = <Tensor extends AskedTensor>(
  inputs: readonly Tensor[],
  { input: name, shape }: ServedModel,
): Tensor | string => {
  const input = inputs.find((tensor) => tensor.name === name);
  if (input === undefined) return `input '${name}' is missing`;
  if (input.datatype !== 'FP32') {
    return `input '${name}' has the type ${input.datatype}, not FP32`;
  }
  if (input.shape.join() !== shape.join()) {
    return `input '${name}' has the shape [${input.shape.join(', ')}], not [${shape.join(', ')}]`;
  }
  return input;
};

/** What NumPy says of values that do not fill a shape. */
export const cannotReshape = (count: number, shape: readonly number[]): string =>
  `cannot reshape array of size ${count} into shape (${shape.join(',')})`;

/** How gRPC's server for Python ends a call whose message it cannot read. */
export const undecodable = (type: string): GrpcAnswer => ({
  status: GRPC_STATUS.UNKNOWN,
  details:
    "Unexpected <class 'google.protobuf.message.DecodeError'>: " +
    `Error parsing message with type 'inference.${type}'`,
});
