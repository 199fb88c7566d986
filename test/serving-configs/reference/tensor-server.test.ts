import { manifestOf, modelNamed } from '../../../serving-configs/index.ts';
import { createDelayEngine } from '../../../serving-configs/reference/engines/delay-engine.ts';
import type { SimulatedFault } from '../../../serving-configs/reference/engines/delay-options.ts';
import { createNoopEngine } from '../../../serving-configs/reference/engines/noop-engine.ts';
import { SINGLE } from '../../../serving-configs/settings.ts';
import { createOnnxEngine } from '../../../serving-configs/reference/engines/onnx-engine.ts';
import { computedModel } from '../../../serving-configs/reference/onnx/computed-model.ts';
import { fixedOutputs } from '../../../serving-configs/reference/fixed-outputs.ts';
import { startGrpcServer } from '../../../serving-configs/reference/grpc-server.ts';
import { loadGrpcWire, loadWire } from '../../../serving-configs/reference/load-wire.ts';
import { startServer } from '../../../serving-configs/reference/server.ts';
import type { InferenceEngine } from '../../../serving-configs/reference/engine.ts';
import type { ServingName } from '../../../serving-configs/index.ts';
import { nanIndex } from '../../../serving-configs/models/tensors/compare-tensors.ts';
import type { GivenModel } from '../../../serving-configs/models/model.ts';
import { servedModelOf, type ServedModel } from '../../../serving-configs/models/served-model.ts';
import { oneOperatorModel, sameModel, twoByTwoModel } from '../../support/onnx-models.ts';
import {
  askTensors,
  hasColumns,
  isOpenInference,
  servingsWithTensors,
  tensorWaysOf,
} from '../../support/tensor-client.ts';
import { newFolder } from '../../support/temporary-folder.ts';
import {
  plain,
  tensor,
  writeTensorModel,
  type TensorModelFolder,
} from '../../support/user-model.ts';

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

const ends: (() => Promise<void>)[] = [];

/** Starts the simulated server of a model in this process. */
const startWith = async (serving: ServingName, model: GivenModel, engine: InferenceEngine) => {
  const at = { host: '127.0.0.1', port: 0 };
  const rest = await startServer({ wire: await loadWire(serving, model), engine }, at);
  ends.push(() => rest.stop());
  const wire = await loadGrpcWire(serving, model);
  if (wire === undefined) return { rest: rest.url };
  const grpc = await startGrpcServer({ wire, engine }, at);
  ends.push(() => grpc.stop());
  return { rest: rest.url, grpc: grpc.url };
};

const servedBy = (serving: ServingName, model: GivenModel = twoByTwo.model): ServedModel =>
  servedModelOf(manifestOf(serving, modelNamed(model.name)).model, model);

/** The ONNX engine of a model behind a serving. Those that do not number tensors can share it. */
const engineOf = async (
  model: GivenModel,
  served: ServedModel = servedBy('triton_onnx', model),
): Promise<InferenceEngine> => {
  const engine = createOnnxEngine(computedModel(model, served, ''), SINGLE);
  await engine.start();
  return engine;
};

let twoByTwo: TensorModelFolder;
let twoByTwoEngine: InferenceEngine;
let numberedEngine: InferenceEngine;

beforeAll(async () => {
  twoByTwo = await writeTensorModel(newFolder(), twoByTwoModel(), requests);
  twoByTwoEngine = await engineOf(twoByTwo.model);
  numberedEngine = await engineOf(twoByTwo.model, servedBy('triton_pytorch'));
});
afterEach(() => Promise.all(ends.splice(0).map((end) => end())));
afterAll(() => Promise.all([twoByTwoEngine.close(), numberedEngine.close()]));

