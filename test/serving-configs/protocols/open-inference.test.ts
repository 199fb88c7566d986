import { manifestOf, type ServingName } from '../../../serving-configs/index.ts';
import kserveGrpc from '../../../serving-configs/platforms/kserve/grpc-wire.ts';
import kserve from '../../../serving-configs/platforms/kserve/wire.ts';
import mlserverGrpc from '../../../serving-configs/platforms/mlserver/grpc-wire.ts';
import mlserver from '../../../serving-configs/platforms/mlserver/wire.ts';
import ovmsGrpc from '../../../serving-configs/platforms/ovms/grpc-wire.ts';
import ovms from '../../../serving-configs/platforms/ovms/wire.ts';
import tritonGrpc from '../../../serving-configs/platforms/triton/grpc-wire.ts';
import triton from '../../../serving-configs/platforms/triton/wire.ts';
import { GRPC_STATUS, type GrpcWireFactory } from '../../../serving-configs/protocols/grpc-wire.ts';
import type { WireFactory } from '../../../serving-configs/protocols/wire.ts';
import {
  officialInferRequest,
  officialInferResponse,
  type OfficialInferRequest,
} from '../../support/official-messages/open-inference.ts';
import {
  answerWith,
  GARBAGE,
  inferenceOf as grpcInferenceOf,
  outcomeOf,
} from './grpc-wire-support.ts';
import { answerOf, inferenceOf, parsed, readRefused } from './wire-support.ts';

interface Facts {
  readonly wires: readonly [WireFactory, GrpcWireFactory];
  /** Statuses of REST for what is malformed in whole, asks for another tensor, or has too few values. */
  readonly rest: readonly [unreadable: number, tensor: number, size: number];
  readonly grpc: readonly [unreadable: number, tensor: number, size: number];
  readonly notReady: readonly [rest: number, grpc: number];
  readonly unhealthy: number;
  readonly overloadedGrpc: number;
  /** What stands in an answer beside its outputs, for a request with the id `r1`. */
  readonly head: object;
  readonly isBinary: boolean;
  readonly grpcVersion: string;
  /** Whether gRPC answers numbers with numbers. */
  readonly isTyped: boolean;
}

const { INTERNAL, INVALID_ARGUMENT, NOT_FOUND, RESOURCE_EXHAUSTED, UNAVAILABLE, UNKNOWN } =
  GRPC_STATUS;

/** Those recorded from the releases of the manifests; of OpenVINO Model Server those of its source. */
const PLATFORMS: readonly (readonly [ServingName, Facts])[] = [
  [
    'triton_onnx',
    {
      wires: [triton, tritonGrpc],
      rest: [500, 400, 400],
      grpc: [INTERNAL, INVALID_ARGUMENT, INVALID_ARGUMENT],
      notReady: [503, UNAVAILABLE],
      unhealthy: 400,
      overloadedGrpc: UNAVAILABLE,
      head: { id: 'r1', model_name: 'resnet50-onnx', model_version: '1' },
      isBinary: true,
      grpcVersion: '1',
      isTyped: false,
    },
  ],
  [
    'ovms',
    {
      wires: [ovms, ovmsGrpc],
      rest: [412, 400, 400],
      grpc: [INTERNAL, INVALID_ARGUMENT, INVALID_ARGUMENT],
      notReady: [503, NOT_FOUND],
      unhealthy: 500,
      overloadedGrpc: RESOURCE_EXHAUSTED,
      head: { model_name: 'resnet-50', id: 'r1', model_version: '1' },
      isBinary: true,
      grpcVersion: '1',
      isTyped: true,
    },
  ],
  [
    'kserve',
    {
      wires: [kserve, kserveGrpc],
      rest: [422, 400, 500],
      grpc: [UNKNOWN, INVALID_ARGUMENT, INTERNAL],
      notReady: [503, UNAVAILABLE],
      unhealthy: 503,
      overloadedGrpc: UNAVAILABLE,
      head: { model_name: 'resnet-50', id: 'r1', model_version: null },
      isBinary: true,
      grpcVersion: '',
      isTyped: false,
    },
  ],
  [
    'mlserver',
    {
      wires: [mlserver, mlserverGrpc],
      rest: [422, 400, 500],
      grpc: [UNKNOWN, INVALID_ARGUMENT, INTERNAL],
      notReady: [400, INVALID_ARGUMENT],
      unhealthy: 400,
      overloadedGrpc: UNAVAILABLE,
      head: { model_name: 'resnet-50', id: 'r1', model_version: '1' },
      isBinary: false,
      grpcVersion: '1',
      isTyped: true,
    },
  ],
];

