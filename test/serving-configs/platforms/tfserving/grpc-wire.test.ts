import { GRPC_STATUS } from '../../../../serving-configs/protocols/grpc-wire.ts';
import { manifestOf } from '../../../../serving-configs/index.ts';
import createGrpcWire from '../../../../serving-configs/platforms/tfserving/grpc-wire.ts';
import {
  officialPredictRequest,
  officialPredictResponse,
  type OfficialModelSpec,
  type OfficialPredictRequest,
  type OfficialTensorProto,
} from '../../../support/official-messages/tfserving.ts';
import { answerWith, GARBAGE, inferenceOf, outcomeOf } from '../../protocols/grpc-wire-support.ts';

const { FAILED_PRECONDITION, INTERNAL, INVALID_ARGUMENT, NOT_FOUND, UNAVAILABLE } = GRPC_STATUS;
const wire = createGrpcWire(manifestOf('tfserving'));
const path = '/tensorflow.serving.PredictionService/Predict';

const shape = [1, 224, 224, 3];
const values = Float32Array.from({ length: 3 * 224 * 224 }, (_, index) => Math.fround(index / 7));
const bytes = Buffer.from(values.buffer);
const image = Buffer.from('ffd8ff', 'hex');

const shapeOf = (sizes: readonly number[]) => ({ dim: sizes.map((size) => ({ size })) });
const tensor: OfficialTensorProto = {
  dtype: 1,
  tensor_shape: shapeOf(shape),
  tensor_content: bytes,
};
const spec: OfficialModelSpec = { name: 'resnet-50', signature_name: 'serving_default' };
const text = (content: Uint8Array): OfficialTensorProto => ({ dtype: 7, string_val: [content] });

const messageOf = (changes: OfficialPredictRequest = {}): Buffer =>
  officialPredictRequest.write({ model_spec: spec, inputs: { image: tensor }, ...changes });
const outcome = (changes: OfficialPredictRequest = {}, ready = true) =>
  outcomeOf({ wire, path, message: messageOf(changes), ready });
const withTensor = (changes: OfficialTensorProto): OfficialPredictRequest => ({
  inputs: { image: { ...tensor, ...changes } },
});
const asked = (signature: string, input: OfficialPredictRequest['inputs'] = {}) => ({
  model_spec: { name: 'resnet-50', signature_name: signature },
  inputs: input,
});

describe('the gRPC wire of TensorFlow Serving', () => {
  it.each<[string, OfficialPredictRequest]>([
    ['bytes', {}],
    ['a list of floats', withTensor({ tensor_content: Buffer.alloc(0), float_val: [...values] })],
    ['bytes for the default signature', { model_spec: { name: 'resnet-50' } }],
    ['bytes for its version', { model_spec: { ...spec, version: { value: 1 } } }],
    ['bytes as a string', asked('serving_raw', { raw: text(bytes) })],
  ])('reads %s', (_, changes) => {
    expect(outcome(changes)).toEqual({ kind: 'tensor', values, shape });
  });

  it('reads an image of any size and a file', () => {
    const small = { tensor_shape: shapeOf([1, 1, 2, 3]), tensor_content: bytes.subarray(0, 24) };

    expect(outcome(withTensor(small))).toEqual({
      kind: 'tensor',
      values: values.subarray(0, 6),
      shape: [1, 1, 2, 3],
    });
    expect(outcome(asked('serving_jpeg', { jpeg: text(image) }))).toEqual({
      kind: 'image',
      bytes: image,
    });
  });

  it.each([
    ['serving_default', {}],
    ['serving_jpeg', asked('serving_jpeg', { jpeg: text(image) })],
  ])('answers %s with a list of floats, the version and the signature', (signature, changes) => {
    const scores = Float32Array.of(1.5, -2);
    const message = answerWith({ wire, path, message: messageOf(changes) }, scores);

    expect(officialPredictResponse.read(message)).toEqual({
      model_spec: { name: 'resnet-50', version: { value: 1 }, signature_name: signature },
      outputs: { probs: { dtype: 1, tensor_shape: shapeOf([1, 2]), float_val: [1.5, -2] } },
    });
  });

  it('says which signature was meant where none was named', () => {
    const message = messageOf({ model_spec: { name: 'resnet-50' } });
    const answer = answerWith({ wire, path, message }, new Float32Array(1000));

    expect(officialPredictResponse.read(answer).model_spec?.signature_name).toBe('serving_default');
  });

  it('answers a thousand floats in as many bytes as a server with the official messages did', () => {
    const message = answerWith({ wire, path, message: messageOf() }, new Float32Array(1000));
    // Of the model "resnet50" with the output "logits"; ours are a letter longer and a letter shorter.
    const recordedBytes = 4063;

    expect(message).toHaveLength(recordedBytes);
  });

  it.each<[string, OfficialPredictRequest, number]>([
    ['an unknown model', { model_spec: { ...spec, name: 'nope' } }, NOT_FOUND],
    ['an unknown version', { model_spec: { ...spec, version: { value: 9 } } }, NOT_FOUND],
    ['no model', { model_spec: {} }, INVALID_ARGUMENT],
    ['an unknown signature', asked('toString', { image: tensor }), FAILED_PRECONDITION],
    ['another input', { inputs: { x: tensor } }, INVALID_ARGUMENT],
    ['one input more', { inputs: { image: tensor, x: tensor } }, INVALID_ARGUMENT],
    ['another type', asked('serving_jpeg', { jpeg: tensor }), INVALID_ARGUMENT],
    ['another layout', withTensor({ tensor_shape: shapeOf([1, 3, 224, 224]) }), INVALID_ARGUMENT],
    ['too few bytes', withTensor({ tensor_content: bytes.subarray(4) }), INVALID_ARGUMENT],
    ['no file', asked('serving_jpeg', { jpeg: { dtype: 7 } }), INVALID_ARGUMENT],
    [
      'raw bytes of another size',
      asked('serving_raw', { raw: text(bytes.subarray(8)) }),
      INVALID_ARGUMENT,
    ],
  ])('refuses %s', (_, changes, status) => {
    expect(outcome(changes)).toMatchObject({ status });
  });

  it.each([
    ['garbage', GARBAGE],
    ['a message that is cut off', messageOf().subarray(0, 1000)],
  ])('cannot read %s', (_, message) => {
    expect(outcomeOf({ wire, path, message })).toMatchObject({ status: INTERNAL });
  });

  it('does not know its model before that is loaded', () => {
    expect(outcome({}, false)).toMatchObject({ status: NOT_FOUND });
  });

  it.each([
    [{ kind: 'overloaded' } as const, UNAVAILABLE],
    [{ kind: 'failed', message: 'x' } as const, INTERNAL],
    [{ kind: 'bad-image', message: 'x' } as const, INVALID_ARGUMENT],
  ])('ends a computation that is %j with %i', (failure, status) => {
    expect(inferenceOf({ wire, path, message: messageOf() }).fail(failure)).toMatchObject({
      status,
    });
  });
});
