import type { Accelerator, ModelContract } from '../../manifest.ts';
import { contractTensors } from '../tensors/contract-tensors.ts';
import type { TensorModel, TensorSpec } from '../tensors/tensor-model.ts';

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

const text = (value: string): string => JSON.stringify(value);
const typeAndDims = ({ datatype, shape }: Omit<TensorSpec, 'name'>): string =>
  `data_type: TYPE_${datatype} dims: [ ${shape.join(', ')} ]`;

/** The fields of `config.pbtxt` that say what a model takes and answers, a line each. */
export const tensorFields = ({
  inputs,
  outputs,
}: Pick<TensorModel, 'inputs' | 'outputs'>): string =>
  Object.entries({ input: inputs, output: outputs })
    .flatMap(([field, specs]) =>
      specs.map((spec) => `${field} [ { name: ${text(spec.name)} ${typeAndDims(spec)} } ]`),
    )
    .join('\n');

/** A user's model, with what it is warmed up with: an input of each name, whose bytes are the file of its number in `warmup/`. */
export interface WarmedUp extends Pick<TensorModel, 'inputs' | 'outputs'> {
  readonly example: readonly TensorSpec[];
}

/**
 * The file `config.pbtxt` of a model repository: one image a request, and neither a batching scheduler nor a second
 * instance of the model, which no other serving has. The server refuses a model that is to be on a GPU where it finds none. On
 * a CPU the model gets one thread, as with every serving.
 * @param weightsFile - Name of what holds the weights, e.g. `model.onnx`.
 * @param users - Instead of the classifier.
 * @throws RangeError where the server has nothing that computes from such a file.
 */
export const modelConfig = (
  model: ModelContract,
  weightsFile: string,
  accelerator: Accelerator = 'gpu',
  users?: WarmedUp,
): string => {
  const backend = BACKENDS.find(([pattern]) => pattern.test(weightsFile))?.[1];
  if (backend === undefined) throw new RangeError(`no platform reads ${weightsFile}`);
  const tensors = users ?? contractTensors(model);
  if (tensors === undefined) throw new RangeError(`the manifest of ${model.name} names no tensors`);
  const threads = accelerator === 'cpu' ? backend.threads : [];
  const parameters = threads.map(
    (key) => `parameters { key: ${text(key)} value: { string_value: "1" } }\n`,
  );
  const warmUp = (users?.example ?? tensors.inputs).map((spec, at) => {
    const values = users === undefined ? 'zero_data: true' : `input_data_file: "${at}"`;
    return `    inputs {
      key: ${text(spec.name)}
      value: { ${typeAndDims(spec)} ${values} }
    }
`;
  });
  return `name: ${text(model.name)}
platform: ${text(backend.platform)}
max_batch_size: 0
${tensorFields(tensors)}
instance_group [ { count: 1 kind: ${INSTANCE_KINDS[accelerator]} } ]
${parameters.join('')}model_warmup [
  {
    name: "${users === undefined ? 'zeros' : 'example'}"
    batch_size: 1
    count: ${WARM_UP_CALLS}
${warmUp.join('')}  }
]
`;
};
