import type { PlatformTraits, RealTraits, Traits } from '../../../conformance/traits.ts';

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

export default {
  triton_pytorch: {
    ...common,
    real: { ...real, killed: { status: '500', words: 'is not healthy' } },
  },
  triton_tensorflow: { ...common, real },
  triton_onnx: {
    ...common,
    real,
    statistics: {
      page: 'statistics-page.json',
      counters: { count: 5, requestMs: 466, queueMs: 0, computeMs: 466 },
    },
  },
  /** TensorRT needs a GPU. */
  triton_tensorrt: common,
} as const satisfies PlatformTraits;
