import { manifestOf } from '../../../serving-configs/index.ts';
import { createDelayEngine } from '../../../serving-configs/reference/engines/delay-engine.ts';
import type { Fault } from '../../../serving-configs/reference/engines/delay-options.ts';
import { createNoopEngine } from '../../../serving-configs/reference/engines/noop-engine.ts';
import { fixedTensors } from '../../../serving-configs/reference/fixed-outputs.ts';
import { startGrpcServer } from '../../../serving-configs/reference/grpc-server.ts';
import { loadGrpcWire, loadWire } from '../../../serving-configs/reference/load-wire.ts';
import { startServer } from '../../../serving-configs/reference/server.ts';
import type { Engine } from '../../../serving-configs/reference/engine.ts';
import type { ServingName } from '../../../serving-configs/index.ts';
import { nanIndex } from '../../../serving-configs/models/tensors/compare-tensors.ts';
import type { TensorModel } from '../../../serving-configs/models/tensors/tensor-model.ts';
import { startReference, type StartedServing } from '../../conformance/started-serving.ts';
import { maskedModel, sameModel, twoByTwoModel } from '../../support/onnx-models.ts';
import { askTensors, servingsWithTensors, tensorWaysOf } from '../../support/tensor-client.ts';
import { useTemporaryFolders } from '../../support/temporary-folder.ts';
import {
  plain,
  tensor,
  writeTensorModel,
  type TensorModelFolder,
} from '../../support/user-model.ts';
import { runScript } from './reference-process.ts';

jest.setTimeout(120_000);

const newFolder = useTemporaryFolders();

const request = (rows: number) => {
  const values = Array.from({ length: 3 * rows }, (_, at) => at - 2);
  return [
    tensor('ids', 'INT64', [rows, 3], values),
    tensor(
      'weights',
      'FP32',
      [rows, 3],
      values.map((value) => value / 3),
    ),
  ];
};
const requests = [request(1), request(4)];

const started: StartedServing[] = [];
const start = async (...args: Parameters<typeof startReference>) => {
  const serving = await startReference(...args);
  started.push(serving);
  return serving;
};

/** In this process, with an engine that computes nothing. */
const ends: (() => Promise<void>)[] = [];
const startWith = async (serving: ServingName, model: TensorModel, engine: Engine) => {
  const at = { host: '127.0.0.1', port: 0 };
  const rest = await startServer({ wire: await loadWire(serving, model), engine }, at);
  ends.push(() => rest.stop());
  const wire = await loadGrpcWire(serving, model);
  if (wire === undefined) return { rest: rest.url };
  const grpc = await startGrpcServer({ wire, engine }, at);
  ends.push(() => grpc.stop());
  return { rest: rest.url, grpc: grpc.url };
};

let twoByTwo: TensorModelFolder;

beforeAll(async () => {
  twoByTwo = await writeTensorModel(newFolder(), twoByTwoModel(), requests);
});

afterEach(async () => {
  await Promise.all(started.splice(0).map(({ stop }) => stop()));
  await Promise.all(ends.splice(0).map((end) => end()));
});

describe.each(servingsWithTensors)("the simulated %s with a user's model", (serving) => {
  const { health } = manifestOf(serving);
  const ways = tensorWaysOf(serving);

  it('computes the right answers to requests of any batch, and refuses wrong ones', async () => {
    const { urls } = await start(serving, '--tensor-model', twoByTwo.file);
    const [ids, weights] = request(2);
    if (ids === undefined || weights === undefined) throw new Error('no request');

    for (const way of ways) {
      for (const [at, tensors] of requests.entries()) {
        const { status, outputs, encoding } = await askTensors(urls, way, tensors, twoByTwo.model);
        expect(status).toBe(200);
        expect(plain(outputs)).toEqual(plain(twoByTwo.answers[at] ?? []));
        expect(encoding).toBe(way.protocol === 'rest' ? way.encoding : undefined);
      }
      const isFrontEnd = serving === 'torchserve' || serving === 'mms';
      const refusal =
        way.protocol === 'grpc'
          ? // INVALID_ARGUMENT, or as its front end has it: UNAVAILABLE.
            (isFrontEnd && 14) || 3
          : (isFrontEnd && 503) || 400;
      for (const wrong of [
        [ids],
        [ids, weights, { ...ids, name: 'more' }],
        [ids, { ...weights, name: 'other' }],
        [ids, { ...weights, shape: [3, 2] }],
        [{ ...weights, name: 'ids' }, weights],
      ]) {
        const { status } = await askTensors(urls, way, wrong, twoByTwo.model);
        expect([way, status]).toEqual([way, refusal]);
      }
    }
  });

  it('answers the example at once where it computes nothing', async () => {
    const engine = createNoopEngine(fixedTensors(twoByTwo.model).right);
    const urls = await startWith(serving, twoByTwo.model, engine);

    for (const way of ways) {
      const { status, outputs } = await askTensors(urls, way, request(4), twoByTwo.model);
      expect(status).toBe(200);
      expect(plain(outputs)).toEqual(plain(twoByTwo.answers[0] ?? []));
    }
    expect((await fetch(urls.rest + health.path)).status).toBe(200);
  });

  it('answers with one dimension too many, or NaN, where it is asked for faults', async () => {
    const [right] = twoByTwo.answers;
    const broken = (fault: Fault) => {
      const options = { latency: { kind: 'constant', ms: 0 }, faults: { [fault]: 1 } } as const;
      const engine = createDelayEngine(fixedTensors(twoByTwo.model), options);
      return startWith(serving, twoByTwo.model, engine);
    };
    const [wrongShape, nan] = [await broken('wrongShape'), await broken('nan')];
    for (const way of ways) {
      const { outputs } = await askTensors(wrongShape, way, request(1), twoByTwo.model);
      expect(outputs.map(({ shape }) => shape)).toEqual([
        [1, 1, 3],
        [1, 1, 3],
      ]);
    }
    // JSON has no NaN.
    for (const way of ways.filter(({ encoding }) => encoding !== 'json')) {
      const { outputs } = await askTensors(nan, way, request(1), twoByTwo.model);
      expect(outputs.map((output) => nanIndex(output))).toEqual([[0, 0], undefined]);
      expect(plain(outputs.slice(1))).toEqual(plain(right?.slice(1) ?? []));
    }
  });
});

