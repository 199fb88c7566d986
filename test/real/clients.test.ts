import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import type { ServingName } from '../../serving-configs/index.ts';
import { defaultCache } from '../../serving-configs/installation.ts';
import { environmentAt } from '../../serving-configs/runtimes/venv/environments.ts';
import { startReal, startReference, type StartedServing } from '../conformance/started-serving.ts';
import { twoByTwoModel } from '../support/onnx-models.ts';
import { newFolder } from '../support/temporary-folder.ts';
import { tensor, writeTensorModel, type TensorModelFolder } from '../support/user-model.ts';
import { clientsPython } from './clients/clients-python.ts';

const run = promisify(execFile);

/** What a client was answered, by the question: the protocol first. */
type Answers = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/** The answers of all servers to the clients' request, whose values are exact in every encoding. */
const VALUES = {
  sum: [
    [-2.25, -1.125, 0],
    [1.125, 2.25, 3.375],
  ],
  twice: [
    [-4, -2, 0],
    [2, 4, 6],
  ],
};
const INPUTS = [
  { name: 'ids', datatype: 'INT64', shape: [-1, 3] },
  { name: 'weights', datatype: 'FP32', shape: [-1, 3] },
];
const OUTPUTS = [
  { name: 'sum', datatype: 'FP32', shape: [-1, 3] },
  { name: 'twice', datatype: 'INT64', shape: [-1, 3] },
];

let model: TensorModelFolder;
let clients: string;
/** The environment of the servers in Python, which includes KServe's clients. */
const { python: serversPython } = environmentAt(defaultCache(), 'python');
const started: StartedServing[] = [];

beforeAll(async () => {
  clients = await clientsPython(() => undefined);
  const ids = tensor('ids', 'INT64', [1, 3], [1, 2, 3]);
  const weights = tensor('weights', 'FP32', [1, 3], [0.5, 1, 2]);
  model = await writeTensorModel(newFolder(), twoByTwoModel(), [[ids, weights]]);
});
afterEach(() => Promise.all(started.splice(0).map((server) => server.stop())));

/** Lets a client ask a server. */
const askWith = async (
  python: string,
  script: string,
  { urls }: StartedServing,
  ...args: readonly string[]
): Promise<Answers> => {
  const hosts = [urls.rest, urls.grpc ?? ''].map((url) => new URL(url).host);
  const { stdout } = await run(
    python,
    // No compiled modules beside the sources.
    ['-B', path.join(import.meta.dirname, 'clients', script), ...hosts, model.model.name, ...args],
    { timeout: 120_000 },
  );
  return JSON.parse(stdout) as Answers;
};

const startBoth = async (serving: ServingName) => {
  const both = await Promise.all([
    startReference(serving, '--model', model.file),
    startReal(serving, '--model', model.file),
  ]);
  started.push(...both);
  return { simulated: both[0], real: both[1] };
};

const startSimulated = async (serving: ServingName): Promise<StartedServing> => {
  const server = await startReference(serving, '--model', model.file);
  started.push(server);
  return server;
};

/** Facts in which the product from packages differs from its release in the manifest, or from another run. */
const CHANGING =
  /^(version|platform|backend|default_model_filename|extensions|last_inference|ns|count|inference_count|execution_count)$/;

const unchanging = (answers: Answers): Answers =>
  JSON.parse(JSON.stringify(answers), (key, value: unknown) =>
    CHANGING.test(key) ? undefined : value,
  ) as Answers;

