import {
  OPEN_INFERENCE_REFUSALS,
  type PlatformTraits,
  type RealTraits,
  type Traits,
} from '../../../conformance/traits.ts';

const common = {
  refusals: OPEN_INFERENCE_REFUSALS,
  overload: 'waits',
} as const satisfies Traits;

const real = {
  worker: /triton_python_backend_stub/,
  killed: { shownBy: 'triton_pytorch' },
} as const satisfies RealTraits;

export default {
  triton_pytorch: {
    ...common,
    real: { ...real, killed: { status: '500' } },
  },
  triton_tensorflow: { ...common, real },
  triton_onnx: {
    ...common,
    real,
    statistics: {
      page: 'statistics-page.json',
      counters: { count: 5, requestMs: 466, queueMs: 0, computeMs: 466, computations: 5 },
    },
  },
  /** TensorRT needs a GPU. */
  triton_tensorrt: common,
} as const satisfies PlatformTraits;
