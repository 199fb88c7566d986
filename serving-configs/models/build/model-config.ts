import type { Accelerator } from '../../manifest.ts';
import { hasBatches, type Settings } from '../../settings.ts';
import type { ServedModel } from '../served-model.ts';
import type { TensorSpec, TensorsOfModel } from '../tensors/tensor-spec.ts';

/** A backend of the server: its name, and its parameters for the number of CPU threads. */
interface ModelBackend {
  readonly platform: string;
  readonly threads: readonly string[];
}

/** Backends by the weights file that they read. Source of the parameters: the READMEs of the backends. */
const BACKENDS: readonly (readonly [RegExp, ModelBackend])[] = [
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

/** The first calls of a model are many times slower than later ones. The server is not ready until these calls are done. */
const WARM_UP_CALLS = 20;

const text = (value: string): string => JSON.stringify(value);
const typeAndDims = ({ datatype, shape }: Omit<TensorSpec, 'name'>): string =>
  `data_type: TYPE_${datatype} dims: [ ${shape.join(', ')} ]`;

/** A tensor in `config.pbtxt`. With batches, `max_batch_size` stands for its first dimension. */
const described = (settings: Settings, { datatype, shape }: TensorSpec): string =>
  typeAndDims({ datatype, shape: hasBatches(settings) ? shape.slice(1) : shape });

/** The fields of `config.pbtxt` for the inputs and outputs of a model, one per line. */
export const tensorFields = ({ inputs, outputs }: TensorsOfModel, settings: Settings): string =>
  Object.entries({ input: inputs, output: outputs })
    .flatMap(([field, specs]) =>
      specs.map((spec) => `${field} [ { name: ${text(spec.name)} ${described(settings, spec)} } ]`),
    )
    .join('\n');

/** How a model in a repository is computed. */
interface ModelSetup {
  readonly accelerator: Accelerator;
  /** Those of threads apply on a CPU. */
  readonly settings: Settings;
  /** The inputs of the warm-up request, whose bytes are in the files `warmup/N`. Default: zeros. */
  readonly example?: readonly TensorSpec[];
}

/**
 * The file `config.pbtxt` of a model repository. For a GPU, the server refuses the model if there is none.
 * @param weightsFile - The name of the weights file, such as `model.onnx`.
 * @throws RangeError if no backend of the server reads the file.
 */
export const modelConfig = (
  model: Pick<ServedModel, 'name' | 'inputs' | 'outputs'>,
  weightsFile: string,
  { accelerator, settings, example }: ModelSetup,
): string => {
  const backend = BACKENDS.find(([pattern]) => pattern.test(weightsFile))?.[1];
  if (backend === undefined) throw new RangeError(`no platform reads ${weightsFile}`);
  const lines =
    settings === 'default'
      ? []
      : [
          `instance_group [ { count: ${settings.instances} kind: ${INSTANCE_KINDS[accelerator]} } ]`,
          ...(accelerator === 'cpu' ? backend.threads : []).map(
            (key) =>
              `parameters { key: ${text(key)} value: { string_value: "${settings.threads}" } }`,
          ),
          ...(hasBatches(settings)
            ? [
                `dynamic_batching { max_queue_delay_microseconds: ${Math.round(settings.batchDelayMs * 1000)} }`,
              ]
            : []),
        ];
  const warmUp = (example ?? model.inputs).map((spec, at) => {
    const values = example === undefined ? 'zero_data: true' : `input_data_file: "${at}"`;
    return `    inputs {
      key: ${text(spec.name)}
      value: { ${described(settings, spec)} ${values} }
    }
`;
  });
  return `name: ${text(model.name)}
platform: ${text(backend.platform)}
max_batch_size: ${hasBatches(settings) ? settings.maxBatch : 0}
${tensorFields(model, settings)}
${lines.map((line) => `${line}\n`).join('')}model_warmup [
  {
    name: "${example === undefined ? 'zeros' : 'example'}"
    batch_size: 1
    count: ${WARM_UP_CALLS}
${warmUp.join('')}  }
]
`;
};