describe('the simulated server of a model with tensors of every type', () => {
  it.each(['triton_onnx', 'flask', 'torchserve', 'tfserving'] as const)(
    'carries all of their bits as %s',
    async (serving) => {
      const inputs = [
        tensor('fp32', 'FP32', [2], [0.1, -1e30]),
        tensor('fp16', 'FP16', [2], [0x3c00, 0xfbff]),
        tensor('int64', 'INT64', [2], [-1, Number.MAX_SAFE_INTEGER]),
        tensor('int32', 'INT32', [2], [-1, 2 ** 31 - 1]),
        tensor('uint8', 'UINT8', [2], [0, 255]),
        tensor('bool', 'BOOL', [2], [1, 0]),
      ];
      const onnx = sameModel(inputs.map(({ datatype }) => datatype));
      const { file, model } = await writeTensorModel(newFolder(), onnx, [inputs]);
      const { urls } = await start(serving, '--tensor-model', file);

      for (const way of tensorWaysOf(serving).filter(({ encoding }) => encoding !== 'json')) {
        const { outputs } = await askTensors(urls, way, inputs, model);
        const same = inputs.map((input) => ({ ...input, name: `same_${input.name}` }));
        expect(plain(outputs)).toEqual(plain(same));
      }
    },
  );

  it('refuses JSON where an output is of a type that JSON does not know', async () => {
    const inputs = [
      tensor('input_ids', 'INT64', [1, 2], [3, 4]),
      tensor('attention_mask', 'FP16', [1, 2], [0x3c00, 0]),
    ];
    const { file, model, answers } = await writeTensorModel(newFolder(), maskedModel(), [inputs]);
    const { urls } = await start('triton_onnx', '--tensor-model', file);
    const [binary, , grpc] = tensorWaysOf('triton_onnx');
    if (binary === undefined || grpc === undefined) throw new Error('no ways');

    expect(plain(answers[0] ?? [])).toEqual(plain([tensor('masked', 'FP16', [1, 2], [0x4200, 0])]));
    for (const way of [binary, grpc]) {
      const { outputs } = await askTensors(urls, way, inputs, model);
      expect(plain(outputs)).toEqual(plain(answers[0] ?? []));
    }
    const body = JSON.stringify({
      inputs: [
        { name: 'input_ids', datatype: 'INT64', shape: [1, 2], data: [3, 4] },
        { name: 'attention_mask', datatype: 'FP16', shape: [1, 2], data: [1, 0] },
      ],
    });
    const { status } = await fetch(`${urls.rest}/v2/models/my-model/infer`, {
      method: 'POST',
      body,
    });
    expect(status).toBe(400);
  });
});

describe("the simulated server that cannot serve a user's model", () => {
  it('says in one sentence that the serving takes none', async () => {
    const { code, stderr } = await runScript('main.ts', [
      '--serving=triton_tensorrt',
      '--port=0',
      `--tensor-model=${twoByTwo.file}`,
    ]);

    expect(code).toBe(2);
    expect(stderr).toMatch(
      /^error: triton_tensorrt serves no model with named tensors\nhint: .+\n$/,
    );
  });

  it('says what is wrong with the file of the model', async () => {
    const { code, stderr } = await runScript('main.ts', [
      '--serving=flask',
      '--port=0',
      `--tensor-model=${twoByTwo.model.file}.json`,
    ]);

    expect(code).toBe(2);
    expect(stderr).toMatch(/^error: cannot read .+\nhint: .+\n$/);
  });
});