describe("Triton's own client", () => {
  it('gets from the simulated server what it gets from Triton', async () => {
    const { simulated, real } = await startBoth('triton_onnx');
    const args = ['ask_open_inference.py', simulated, 'binary', 'json'] as const;
    const answers = await askWith(clients, ...args);
    const product = await askWith(clients, 'ask_open_inference.py', real, 'binary', 'json');

    // The product says more in its configuration and statistics.
    expect(unchanging(product)).toMatchObject(unchanging(answers));
    for (const [protocol, notFound, invalid] of [
      ['rest', '404', '400'],
      ['grpc', 'StatusCode.NOT_FOUND', 'StatusCode.INVALID_ARGUMENT'],
    ] as const) {
      expect(answers[protocol]).toMatchObject({
        live: true,
        ready: true,
        'model ready': true,
        'another model ready': false,
        'server metadata': { name: 'triton', version: '2.55.0' },
        'another model': { refused: notFound },
        'another output': { refused: invalid },
        'another datatype': { refused: invalid },
        'another shape': { refused: invalid },
      });
    }
    expect(answers['rest']).toMatchObject({
      'model metadata': {
        name: 'my-model',
        versions: ['1'],
        platform: 'onnxruntime_onnx',
        inputs: INPUTS,
        outputs: OUTPUTS,
      },
      configuration: {
        backend: 'onnxruntime',
        max_batch_size: 0,
        input: [{ name: 'ids', data_type: 'TYPE_INT64', dims: [-1, 3] }, { name: 'weights' }],
      },
      index: [{ name: 'my-model', version: '1', state: 'READY' }],
      // The four successful requests with values, and one with an id.
      statistics: { model_stats: [{ inference_stats: { success: { count: 5 } } }] },
      inference: VALUES,
      'inference from JSON': VALUES,
      'inference as JSON': VALUES,
      'inference from JSON as JSON': VALUES,
      'inference with one output': { sum: null, twice: VALUES.twice },
    });
    expect(answers['grpc']).toMatchObject({ inference: VALUES, 'inference with an id': 'seven' });
  });

  it('gets from the simulated MLServer what it gets from MLServer', async () => {
    const { simulated, real } = await startBoth('mlserver');
    const answers = await askWith(clients, 'ask_open_inference.py', simulated, 'json');
    const product = await askWith(clients, 'ask_open_inference.py', real, 'json');
    const { rest, grpc } = unchanging(answers);

    expect(unchanging(product)).toMatchObject({
      // The client sends no body, which MLServer demands.
      rest: { ...rest, index: { refused: '422' } },
      // MLServer sends the name of its Python object.
      grpc: { ...grpc, index: { models: [{ name: 'my-model', state: 'State.READY' }] } },
    });
    expect(rest).toMatchObject({ inference: VALUES, index: [{ name: 'my-model' }] });
    expect(grpc).toMatchObject({
      'model metadata': { inputs: [{ name: 'ids' }, { name: 'weights' }] },
      inference: VALUES,
      index: { models: [{ name: 'my-model', state: 'READY' }] },
    });
  });

  it('gets metadata and answers from the simulated OpenVINO Model Server', async () => {
    const server = await startSimulated('ovms');
    const { rest, grpc } = await askWith(
      clients,
      'ask_open_inference.py',
      server,
      'binary',
      'json',
    );

    expect(rest).toMatchObject({
      live: true,
      'model ready': true,
      'server metadata': { name: 'OpenVINO Model Server' },
      'model metadata': { platform: 'OpenVINO', inputs: INPUTS, outputs: OUTPUTS },
      configuration: { refused: '404' },
      index: { refused: '404' },
      inference: VALUES,
      'inference as JSON': VALUES,
      'another version': { refused: '404' },
      'another shape': { refused: '400' },
    });
    expect(grpc).toMatchObject({
      live: true,
      'another model ready': { refused: 'StatusCode.NOT_FOUND' },
      configuration: { refused: 'StatusCode.UNIMPLEMENTED' },
      inference: VALUES,
    });
  });
});

