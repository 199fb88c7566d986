import { GRPC_STATUS } from '../../../serving-configs/grpc-wire.ts';
import { manifestOf } from '../../../serving-configs/index.ts';
import createGrpcWire from '../../../serving-configs/mlserver/grpc-wire.ts';
import { bytesOf } from '../../../serving-configs/wire.ts';
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
} from '../open-inference-support.ts';

const { INTERNAL, INVALID_ARGUMENT, NOT_FOUND, UNAVAILABLE, UNKNOWN } = GRPC_STATUS;
const wire = createGrpcWire(manifestOf('mlserver'));
const whole = { kind: 'tensor', values: VALUES, shape: SHAPE };

describe('the gRPC wire of MLServer', () => {
  it('reads values as bytes and as numbers', () => {
    expect(taken(wire)).toEqual(whole);
    expect(taken(wire, typedInput())).toEqual(whole);
    expect(taken(wire, { model_version: '1' })).toEqual(whole);
  });

  it('gives bytes only to the inputs that have no numbers', () => {
    const other = { name: 'other', datatype: 'FP32', shape: [1], contents: { fp32_contents: [7] } };
    const inputs = [other, { name: 'input', datatype: 'FP32', shape: SHAPE }];

    expect(taken(wire, { inputs })).toEqual(whole);
  });

  it('answers bytes with bytes', () => {
    const values = Float32Array.of(1, -2.5);

    expect(answered(wire, { id: 'r1' }, values)).toMatchObject({
      model_name: 'resnet-50',
      model_version: '1',
      id: 'r1',
      outputs: [
        { name: 'output', datatype: 'FP32', shape: [1, 2], contents: { fp32_contents: [] } },
      ],
      raw_output_contents: [Buffer.from(bytesOf(values))],
    });
  });

  it('answers numbers with numbers', () => {
    expect(answered(wire, typedInput(), Float32Array.of(1, -2.5))).toMatchObject({
      outputs: [{ name: 'output', contents: { fp32_contents: [1, -2.5] } }],
      raw_output_contents: [],
    });
  });

  it.each([
    [
      'an unknown model',
      { model_name: 'nope', model_version: '2' },
      NOT_FOUND,
      'Model nope with version 2 not found',
    ],
    [
      'an unknown version',
      { model_version: '2' },
      NOT_FOUND,
      'Model resnet-50 with version 2 not found',
    ],
    ['another input', changedInput({ name: 'x' }), INVALID_ARGUMENT, "input 'input' is missing"],
    [
      'a type that there is not',
      changedInput({ datatype: 'NOPE' }),
      INTERNAL,
      "'NOPE' is not a valid Datatype",
    ],
    [
      'another type of the same size',
      changedInput({ datatype: 'INT32' }),
      INVALID_ARGUMENT,
      "input 'input' has the type INT32, not FP32",
    ],
    [
      'another type of another size',
      changedInput({ datatype: 'FP64' }),
      INTERNAL,
      'unpack requires a buffer of 1204224 bytes',
    ],
    [
      'too few bytes',
      { raw_input_contents: [BYTES.subarray(4)] },
      INTERNAL,
      'unpack requires a buffer of 602112 bytes',
    ],
    [
      'fewer bytes than inputs',
      { inputs: [], raw_input_contents: [BYTES] },
      INVALID_ARGUMENT,
      "input 'input' is missing",
    ],
    [
      'too few numbers',
      typedInput(VALUES.subarray(0, 2)),
      INTERNAL,
      'cannot reshape array of size 2 into shape (1,3,224,224)',
    ],
  ])('refuses %s', (_, changes, status, details) => {
    expect(taken(wire, changes)).toEqual({ status, details });
  });

  it('refuses another shape before the model sees it, where the bytes do not fill it', () => {
    expect(taken(wire, changedInput({ shape: [1, 3, 2, 2] }))).toEqual({
      status: INTERNAL,
      details: 'unpack requires a buffer of 48 bytes',
    });
    expect(taken(wire, changedInput({ shape: [1, 3, 112, 448] }))).toEqual({
      status: INVALID_ARGUMENT,
      details: "input 'input' has the shape [1, 3, 112, 448], not [1, 3, 224, 224]",
    });
  });

  it('refuses what is no message, and calls while the model is not ready', () => {
    expect(taken(wire, GARBAGE)).toMatchObject({ status: UNKNOWN });
    expect(taken(wire, {}, false)).toMatchObject({ status: INVALID_ARGUMENT });
  });

  it('says what is ready, and does not handle a model that it does not know', () => {
    expect([serverReady(wire, true), serverReady(wire, false)]).toEqual([true, false]);
    expect(modelReady(wire, 'resnet-50')).toBe(true);
    expect(modelReady(wire, 'resnet-50', { ready: false })).toBe(false);
    expect(modelReady(wire, 'nope')).toMatchObject({ status: UNKNOWN });
  });

  it.each([
    [{ kind: 'overloaded' } as const, UNAVAILABLE],
    [{ kind: 'failed', message: 'x' } as const, INTERNAL],
    [{ kind: 'bad-image', message: 'x' } as const, INVALID_ARGUMENT],
  ])('ends a call that fails with %j with %i', (failure, status) => {
    expect(failed(wire, failure)).toMatchObject({ status });
  });
});
