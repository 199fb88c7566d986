import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { manifestOf, type ServingName } from '../../../serving-configs/index.ts';
import {
  HEADER_LENGTH,
  readTensors,
  writeTensors,
  type NamedTensor,
  type TensorEncoding,
} from '../../../serving-configs/models/tensors/tensor-body.ts';
import type {
  Datatype,
  TensorModel,
} from '../../../serving-configs/models/tensors/tensor-model.ts';
import type { VenvEngine } from '../../../serving-configs/runtimes/served-model.ts';
import { send, SUCCESS, type Probe } from '../../conformance/exchange.ts';
import { startReal, type StartedServing } from '../../conformance/started-serving.ts';
import {
  officialInferRequest,
  officialInferResponse,
} from '../../support/official-messages/open-inference.ts';
import {
  officialPredictionResponse,
  officialPredictionsRequest,
} from '../../support/official-messages/torchserve.ts';
import { halves, mixed, type TestModel } from './tensor-exchanges.ts';

const INFER = '/inference.GRPCInferenceService/ModelInfer';
const PREDICTIONS = '/org.pytorch.serve.grpc.inference.InferenceAPIsService/Predictions';

const MODELS = { mixed, halves };

const NAME = 'users-model';

/** Where a platform with an application of ours takes tensors; those with names of tensors have a route of their protocol. */
const routeOf = (serving: ServingName): string => {
  const { tensors, name } = manifestOf(serving).model;
  if (tensors !== undefined) return `/v2/models/${NAME}/infer`;
  if (serving === 'torchserve' || serving === 'mms') return `/predictions/${name}`;
  return serving === 'bentoml' ? '/predict_tensor' : '/predict';
};

const restProbe = (
  serving: ServingName,
  inputs: readonly NamedTensor[],
  encoding: TensorEncoding,
): Probe => {
  const namesTensors = manifestOf(serving).model.tensors !== undefined;
  const head =
    namesTensors && encoding === 'binary' ? { parameters: { binary_data_output: true } } : {};
  const { body, jsonLength } = writeTensors(inputs, 'inputs', encoding, head);
  const type = encoding === 'json' ? 'application/json' : 'application/octet-stream';
  return {
    name: encoding,
    protocol: 'rest',
    method: 'POST',
    path: routeOf(serving),
    headers: {
      'content-type': type,
      ...(jsonLength === undefined ? {} : { [HEADER_LENGTH]: String(jsonLength) }),
    },
    body: Buffer.concat(body),
  };
};

const grpcProbe = (serving: ServingName, inputs: readonly NamedTensor[]): Probe => {
  const { tensors, name } = manifestOf(serving).model;
  const isOpenInference = tensors !== undefined;
  const body = isOpenInference
    ? officialInferRequest.write({
        model_name: NAME,
        inputs: inputs.map(({ name: input, datatype, shape }) => ({
          name: input,
          datatype,
          shape,
        })),
        raw_input_contents: inputs.map(({ bytes }) => bytes),
      })
    : officialPredictionsRequest.write({
        model_name: name,
        input: { data: binary(inputs, 'inputs') },
      });
  const method = isOpenInference ? INFER : PREDICTIONS;
  return { name: 'grpc', protocol: 'grpc', method: 'POST', path: method, headers: {}, body };
};

/** The tensors of an answer over gRPC. */
const readGrpc = (serving: ServingName, body: Uint8Array): readonly NamedTensor[] => {
  if (manifestOf(serving).model.tensors === undefined) {
    const { prediction = new Uint8Array() } = officialPredictionResponse.read(body);
    return readTensors(prediction, 'outputs').tensors;
  }
  const { outputs = [], raw_output_contents: raw = [] } = officialInferResponse.read(body);
  return outputs.map(({ name = '', datatype = '', shape = [] }, at) => ({
    name,
    datatype: datatype as Datatype,
    shape,
    bytes: raw[at] ?? new Uint8Array(),
  }));
};

/** In the order of their names, which a server may change, with bytes that a difference shows. */
const readable = (tensors: readonly NamedTensor[]) =>
  tensors
    .map(({ bytes, name, datatype, shape }) => ({
      name,
      datatype,
      shape,
      bytes: Buffer.from(bytes).toString('hex'),
    }))
    .toSorted((a, b) => (a.name < b.name ? -1 : 1));