describe("KServe's own clients", () => {
  it('get from the simulated server what they and tritonclient get from KServe', async () => {
    const { simulated, real } = await startBoth('kserve');
    const answers = await askWith(serversPython, 'ask_kserve.py', simulated);

    expect(await askWith(serversPython, 'ask_kserve.py', real)).toEqual(answers);
    expect(answers).toMatchObject({
      v1: { live: true, 'model ready': true },
      v2: {
        live: true,
        ready: true,
        'model ready': true,
        inference: { id: 'seven', ...VALUES },
        'inference from JSON': VALUES,
        'another model': { refused: 404 },
        'another datatype': { refused: 400 },
        'another shape': { refused: 400 },
      },
      grpc: {
        live: true,
        ready: true,
        'model ready': true,
        'another model ready': { refused: 'NOT_FOUND' },
        inference: { id: 'seven', ...VALUES },
        'inference from lists': VALUES,
        'another shape': { refused: 'INVALID_ARGUMENT' },
      },
    });

    // Its own clients do not ask for metadata.
    const metadata = await askWith(clients, 'ask_open_inference.py', simulated, 'binary');
    expect(await askWith(clients, 'ask_open_inference.py', real, 'binary')).toEqual(metadata);
    expect(metadata['rest']).toMatchObject({
      'server metadata': { name: 'kserve' },
      'model metadata': { inputs: INPUTS, outputs: OUTPUTS },
      'another output': { refused: '400' },
    });
  });
});

describe("TensorFlow Serving's own client", () => {
  it('gets status, metadata and answers from the simulated server', async () => {
    const server = await startSimulated('tfserving');
    const { rest, grpc } = await askWith(clients, 'ask_tfserving.py', server);
    const shape = { dim: [{ size: '-1' }, { size: '3' }] };
    const signature = {
      inputs: {
        ids: { dtype: 'DT_INT64', tensor_shape: shape },
        weights: { dtype: 'DT_FLOAT', tensor_shape: shape },
      },
      outputs: {
        sum: { dtype: 'DT_FLOAT', tensor_shape: shape },
        twice: { dtype: 'DT_INT64', tensor_shape: shape },
      },
      method_name: 'tensorflow/serving/predict',
    };
    const available = { model_version_status: [{ version: '1', state: 'AVAILABLE' }] };

    expect(rest).toMatchObject({
      status: available,
      'status of the version': available,
      'status of another version': { refused: 404 },
      'status of another model': { refused: 404 },
      metadata: {
        model_spec: { name: 'my-model', version: '1' },
        metadata: { signature_def: { signature_def: { serving_default: signature } } },
      },
      'metadata of another version': { refused: 404 },
      'metadata of another model': { refused: 404 },
      prediction: { outputs: VALUES },
      'prediction with a version': { outputs: VALUES },
      'prediction with a signature': { outputs: VALUES },
      'another signature': { refused: 400 },
      'another version': { refused: 404 },
      'another model': { refused: 404 },
      'another datatype': { refused: 400 },
      'another shape': { refused: 400 },
      'a missing input': { refused: 400 },
    });
    expect(grpc).toMatchObject({
      status: available,
      'status of another version': { refused: 'NOT_FOUND' },
      'status of another model': { refused: 'NOT_FOUND' },
      metadata: {
        model_spec: { name: 'my-model', version: '1' },
        signature_def: { serving_default: signature },
      },
      'metadata of another model': { refused: 'NOT_FOUND' },
      'another field of the metadata': { refused: 'INVALID_ARGUMENT' },
      prediction: VALUES,
      'prediction with lists': VALUES,
      'prediction with a version': VALUES,
      'another output': { refused: 'INVALID_ARGUMENT' },
      'another signature': { refused: 'FAILED_PRECONDITION' },
      'another version': { refused: 'NOT_FOUND' },
      'another model': { refused: 'NOT_FOUND' },
      'another datatype': { refused: 'INVALID_ARGUMENT' },
      'another shape': { refused: 'INVALID_ARGUMENT' },
      'a missing input': { refused: 'INVALID_ARGUMENT' },
    });
    expect(grpc?.['prediction with one output']).toEqual({ twice: VALUES.twice });
  });
});