const shape = [1, 3, 224, 224];
const values = Float32Array.from({ length: 3 * 224 * 224 }, (_, index) =>
  Math.fround(index / 1000),
);
const bytes = Buffer.from(values.buffer);
const numbers = Array.from(values);
const whole = { kind: 'tensor', values, shape };

const input = (changes: object = {}) => ({ name: 'input', shape, datatype: 'FP32', ...changes });
const jsonOf = (changes: object = {}, rest: object = {}): Buffer =>
  Buffer.from(JSON.stringify({ inputs: [input(changes)], ...rest }));
const ASK_FOR_BYTES = { outputs: [{ name: 'output', parameters: { binary_data: true } }] };

describe.each(PLATFORMS)('the Open Inference Protocol of %s', (serving, facts) => {
  const manifest = manifestOf(serving);
  const { name } = manifest.model;
  const wire = facts.wires[0](manifest);
  const grpc = facts.wires[1](manifest);
  const infer = `/v2/models/${name}/infer`;
  const path = '/inference.GRPCInferenceService/ModelInfer';
  const route = (method: string, target: string, ready = true, headers = {}) =>
    wire.route({ method, path: target, headers }, ready);
  const inJson = () => inferenceOf(route('POST', infer));
  const inBytes = (length: number) =>
    inferenceOf(route('POST', infer, true, { 'inference-header-content-length': String(length) }));

  describe('over REST', () => {
    it('reads numbers, flat or nested', () => {
      const halves = [numbers.slice(0, numbers.length / 2), numbers.slice(numbers.length / 2)];

      expect(inJson().read(jsonOf({ data: numbers }))).toEqual(whole);
      expect(inJson().read(jsonOf({ data: halves }))).toEqual(whole);
    });

    it('answers in JSON, with the id of the request', () => {
      const call = inJson();
      const body = jsonOf({ data: numbers }, { id: 'r1' });
      const answer = call.render(call.form(body), Float32Array.of(0.5, 2));

      expect(answer.headers['content-type']).toBe('application/json');
      expect(parsed(answer.body)).toMatchObject({
        ...facts.head,
        outputs: [{ name: 'output', shape: [1, 2], datatype: 'FP32', data: [0.5, 2] }],
      });
    });

    it('refuses what is malformed with its own statuses', () => {
      const [unreadable, tensor, size] = facts.rest;
      const call = inJson();
      const statusOf = (body: Buffer): number => readRefused(call, body).status;

      expect(statusOf(Buffer.from('{"inputs":'))).toBe(unreadable);
      expect(statusOf(jsonOf({ data: numbers, name: 'x' }))).toBe(tensor);
      expect(statusOf(jsonOf({ data: numbers, datatype: 'INT32' }))).toBe(tensor);
      expect(statusOf(jsonOf({ data: numbers, shape: [1, 3, 112, 448] }))).toBe(tensor);
      expect(statusOf(jsonOf({ data: [1, 2] }))).toBe(size);
    });

    it('says whether it and its model are ready', () => {
      const statusOf = (target: string, ready: boolean): number =>
        answerOf(route('GET', target, ready)).status;
      const ready = `/v2/models/${name}/ready`;

      expect([statusOf('/v2/health/ready', true), statusOf(ready, true)]).toEqual([200, 200]);
      expect(statusOf('/v2/health/ready', false)).toBe(facts.unhealthy);
      expect(statusOf(ready, false)).toBe(facts.notReady[0]);
      expect(answerOf(route('POST', infer, false)).status).toBe(facts.notReady[0]);
    });

    it('knows one model and one route of it', () => {
      expect(answerOf(route('POST', '/v2/models/nope/infer')).status).toBe(404);
      expect(answerOf(route('POST', `/v2/models/${name}/versions/9/infer`)).status).toBe(404);
      expect(answerOf(route('GET', infer)).status).toBeGreaterThanOrEqual(405);
      expect(answerOf(route('GET', '/elsewhere')).status).toBeGreaterThanOrEqual(400);
    });

    it('answers a failure with a status of it', () => {
      const call = inJson();

      expect(call.fail({ kind: 'overloaded' }).status).toBe(503);
      expect(call.fail({ kind: 'failed', message: 'x' }).status).toBe(500);
      expect(call.fail({ kind: 'bad-image', message: 'x' }).status).toBe(400);
    });
  });

  describe('over gRPC', () => {
    const request = (changes: OfficialInferRequest = {}): Buffer =>
      officialInferRequest.write({
        model_name: name,
        id: 'r1',
        inputs: [input()],
        raw_input_contents: [bytes],
        ...changes,
      });
    const outcome = (changes: OfficialInferRequest = {}, ready = true) =>
      outcomeOf({ wire: grpc, path, message: request(changes), ready });
    const typed: OfficialInferRequest = {
      inputs: [input({ contents: { fp32_contents: numbers } })],
      raw_input_contents: [],
    };

    it('reads values as bytes and as numbers', () => {
      expect(outcome()).toEqual(whole);
      expect(outcome(typed)).toEqual(whole);
    });

    it.each([
      ['bytes', {}, false],
      ['numbers', typed, facts.isTyped],
    ])('answers %s', (_, changes, isTyped) => {
      const scores = Float32Array.of(1.5, -2);
      const message = answerWith({ wire: grpc, path, message: request(changes) }, scores);
      const { model_version = '', ...rest } = officialInferResponse.read(message);

      expect(model_version).toBe(facts.grpcVersion);
      expect(rest).toMatchObject({
        model_name: name,
        id: 'r1',
        outputs: [{ name: 'output', datatype: 'FP32', shape: [1, 2] }],
        ...(isTyped ? {} : { raw_output_contents: [Buffer.from(scores.buffer)] }),
      });
      expect(rest.outputs?.[0]?.contents?.fp32_contents).toEqual(isTyped ? [1.5, -2] : undefined);
    });

    it('refuses what is malformed with its own statuses', () => {
      const [unreadable, tensor, size] = facts.grpc;

      expect(outcomeOf({ wire: grpc, path, message: GARBAGE })).toMatchObject({
        status: unreadable,
      });
      for (const changes of [{ name: 'x' }, { datatype: 'INT32' }, { shape: [1, 3, 2, 2] }]) {
        expect(outcome({ inputs: [input(changes)] })).toMatchObject({ status: tensor });
      }
      expect(outcome({ raw_input_contents: [bytes.subarray(4)] })).toMatchObject({ status: size });
    });

    it('refuses other models, and calls before its own is ready', () => {
      expect(outcome({ model_name: 'nope' })).toMatchObject({ status: NOT_FOUND });
      expect(outcome({}, false)).toMatchObject({ status: facts.notReady[1] });
    });

    it('ends a call that fails with a status of it', () => {
      const call = grpcInferenceOf({ wire: grpc, path, message: request() });

      expect(call.fail({ kind: 'overloaded' }).status).toBe(facts.overloadedGrpc);
      expect(call.fail({ kind: 'failed', message: 'x' }).status).toBe(INTERNAL);
      expect(call.fail({ kind: 'bad-image', message: 'x' }).status).toBe(INVALID_ARGUMENT);
    });
  });

  it(`answers over REST in ${facts.isBinary ? 'bytes' : 'JSON'} where bytes are asked for`, () => {
    const json = jsonOf({ data: numbers }, { id: 'r1', ...ASK_FOR_BYTES });
    const call = inBytes(json.length);
    const scores = Float32Array.of(1, 2, 3);
    const { headers, body } = call.render(call.form(json), scores);
    const header = headers['inference-header-content-length'];

    expect(header !== undefined).toBe(facts.isBinary);
    const length = Number(header ?? body.length);
    expect(parsed(Buffer.from(body).subarray(0, length))).toMatchObject({
      ...facts.head,
      outputs: [facts.isBinary ? { parameters: { binary_data_size: 12 } } : { data: [1, 2, 3] }],
    });
    expect(Buffer.from(body).subarray(length)).toEqual(
      facts.isBinary ? Buffer.from(scores.buffer) : Buffer.alloc(0),
    );
  });
});

