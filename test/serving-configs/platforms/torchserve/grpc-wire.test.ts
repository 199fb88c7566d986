import { GRPC_STATUS } from '../../../../serving-configs/protocols/grpc-wire.ts';
import { manifestOf } from '../../../../serving-configs/index.ts';
import createGrpcWire from '../../../../serving-configs/platforms/torchserve/grpc-wire.ts';
import {
  officialPredictionResponse,
  officialPredictionsRequest,
  type OfficialPredictionsRequest,
} from '../../../support/official-messages/torchserve.ts';
import { answerWith, GARBAGE, inferenceOf, outcomeOf } from '../../protocols/grpc-wire-support.ts';

const { INTERNAL, UNAVAILABLE, UNKNOWN } = GRPC_STATUS;
const wire = createGrpcWire(manifestOf('torchserve'));
const SERVICE = '/org.pytorch.serve.grpc.inference.InferenceAPIsService';
const path = `${SERVICE}/Predictions`;

const shape = [1, 3, 224, 224];
const values = Float32Array.from({ length: 3 * 224 * 224 }, (_, index) => Math.fround(index / 7));
const tensor = Buffer.from(values.buffer);
const image = Buffer.from('ffd8ff', 'hex');

const messageOf = (changes: OfficialPredictionsRequest = {}): Buffer =>
  officialPredictionsRequest.write({
    model_name: 'resnet-50',
    input: { data: image },
    ...changes,
  });
const outcome = (changes: OfficialPredictionsRequest = {}, ready = true) =>
  outcomeOf({ wire, path, message: messageOf(changes), ready });

const NO_WORKER =
  'Model "resnet-50" has no worker to serve inference request. Please use scale workers API to add workers. ' +
  'If this is a sequence inference, please check if it is closed, or expired; or exceeds maxSequenceJobQueueSize';

const PREDICTION_FAILED = 'Prediction failed\norg.pytorch.serve.http.InternalServerException';

describe('the gRPC wire of TorchServe', () => {
  it.each<[string, OfficialPredictionsRequest]>([
    ['the field "data"', {}],
    ['the field "body"', { input: { body: image } }],
    ['"data" before "body"', { input: { body: Buffer.from('other'), data: image } }],
    ['"body" where "data" is empty', { input: { data: Buffer.alloc(0), body: image } }],
    ['its version', { model_version: '1.0' }],
    ['a request of a sequence', { sequence_id: 's' }],
  ])('reads an image from %s', (_, changes) => {
    expect(outcome(changes)).toEqual({ kind: 'image', bytes: image });
  });

  it('takes for a tensor what is as long as one', () => {
    expect(outcome({ input: { data: tensor } })).toEqual({ kind: 'tensor', values, shape });
    expect(outcome({ input: { data: tensor.subarray(4) } })).toEqual({
      kind: 'image',
      bytes: tensor.subarray(4),
    });
  });

  it('answers the text of the handler, as over REST', () => {
    const scores = new Float32Array(1000).fill(0.0001);
    scores.set([0.5, 0.25, 0.125], 281);
    const message = answerWith({ wire, path, message: messageOf() }, scores);
    const { prediction, ...rest } = officialPredictionResponse.read(message);
    const text = Buffer.from(prediction ?? []).toString();

    expect(rest).toEqual({});
    expect(text).toMatch(/^\{\n {2}"tabby": 0\.5,\n {2}"tiger cat": 0\.25,\n/);
    expect(Object.keys(JSON.parse(text) as object)).toHaveLength(5);
  });

  it.each<[string, OfficialPredictionsRequest]>([
    ['an unknown model', { model_name: 'nope' }],
    ['an unknown version', { model_version: '9.9' }],
    ['no model', { model_name: '' }],
  ])('calls %s an internal error', (_, changes) => {
    expect(outcome(changes)).toMatchObject({
      status: INTERNAL,
      details: expect.stringMatching(/ModelNotFoundException$/) as string,
    });
  });

  it.each<[string, OfficialPredictionsRequest]>([
    ['no field', { input: {} }],
    ['another field', { input: { image: image } }],
  ])('calls itself unavailable where the handler finds %s', (_, changes) => {
    expect(outcome(changes)).toEqual({ status: UNAVAILABLE, details: PREDICTION_FAILED });
  });

  it.each([
    ['garbage', GARBAGE],
    ['a message that is cut off', messageOf().subarray(0, -1)],
  ])('ends the call for %s', (_, message) => {
    expect(outcomeOf({ wire, path, message })).toEqual({ status: UNKNOWN, details: '' });
  });

  it.each([
    [{ kind: 'overloaded' } as const, `${NO_WORKER}\nInternalServerException.()`],
    [
      { kind: 'failed', message: 'x' } as const,
      'Worker died.\norg.pytorch.serve.http.InternalServerException',
    ],
  ])('ends a computation that is %j with the words of an exception', (failure, details) => {
    const call = inferenceOf({ wire, path, message: messageOf() });

    expect(call.fail(failure)).toEqual({ status: INTERNAL, details });
  });

  it('calls itself unavailable for an image that its handler cannot decode', () => {
    const call = inferenceOf({ wire, path, message: messageOf() });

    expect(call.fail({ kind: 'bad-image', message: 'x' })).toEqual({
      status: UNAVAILABLE,
      details: PREDICTION_FAILED,
    });
  });
});
