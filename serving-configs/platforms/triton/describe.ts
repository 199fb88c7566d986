import path from 'node:path';
import type { TensorSpec } from '../../models/tensors/tensor-spec.ts';
import { modelMetadata, type DescribeServer } from '../../protocols/open-inference/served-model.ts';
import type { ServingCounters } from '../../protocols/statistics/serving-counters.ts';

const VERSION = '1';
const NS_PER_MS = 1e6;

/** The server's names of frameworks, by the extension of the weights file. */
const FRAMEWORKS: Readonly<Record<string, string>> = {
  '.pt': 'pytorch_libtorch',
  '.savedmodel': 'tensorflow_savedmodel',
  '.onnx': 'onnxruntime_onnx',
  '.plan': 'tensorrt_plan',
};

const configured = (specs: readonly TensorSpec[]): readonly object[] =>
  specs.map(({ name, datatype, shape }) => ({ name, data_type: `TYPE_${datatype}`, dims: shape }));

/** The statistics of a model. All that the engine computes counts as inference. */
const statisticsOf = (
  name: string,
  { count, requestMs = 0, queueMs = 0, computeMs = 0, computations = count }: ServingCounters,
): object => {
  const lasting = (ms: number) => ({ count, ns: Math.round(ms * NS_PER_MS) });
  const compute = {
    compute_input: lasting(0),
    compute_infer: lasting(computeMs),
    compute_output: lasting(0),
  };
  return {
    model_stats: [
      {
        name,
        version: VERSION,
        inference_count: count,
        execution_count: Math.round(computations),
        inference_stats: {
          success: lasting(requestMs),
          fail: { count: 0, ns: 0 },
          queue: lasting(queueMs),
          ...compute,
        },
        batch_stats:
          count === 0 ? [] : [{ batch_size: Math.round(count / computations), ...compute }],
      },
    ],
  };
};

/** What Triton 25.02 says about itself and its model. */
export const describe: DescribeServer = (manifest) => {
  const { model, container } = manifest;
  // As `resnet50-onnx/1/model.onnx`, or `resnet50-tf/1/model.savedmodel/saved_model.pb`.
  const [, file = ''] = container?.models.files ?? [];
  const [, , weights = ''] = file.split('/');
  const platform = FRAMEWORKS[path.extname(weights)] ?? '';
  const { inputs, outputs } = manifest.served;
  return {
    server: {
      name: 'triton',
      version: '2.55.0',
      extensions: ['model_repository', 'model_configuration', 'binary_tensor_data', 'statistics'],
    },
    model: modelMetadata(manifest, { versions: [VERSION], platform }),
    index: [{ name: model.name, version: VERSION, state: 'READY' }],
    configuration: {
      name: model.name,
      platform,
      // `onnxruntime` for `onnxruntime_onnx`.
      backend: platform.replace(/_.*/, ''),
      version_policy: { latest: { num_versions: 1 } },
      max_batch_size: 0,
      input: configured(inputs),
      output: configured(outputs),
      instance_group: [{ name: `${model.name}_0`, kind: 'KIND_CPU', count: 1 }],
      default_model_filename: weights,
    },
    statistics: (counters) => statisticsOf(model.name, counters),
  };
};