/** What a server answered: its tensors, or why there are none. */
const answerOf = async (serving: ServingName, { urls }: StartedServing, probe: Probe) => {
  const { status, headers, body, details } = await send(urls, probe);
  if (status !== SUCCESS[probe.protocol]) {
    return `${status} ${details ?? Buffer.from(body).toString()}`;
  }
  if (probe.protocol === 'grpc') return readable(readGrpc(serving, body));
  const length = headers[HEADER_LENGTH];
  const { tensors, encoding } = readTensors(
    body,
    'outputs',
    length === undefined ? undefined : Number(length),
  );
  return encoding === probe.name ? readable(tensors) : `written as ${encoding}`;
};

/** All ways in which a serving takes named tensors; 16-bit floats go as bytes alone. */
const probesOf = (serving: ServingName, inputs: readonly NamedTensor[]): readonly Probe[] => {
  const { rest, grpc } = manifestOf(serving);
  const hasHalves = inputs.some(({ datatype }) => datatype === 'FP16');
  const encodings = (['binary', 'json'] as const).filter(
    (encoding) => rest.tensors?.includes(encoding) === true && !(encoding === 'json' && hasHalves),
  );
  return [
    ...encodings.map((encoding) => restProbe(serving, inputs, encoding)),
    ...(grpc?.tensors === undefined ? [] : [grpcProbe(serving, inputs)]),
  ];
};

const binary = (tensors: readonly NamedTensor[], key: 'inputs' | 'outputs'): Buffer =>
  Buffer.concat(writeTensors(tensors, key, 'binary').body);

/** Starts a serving with the model that a file describes. */
type StartWith = (description: string) => Promise<StartedServing>;

/** Serves a model; `close` it. */
const serveModel = async ({ file, model, exchanges: [first] }: TestModel, start: StartWith) => {
  const folder = mkdtempSync(path.join(tmpdir(), 'tensors-'));
  const at = (name: string): string => path.join(folder, name);
  const written: TensorModel = {
    name: NAME,
    file: at('model.onnx'),
    ...model,
    example: { request: at('request'), answer: at('answer') },
  };
  writeFileSync(written.file, file);
  writeFileSync(written.example.request, binary(first?.inputs ?? [], 'inputs'));
  writeFileSync(written.example.answer, binary(first?.outputs ?? [], 'outputs'));
  writeFileSync(at('model.json'), JSON.stringify(written));
  const remove = (): void => rmSync(folder, { recursive: true });
  try {
    const started = await start(at('model.json'));
    return { started, close: () => started.stop().finally(remove) };
  } catch (error) {
    remove();
    throw error;
  }
};

/**
 * What a real server does with a model of the user's.
 *
 * @param start default: from packages
 */
export const describeNamedTensors = (
  serving: ServingName,
  name: keyof typeof MODELS,
  engine: VenvEngine = 'onnx',
  start: StartWith = (file) => startReal(serving, '--engine', engine, '--tensor-model', file),
): void => {
  const test = MODELS[name];
  describe(`${serving} with a user's model of ${name} tensors and the engine ${engine}`, () => {
    let served: Awaited<ReturnType<typeof serveModel>>;
    beforeAll(async () => {
      served = await serveModel(test, start);
    }, 120_000);
    afterAll(() => served.close());

    it('gives the right outputs, by name, over every way that it takes tensors', async () => {
      const [first] = test.exchanges;
      const wanted = engine === 'noop' ? test.exchanges.map(() => first) : test.exchanges;
      for (const [at, { inputs }] of test.exchanges.entries()) {
        for (const probe of probesOf(serving, inputs)) {
          const answer = await answerOf(serving, served.started, probe);

          expect({ [probe.name]: answer }).toEqual({
            [probe.name]: readable(wanted[at]?.outputs ?? []),
          });
        }
      }
    });

    if (engine === 'onnx') {
      it('refuses a request that lacks an input', async () => {
        const [, ...lacking] = test.exchanges[0]?.inputs ?? [];
        for (const probe of probesOf(serving, lacking)) {
          const { status } = await send(served.started.urls, probe);

          expect({ [probe.name]: status }).not.toEqual({ [probe.name]: SUCCESS[probe.protocol] });
        }
      });
    }
  });
};
