import type { RealTraits, Traits } from '../../../conformance/traits.ts';

const common = {
  refusals: {
    unknownModel: { rest: '404', grpc: 'NOT_FOUND' },
    wrongShape: { rest: '400', grpc: 'INVALID_ARGUMENT' },
    brokenImage: { none: 'it takes tensors only' },
  },
  overload: 'waits',
} as const satisfies Traits;

const real = {
  worker: /triton_python_backend_stub/,
  killed: { shownBy: 'triton_pytorch' },
} as const satisfies RealTraits;

export const tritonPytorch: Traits = {
  ...common,
  real: { ...real, killed: { status: '500', words: 'is not healthy' } },
};
export const tritonTensorflow: Traits = { ...common, real };
export const tritonOnnx: Traits = { ...common, real };
/** TensorRT needs a GPU. */
export const tritonTensorrt: Traits = common;
