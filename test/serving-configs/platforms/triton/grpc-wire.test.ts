import { GRPC_STATUS } from '../../../../serving-configs/protocols/grpc-wire.ts';
import { manifestOf } from '../../../../serving-configs/index.ts';
import createGrpcWire from '../../../../serving-configs/platforms/triton/grpc-wire.ts';
import {
  officialInferRequest,
  officialInferResponse,
  officialReadyRequest,
  officialReadyResponse,
  type OfficialInferRequest,
  type OfficialTensor,
} from '../../../support/official-messages/open-inference.ts';
import {
  answerWith,
  GARBAGE,
  inferenceOf,
  messageIn,
  outcomeOf,
} from '../../protocols/grpc-wire-support.ts';

const { INTERNAL, INVALID_ARGUMENT, NOT_FOUND, UNAVAILABLE } = GRPC_STATUS;
const wire = createGrpcWire(manifestOf('triton_pytorch'));
const path = '/inference.GRPCInferenceService/ModelInfer';

const shape = [1, 3, 224, 224];
const values = Float32Array.from({ length: 3 * 224 * 224 }, (_, index) => Math.fround(index / 7));
const bytes = Buffer.from(values.buffer);

const input: OfficialTensor = { name: 'INPUT__0', datatype: 'FP32', shape };
const messageOf = (changes: OfficialInferRequest = {}): Buffer =>
  officialInferRequest.write({
    model_name: 'resnet50-torch',
    id: 'g1',
    inputs: [input],
    outputs: [{ name: 'OUTPUT__0' }],
    raw_input_contents: [bytes],
    ...changes,
  });
const outcome = (changes: OfficialInferRequest = {}, ready = true) =>
  outcomeOf({ wire, path, message: messageOf(changes), ready });
const asNumbers: OfficialInferRequest = {
  inputs: [{ ...input, contents: { fp32_contents: Array.from(values) } }],
  raw_input_contents: [],
};

describe('the gRPC wire of Triton', () => {
  it.each([
    ['raw bytes', {}],
    ['numbers', asNumbers],
    ['raw bytes for all outputs', { outputs: [] }],
    ['raw bytes for a version that there is', { model_version: '1' }],
    ['raw bytes with parameters', { parameters: { timeout: { int64_param: 1 } } }],
    // As recorded: a second entry for the one input is not looked at.
    ['two entries of raw bytes', { raw_input_contents: [bytes, Buffer.alloc(4)] }],
  ])('reads %s', (_, changes) => {
    expect(outcome(changes)).toEqual({ kind: 'tensor', values, shape });
  });

  it.each([
    ['raw bytes', {}],
    ['numbers', asNumbers],
  ])('answers %s in raw bytes, with the id and without contents', (_, changes) => {
    const scores = Float32Array.of(1.5, -2);
    const message = answerWith({ wire, path, message: messageOf(changes) }, scores);

    expect(officialInferResponse.read(message)).toEqual({
      model_name: 'resnet50-torch',
      model_version: '1',
      id: 'g1',
      outputs: [{ name: 'OUTPUT__0', datatype: 'FP32', shape: [1, 2] }],
      raw_output_contents: [Buffer.from(scores.buffer)],
    });
  });

  it('answers a thousand classes in as many bytes as server 2.51.0 did', () => {
    const message = answerWith({ wire, path, message: messageOf() }, new Float32Array(1000));
    const recorded = { bytes: 4045, model: 'null_nchw' };

    expect(message).toHaveLength(recorded.bytes - recorded.model.length + 'resnet50-torch'.length);
  });

  it.each<[string, OfficialInferRequest, number]>([
    ['an unknown model', { model_name: 'nope' }, NOT_FOUND],
    ['an unknown version', { model_version: '9' }, NOT_FOUND],
    ['a wrong shape', { inputs: [{ ...input, shape: [1, 3, 112, 448] }] }, INVALID_ARGUMENT],
    ['a wrong type', { inputs: [{ ...input, datatype: 'INT32' }] }, INVALID_ARGUMENT],
    ['another input', { inputs: [{ ...input, name: 'x' }] }, INVALID_ARGUMENT],
    ['no input', { inputs: [], raw_input_contents: [] }, INVALID_ARGUMENT],
    ['bytes that are too short', { raw_input_contents: [bytes.subarray(4)] }, INVALID_ARGUMENT],
    ['neither raw bytes nor numbers', { raw_input_contents: [] }, INVALID_ARGUMENT],
  ])('refuses %s', (_, changes, status) => {
    expect(outcome(changes)).toMatchObject({ status });
  });

  it.each([
    ['garbage', GARBAGE],
    ['a message that is cut off', messageOf().subarray(0, 1000)],
  ])('cannot parse %s', (_, message) => {
    expect(outcomeOf({ wire, path, message })).toMatchObject({ status: INTERNAL });
  });

  it('is unavailable before its model is ready', () => {
    expect(outcome({}, false)).toMatchObject({ status: UNAVAILABLE });
  });

  it.each([
    [{ kind: 'overloaded' } as const, UNAVAILABLE, 'too many requests'],
    [{ kind: 'failed', message: 'model says no' } as const, INTERNAL, 'model says no'],
    [{ kind: 'bad-image', message: 'no JPEG' } as const, INVALID_ARGUMENT, 'no JPEG'],
  ])('ends a computation that is %j with %i', (failure, status, details) => {
    const call = inferenceOf({ wire, path, message: messageOf() });

    expect(call.fail(failure)).toEqual({ status, details });
  });

  it.each([
    ['', true, true],
    ['1', true, true],
    ['', false, undefined],
  ])('says of its model, version "%s", ready %s, that it is ready: %s', (version, ready, said) => {
    const message = officialReadyRequest.write({ name: 'resnet50-torch', version });
    const call = { wire, path: '/inference.GRPCInferenceService/ModelReady', message, ready };

    expect(officialReadyResponse.read(messageIn(outcomeOf(call))).ready).toBe(said);
  });

  it.each([
    [true, true],
    [false, undefined],
  ])('says of itself, ready %s, that it is ready: %s', (ready, said) => {
    const message = Buffer.alloc(0);
    const call = { wire, path: '/inference.GRPCInferenceService/ServerReady', message, ready };

    expect(officialReadyResponse.read(messageIn(outcomeOf(call))).ready).toBe(said);
  });
});