describe.each(servingsWithTensors)("the simulated %s with a user's model", (serving) => {
  const ways = tensorWaysOf(serving);

  it('computes the correct answers to requests of any batch size, and refuses malformed ones', async () => {
    const engine = serving === 'triton_pytorch' ? numberedEngine : twoByTwoEngine;
    const urls = await startWith(serving, twoByTwo.model, engine);
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
          ? // INVALID_ARGUMENT, or UNAVAILABLE by the Java front ends.
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

  it('answers with the example at once if it has no model', async () => {
    const engine = createNoopEngine(fixedOutputs(servedBy(serving), twoByTwo.model).correct);
    const urls = await startWith(serving, twoByTwo.model, engine);

    for (const way of ways) {
      const { status, outputs } = await askTensors(urls, way, request(4), twoByTwo.model);
      expect(status).toBe(200);
      expect(plain(outputs)).toEqual(plain(twoByTwo.answers[0] ?? []));
    }
    const { health } = manifestOf(serving, modelNamed(twoByTwo.model.name));
    expect((await fetch(urls.rest + health.path)).status).toBe(200);
  });

  it('answers with one dimension too many, or NaN, if the delay engine is told to', async () => {
    const [correct] = twoByTwo.answers;
    const broken = (fault: SimulatedFault) => {
      const options = { latency: { kind: 'constant', ms: 0 }, faults: { [fault]: 1 } } as const;
      const engine = createDelayEngine(fixedOutputs(servedBy(serving), twoByTwo.model), options);
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
      expect(plain(outputs.slice(1))).toEqual(plain(correct?.slice(1) ?? []));
    }
  });
});

describe('the simulated Triton', () => {
  const path = '/v2/models/my-model/infer';
  const inputs = request(1).map(({ name, datatype, shape }) => ({
    name,
    datatype,
    shape,
    data: [1, 2, 3],
  }));

  const outputsOf = async (engine: InferenceEngine, body: object) => {
    const { rest } = await startWith('triton_onnx', twoByTwo.model, engine);
    const response = await fetch(rest + path, { method: 'POST', body: JSON.stringify(body) });
    const answer = Buffer.from(await response.arrayBuffer());
    const length = response.headers.get('inference-header-content-length');
    const { id, outputs } = JSON.parse(answer.toString('utf8', 0, Number(length ?? 1e6))) as {
      readonly id?: string;
      readonly outputs?: readonly object[];
    };
    return { status: response.status, id, outputs };
  };

  it('answers only the outputs that a request lists, each in its encoding, and repeats the id', async () => {
    const outputs = [{ name: 'twice', parameters: { binary_data: true } }, { name: 'sum' }];
    const sum = { name: 'sum', data: [2, 4, 6] };
    const twice = { name: 'twice', parameters: { binary_data_size: 24 } };

    expect(await outputsOf(twoByTwoEngine, { id: 'x', inputs, outputs })).toMatchObject({
      status: 200,
      id: 'x',
      outputs: [sum, twice],
    });
    const only = await outputsOf(twoByTwoEngine, { inputs, outputs: outputs.slice(0, 1) });
    expect(only.outputs).toMatchObject([twice]);
    const noop = createNoopEngine(fixedOutputs(servedBy('triton_onnx'), twoByTwo.model).correct);
    const glanced = await outputsOf(noop, { inputs, outputs: outputs.slice(0, 1) });
    expect(glanced.outputs).toMatchObject([twice]);
  });

  it('refuses an output that the model does not have', async () => {
    const outputs = [{ name: 'sum' }, { name: 'another' }];

    expect((await outputsOf(twoByTwoEngine, { inputs, outputs })).status).toBe(400);
  });
});

describe.each(servingsWithTensors)('the metadata of the simulated %s', (serving) => {
  const { model } = manifestOf(serving, modelNamed('my-model'));
  const names = new Set(['ids', 'weights', 'sum', 'twice']);

  it('names the tensors of the model if the protocol does', async () => {
    const { rest } = await startWith(serving, twoByTwo.model, twoByTwoEngine);
    const paths = [`/v2/models/${model.name}`, `/v1/models/${model.name}/metadata`];
    const pages = await Promise.all(paths.map(async (path) => (await fetch(rest + path)).text()));
    const named = new Set(
      [...pages.join().matchAll(/"(ids|weights|sum|twice|\w+PUT__\d)"/g)].map(([, name]) => name),
    );
    const hasNames = isOpenInference(serving) || hasColumns(serving);
    const numbered = new Set(['INPUT__0', 'INPUT__1', 'OUTPUT__0', 'OUTPUT__1']);

    expect(named).toEqual(
      hasNames ? (model.tensors?.areNumbered === true ? numbered : names) : new Set(),
    );
  });
});

describe('the simulated server of a model with tensors of every type', () => {
  const inputs = [
    tensor('fp32', 'FP32', [2], [0.1, -1e30]),
    tensor('fp16', 'FP16', [2], [0x3c00, 0xfbff]),
    tensor('int64', 'INT64', [2], [-1, Number.MAX_SAFE_INTEGER]),
    tensor('int32', 'INT32', [2], [-1, 2 ** 31 - 1]),
    tensor('uint8', 'UINT8', [2], [0, 255]),
    tensor('bool', 'BOOL', [2], [1, 0]),
  ];
  const same = inputs.map((input) => ({ ...input, name: `same_${input.name}` }));
  let model: GivenModel;
  let engine: InferenceEngine;
  let numbered: InferenceEngine;
  beforeAll(async () => {
    const onnx = sameModel(inputs.map(({ datatype }) => datatype));
    ({ model } = await writeTensorModel(newFolder(), onnx, [inputs]));
    engine = await engineOf(model);
    numbered = await engineOf(model, servedBy('triton_pytorch', model));
  });
  afterAll(() => Promise.all([engine.close(), numbered.close()]));

  it.each(servingsWithTensors)('preserves all their bits as %s', async (serving) => {
    const urls = await startWith(serving, model, serving === 'triton_pytorch' ? numbered : engine);

    for (const way of tensorWaysOf(serving).filter(({ encoding }) => encoding !== 'json')) {
      const { outputs } = await askTensors(urls, way, inputs, model);
      expect(plain(outputs)).toEqual(plain(same));
    }
  });

  it('refuses JSON if a tensor is of a type that JSON cannot represent', async () => {
    const { rest } = await startWith('triton_onnx', model, engine);
    const { status } = await fetch(`${rest}/v2/models/my-model/infer`, {
      method: 'POST',
      body: JSON.stringify({
        inputs: inputs.map(({ name, datatype, shape }) => ({
          name,
          datatype,
          shape,
          data: [1, 0],
        })),
      }),
    });

    expect(status).toBe(400);
  });
});

describe('the simulated server of a model with floats only', () => {
  it('takes an empty list as JSON', async () => {
    const inputs = [tensor('fp32', 'FP32', [0], [])];
    const { model } = await writeTensorModel(newFolder(), sameModel(['FP32']), [inputs]);
    const engine = await engineOf(model);
    const urls = await startWith('triton_onnx', model, engine);
    const ways = tensorWaysOf('triton_onnx').filter(({ encoding }) => encoding === 'json');
    const answers = await Promise.all(ways.map((way) => askTensors(urls, way, inputs, model)));
    await engine.close();

    expect(answers.map(({ status, outputs }) => [status, plain(outputs)])).toEqual([
      [200, plain([tensor('same_fp32', 'FP32', [0], [])])],
    ]);
  });

  it('refuses a number in JSON that is too large for a float', async () => {
    const inputs = [tensor('x', 'FP32', [2], [1, 2])];
    const { model } = await writeTensorModel(newFolder(), oneOperatorModel('Abs'), [inputs]);
    const engine = await engineOf(model);
    const { rest } = await startWith('triton_onnx', model, engine);
    const statuses = [];
    for (const data of ['[1, 2]', '[1, 1e39]']) {
      const { status } = await fetch(`${rest}/v2/models/${model.name}/infer`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: `{"inputs":[{"name":"x","datatype":"FP32","shape":[2],"data":${data}}]}`,
      });
      statuses.push(status);
    }
    await engine.close();

    expect(statuses).toEqual([200, 400]);
  });
});
