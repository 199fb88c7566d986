import { GRPC_STATUS } from '../../../../serving-configs/protocols/grpc-wire.ts';
import { manifestOf } from '../../../../serving-configs/index.ts';
import createGrpcWire from '../../../../serving-configs/platforms/kserve/grpc-wire.ts';
import { bytesOf } from '../../../../serving-configs/protocols/wire.ts';
import {
  answered,
  BYTES,
  changedInput,
  failed,
  GARBAGE,
  modelReady,
  serverReady,
  SHAPE,
  taken,
  typedInput,
  VALUES,
} from '../../protocols/open-inference-support.ts';

const { INTERNAL, INVALID_ARGUMENT, NOT_FOUND, UNAVAILABLE, UNKNOWN } = GRPC_STATUS;
const wire = createGrpcWire(manifestOf('kserve'));
const whole = { kind: 'tensor', values: VALUES, shape: SHAPE };

describe('the gRPC wire of KServe', () => {
  it('reads values as bytes and as numbers, and does not look at the version', () => {
    expect(taken(wire)).toEqual(whole);
    expect(taken(wire, typedInput())).toEqual(whole);
    expect(taken(wire, { model_version: '9' })).toEqual(whole);
  });

  it.each([
    ['bytes', {}],
    ['numbers', typedInput()],
  ])('answers %s with bytes', (_, changes) => {
    const values = Float32Array.of(1, -2.5);

    expect(answered(wire, { ...changes, id: 'r1' }, values)).toMatchObject({
      model_name: 'resnet-50',
      model_version: '',
      id: 'r1',
      outputs: [{ name: 'output', datatype: 'FP32', shape: [1, 2], contents: null }],
      raw_output_contents: [Buffer.from(bytesOf(values))],
    });
  });

  it('gives an answer an id where the request has none', () => {
    expect(answered(wire, {}, Float32Array.of(1)).id).toMatch(/^[0-9a-f-]{36}$/);
  });

  it.each([
    ['an unknown model', { model_name: 'nope' }, NOT_FOUND],
    ['another input', changedInput({ name: 'x' }), INVALID_ARGUMENT],
    ['another type', changedInput({ datatype: 'INT32' }), INVALID_ARGUMENT],
    ['another shape', changedInput({ shape: [1, 3, 2, 2] }), INVALID_ARGUMENT],
    ['too few bytes', { raw_input_contents: [BYTES.subarray(4)] }, INTERNAL],
    ['too few numbers', typedInput(VALUES.subarray(1)), INTERNAL],
  ])('refuses %s', (_, changes, status) => {
    expect(taken(wire, changes)).toMatchObject({ status });
  });

  it('refuses what is no message, and calls while the model is not ready', () => {
    expect(taken(wire, GARBAGE)).toMatchObject({ status: UNKNOWN });
    expect(taken(wire, {}, false)).toMatchObject({ status: UNAVAILABLE });
  });

  it('says what is ready', () => {
    expect([serverReady(wire, true), serverReady(wire, false)]).toEqual([true, false]);
    expect(modelReady(wire, 'resnet-50')).toBe(true);
    expect(modelReady(wire, 'resnet-50', { ready: false })).toBe(false);
    expect(modelReady(wire, 'nope')).toMatchObject({ status: NOT_FOUND });
  });

  it.each([
    [{ kind: 'overloaded' } as const, UNAVAILABLE],
    [{ kind: 'failed', message: 'x' } as const, INTERNAL],
    [{ kind: 'bad-image', message: 'x' } as const, INVALID_ARGUMENT],
  ])('ends a call that fails with %j with %i', (failure, status) => {
    expect(failed(wire, failure)).toMatchObject({ status });
  });
});