describe('the binary tensor extension', () => {
  const manifest = manifestOf('triton_onnx');
  const infer = (length: number | string) =>
    inferenceOf(
      triton(manifest).route(
        {
          method: 'POST',
          path: '/v2/models/resnet50-onnx/infer',
          headers: { 'inference-header-content-length': String(length) },
        },
        true,
      ),
    );

  it('reads JSON followed by bytes, and bytes alone', () => {
    const json = jsonOf();

    expect(infer(json.length).read(Buffer.concat([json, bytes]))).toEqual(whole);
    expect(infer(0).read(bytes)).toEqual(whole);
  });

  it.each([0, 999_999_999, 'x'])('refuses an empty body with a header of %s', (length) => {
    expect(readRefused(infer(length), Buffer.alloc(0)).status).toBe(400);
  });

  it.each([
    [{ outputs: [{ name: 'output' }] }, 'json:'],
    [{}, 'json:'],
    [{ parameters: { binary_data_output: true } }, 'binary:'],
    [{ outputs: [{ name: 'output', parameters: { binary_data: false } }] }, 'json:'],
    [{ id: 'x', ...ASK_FOR_BYTES }, 'binary:x'],
  ])('sees from %j that the answer is %s', (rest, form) => {
    const json = jsonOf({}, rest);

    expect(infer(json.length).form(json)).toBe(form);
  });
});
