import type { ModelContract } from '../../manifest.ts';

/** The server's name for what computes, by the file of weights that it reads. */
const PLATFORMS: readonly (readonly [RegExp, string])[] = [
  [/\.pt$/, 'pytorch_libtorch'],
  [/\.savedmodel(\/|$)/, 'tensorflow_savedmodel'],
  [/\.onnx$/, 'onnxruntime_onnx'],
  [/\.plan$/, 'tensorrt_plan'],
];

/** The first calls of a model are many times slower than the later ones; the server is not ready before these are done. */
const WARM_UP_CALLS = 20;

const CLASSES = 1000;
const text = (value: string): string => JSON.stringify(value);

/**
 * The file `config.pbtxt` of a model repository: one picture a request, and neither a batching scheduler nor a second
 * instance of the model, which no other serving has. Where a GPU is, the model is on it.
 * @param weightsFile - Name of what holds the weights, e.g. `model.onnx`.
 * @throws RangeError where the server has nothing that computes from such a file.
 */
export const modelConfig = (
  { name, layout, tensors }: ModelContract,
  weightsFile: string,
): string => {
  const platform = PLATFORMS.find(([pattern]) => pattern.test(weightsFile))?.[1];
  if (platform === undefined) throw new RangeError(`no platform reads ${weightsFile}`);
  if (tensors === undefined) throw new RangeError(`the manifest of ${name} names no tensors`);
  const dims = layout === 'NCHW' ? '[ 1, 3, 224, 224 ]' : '[ 1, 224, 224, 3 ]';
  return `name: ${text(name)}
platform: ${text(platform)}
max_batch_size: 0
input [ { name: ${text(tensors.input)} data_type: TYPE_FP32 dims: ${dims} } ]
output [ { name: ${text(tensors.output)} data_type: TYPE_FP32 dims: [ 1, ${CLASSES} ] } ]
instance_group [ { count: 1 } ]
model_warmup [
  {
    name: "zeros"
    batch_size: 1
    count: ${WARM_UP_CALLS}
    inputs {
      key: ${text(tensors.input)}
      value: { data_type: TYPE_FP32 dims: ${dims} zero_data: true }
    }
  }
]
`;
};
