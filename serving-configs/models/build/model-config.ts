import type { Accelerator, ModelContract } from '../../manifest.ts';

/** What computes: the server's name for it, and its parameters that set the number of threads on a CPU. */
interface Backend {
  readonly platform: string;
  readonly threads: readonly string[];
}

/** By the file of weights that it reads; the parameters are those of the backends' READMEs. */
const BACKENDS: readonly (readonly [RegExp, Backend])[] = [
  [
    /\.pt$/,
    { platform: 'pytorch_libtorch', threads: ['INTRA_OP_THREAD_COUNT', 'INTER_OP_THREAD_COUNT'] },
  ],
  [
    /\.savedmodel(\/|$)/,
    {
      platform: 'tensorflow_savedmodel',
      threads: ['TF_NUM_INTRA_THREADS', 'TF_NUM_INTER_THREADS'],
    },
  ],
  [
    /\.onnx$/,
    { platform: 'onnxruntime_onnx', threads: ['intra_op_thread_count', 'inter_op_thread_count'] },
  ],
  [/\.plan$/, { platform: 'tensorrt_plan', threads: [] }],
];

const INSTANCE_KINDS: Readonly<Record<Accelerator, string>> = { cpu: 'KIND_CPU', gpu: 'KIND_GPU' };

/** The first calls of a model are many times slower than the later ones; the server is not ready before these are done. */
const WARM_UP_CALLS = 20;

const CLASSES = 1000;
const text = (value: string): string => JSON.stringify(value);

/**
 * The file `config.pbtxt` of a model repository: one image a request, and neither a batching scheduler nor a second
 * instance of the model, which no other serving has. The server refuses a model that is to be on a GPU where it finds none. On
 * a CPU the model gets one thread, as with every serving.
 * @param weightsFile - Name of what holds the weights, e.g. `model.onnx`.
 * @throws RangeError where the server has nothing that computes from such a file.
 */
export const modelConfig = (
  { name, layout, tensors }: ModelContract,
  weightsFile: string,
  accelerator: Accelerator = 'gpu',
): string => {
  const backend = BACKENDS.find(([pattern]) => pattern.test(weightsFile))?.[1];
  if (backend === undefined) throw new RangeError(`no platform reads ${weightsFile}`);
  if (tensors === undefined) throw new RangeError(`the manifest of ${name} names no tensors`);
  const dims = layout === 'NCHW' ? '[ 1, 3, 224, 224 ]' : '[ 1, 224, 224, 3 ]';
  const threads = accelerator === 'cpu' ? backend.threads : [];
  const parameters = threads.map(
    (key) => `parameters { key: ${text(key)} value: { string_value: "1" } }\n`,
  );
  return `name: ${text(name)}
platform: ${text(backend.platform)}
max_batch_size: 0
input [ { name: ${text(tensors.input)} data_type: TYPE_FP32 dims: ${dims} } ]
output [ { name: ${text(tensors.output)} data_type: TYPE_FP32 dims: [ 1, ${CLASSES} ] } ]
instance_group [ { count: 1 kind: ${INSTANCE_KINDS[accelerator]} } ]
${parameters.join('')}model_warmup [
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
