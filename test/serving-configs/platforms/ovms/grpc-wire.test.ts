import { GRPC_STATUS } from '../../../../serving-configs/protocols/grpc-wire.ts';
import { manifestOf } from '../../../../serving-configs/index.ts';
import createGrpcWire from '../../../../serving-configs/platforms/ovms/grpc-wire.ts';
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

const { INTERNAL, INVALID_ARGUMENT, NOT_FOUND, RESOURCE_EXHAUSTED } = GRPC_STATUS;
const wire = createGrpcWire(manifestOf('ovms'));
const whole = { kind: 'tensor', values: VALUES, shape: SHAPE };

describe('the gRPC wire of OpenVINO Model Server', () => {
  it('reads values as bytes and as numbers', () => {
    expect(taken(wire)).toEqual(whole);
    expect(taken(wire, typedInput())).toEqual(whole);
  });

  it('answers bytes with bytes and numbers with numbers', () => {
    const values = Float32Array.of(1, -2.5);

    expect(answered(wire, { id: 'r1' }, values)).toMatchObject({
      model_version: '1',
      id: 'r1',
      outputs: [{ name: 'output', datatype: 'FP32', shape: [1, 2], contents: null }],
      raw_output_contents: [Buffer.from(bytesOf(values))],
    });
    expect(answered(wire, typedInput(), values)).toMatchObject({
      outputs: [{ contents: { fp32_contents: [1, -2.5] } }],
      raw_output_contents: [],
    });
  });

  it.each([
    ['an unknown model', { model_name: 'nope' }, NOT_FOUND],
    ['another input', changedInput({ name: 'x' }), INVALID_ARGUMENT],
    ['another type', changedInput({ datatype: 'INT32' }), INVALID_ARGUMENT],
    ['another shape', changedInput({ shape: [1, 3, 2, 2] }), INVALID_ARGUMENT],
    ['too few bytes', { raw_input_contents: [BYTES.subarray(4)] }, INVALID_ARGUMENT],
    ['too few numbers', typedInput(VALUES.subarray(1)), INVALID_ARGUMENT],
  ])('refuses %s', (_, changes, status) => {
    expect(taken(wire, changes)).toMatchObject({ status });
  });

  it('refuses what is no message, and calls while the model is not ready', () => {
    expect(taken(wire, GARBAGE)).toMatchObject({ status: INTERNAL });
    expect(taken(wire, {}, false)).toMatchObject({ status: NOT_FOUND });
  });

  it('says what is ready', () => {
    expect([serverReady(wire, true), serverReady(wire, false)]).toEqual([true, false]);
    expect(modelReady(wire, 'resnet-50')).toBe(true);
    expect(modelReady(wire, 'resnet-50', { ready: false })).toBe(false);
    expect(modelReady(wire, 'nope')).toMatchObject({ status: NOT_FOUND });
    expect(modelReady(wire, 'resnet-50', { version: '9' })).toMatchObject({ status: NOT_FOUND });
  });

  it.each([
    [{ kind: 'overloaded' } as const, RESOURCE_EXHAUSTED],
    [{ kind: 'failed', message: 'x' } as const, INTERNAL],
    [{ kind: 'bad-image', message: 'x' } as const, INVALID_ARGUMENT],
  ])('ends a call that fails with %j with %i', (failure, status) => {
    expect(failed(wire, failure)).toMatchObject({ status });
  });
});
