import { createHash } from 'node:crypto';
import type { ServingName } from '../../../serving-configs/index.ts';
import type { NamedTensor } from '../../../serving-configs/models/tensors/tensor-body.ts';
import type { GivenModel } from '../../../serving-configs/models/model.ts';
import type { VenvEngine } from '../../../serving-configs/runtimes/served-model.ts';
import { startReal, type StartedServing } from '../../conformance/started-serving.ts';
import { detectorModel, maskedModel, onnxModel } from '../../support/onnx-models.ts';
import { newFolder } from '../../support/temporary-folder.ts';
import { askTensors, tensorWaysOf, type TensorWay } from '../../support/tensor-client.ts';
import { tensor, writeTensorModel, type TensorModelFolder } from '../../support/user-model.ts';

const FLOAT32 = 1;

/** All types except 16-bit floats. */
const mixedModel = (): Uint8Array =>
  onnxModel({
    inputs: [
      { name: 'input_ids', type: 'INT64', shape: ['batch', 'sequence'] },
      { name: 'attention_mask', type: 'INT64', shape: ['batch', 'sequence'] },
      { name: 'counts', type: 'INT32', shape: ['batch', 3] },
      { name: 'weights', type: 'FP32', shape: ['batch', 3] },
      { name: 'codes', type: 'UINT8', shape: ['batch'] },
      { name: 'flags', type: 'BOOL', shape: ['batch'] },
    ],
    outputs: [
      { name: 'masked', type: 'INT64', shape: ['batch', 'sequence'] },
      { name: 'sum', type: 'FP32', shape: ['batch', 3] },
      { name: 'same_codes', type: 'UINT8', shape: ['batch'] },
      { name: 'opposite', type: 'BOOL', shape: ['batch'] },
      { name: 'same_counts', type: 'INT32', shape: ['batch', 3] },
    ],
    nodes: [
      { op: 'Mul', inputs: ['input_ids', 'attention_mask'], output: 'masked' },
      { op: 'Cast', inputs: ['counts'], output: 'floats', attributes: { to: FLOAT32 } },
      { op: 'Add', inputs: ['floats', 'weights'], output: 'sum' },
      { op: 'Identity', inputs: ['codes'], output: 'same_codes' },
      { op: 'Not', inputs: ['flags'], output: 'opposite' },
      { op: 'Identity', inputs: ['counts'], output: 'same_counts' },
    ],
  });

const listOf = (length: number, valueAt: (at: number) => number): readonly number[] =>
  Array.from({ length }, (_, at) => valueAt(at));

/** The inputs of a language model, and one of each other type that JSON can carry. Batch and sequence length vary. */
const mixedRequest = (batch: number, sequence: number): readonly NamedTensor[] => {
  const ids = listOf(batch * sequence, (at) => 1e12 + at);
  const mask = ids.map((_, at) => at % 2);
  const counts = listOf(batch * 3, (at) => at - 4);
  const weights = counts.map((_, at) => at / 8 + 0.1);
  const codes = listOf(batch, (at) => 255 - at);
  const flags = codes.map((_, at) => (at + 1) % 2);
  return [
    tensor('input_ids', 'INT64', [batch, sequence], ids),
    tensor('attention_mask', 'INT64', [batch, sequence], mask),
    tensor('counts', 'INT32', [batch, 3], counts),
    tensor('weights', 'FP32', [batch, 3], weights),
    tensor('codes', 'UINT8', [batch], codes),
    tensor('flags', 'BOOL', [batch], flags),
  ];
};

/** The bits of the 16-bit floats 1, 0 and 2. */
const HALVES = [0x3c00, 0, 0x4000];

/** More than 4 MiB of inputs and 8 MiB of outputs, which are the limits of some servers over gRPC unless they are raised. */
const detectorRequest: readonly NamedTensor[] = [
  tensor(
    'images',
    'FP32',
    [1, 3, 640, 640],
    listOf(3 * 640 * 640, (at) => at % 10),
  ),
];

/** Models and requests to them; the first request is the example of the model. */
const MODELS = {
  mixed: { onnx: mixedModel, requests: [mixedRequest(2, 4), mixedRequest(1, 7)] },
  halves: {
    onnx: maskedModel,
    requests: [
      [
        tensor('input_ids', 'INT64', [1, 3], [1, 2, 3]),
        tensor('attention_mask', 'FP16', [1, 3], HALVES),
      ],
    ],
  },
  detector: { onnx: detectorModel, requests: [detectorRequest] },
};

/** Sorted by name, because servers may change the order. Large tensors become a hash, which Jest can compare and print. */
const readable = (tensors: readonly NamedTensor[]) =>
  tensors
    .map(({ name, datatype, shape, bytes }) => ({
      name,
      datatype,
      shape: [...shape],
      bytes: bytes.length > 1000 ? createHash('sha256').update(bytes).digest('hex') : [...bytes],
    }))
    .toSorted((a, b) => (a.name < b.name ? -1 : 1));

/** All protocols and encodings in which a serving accepts these tensors; JSON cannot carry 16-bit floats. */
const waysFor = (serving: ServingName, inputs: readonly NamedTensor[]): readonly TensorWay[] => {
  const hasHalves = inputs.some(({ datatype }) => datatype === 'FP16');
  return tensorWaysOf(serving).filter(({ encoding }) => !(encoding === 'json' && hasHalves));
};

/**
 * Tests a real server with a user's model.
 *
 * @param start how to start the server with the model of a description; default: from packages
 * @param otherFormats the other formats of the model, if `start` needs them
 */
export const describeNamedTensors = (
  serving: ServingName,
  name: keyof typeof MODELS,
  engine: VenvEngine = 'onnx',
  start = (description: string): Promise<StartedServing> =>
    startReal(serving, '--engine', engine, '--model', description),
  otherFormats?: () => Omit<GivenModel['formats'], 'onnx'> | undefined,
): void => {
  const { onnx, requests } = MODELS[name];
  describe(`${serving} with a user's model of ${name} tensors and the engine ${engine}`, () => {
    let written: TensorModelFolder;
    let started: StartedServing;
    beforeAll(async () => {
      written = await writeTensorModel(newFolder(), onnx(), requests, otherFormats?.());
      started = await start(written.file);
    });
    afterAll(() => started.stop());

    it('gives the correct outputs, by name, over every protocol and encoding', async () => {
      const { model, answers } = written;
      for (const [at, inputs] of requests.entries()) {
        const correct = answers[engine === 'noop' ? 0 : at] ?? [];
        for (const way of waysFor(serving, inputs)) {
          const { outputs, ...reply } = await askTensors(started.urls, way, inputs, model);

          expect({ way, ...reply, outputs: readable(outputs) }).toEqual({
            way,
            status: 200,
            encoding: way.protocol === 'rest' ? way.encoding : undefined,
            outputs: readable(correct),
          });
        }
      }
    });

    if (engine === 'onnx') {
      it('refuses a request that lacks an input', async () => {
        const [, ...lacking] = requests[0] ?? [];
        for (const way of waysFor(serving, lacking)) {
          const { status } = await askTensors(started.urls, way, lacking, written.model);

          expect({ way, status }).not.toEqual({ way, status: 200 });
        }
      });
    }
  });
};
