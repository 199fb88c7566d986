import tfserving from '../../../middleware/servings/tfserving.ts';
import {
  MalformedAnswer,
  type ServingRequest,
  type ServingResponse,
} from '../../../middleware/servings/serving.ts';
import type { Payload } from '../../../serving-configs/manifest.ts';
import { classifierOf, imageInput, readOutputs, tensorsInput } from '../../support/codec-inputs.ts';
import { answerOf, bodyOf, describeCodec, floatsOf } from '../../support/describe-codec.ts';
import {
  officialPredictRequest,
  officialPredictResponse,
  unpackedPredictResponse,
  type OfficialTensorProto,
} from '../../support/official-messages/tfserving.ts';
import { noise } from '../../support/image.ts';
import {
  inputs as userInputs,
  label,
  outputs as userOutputs,
  scores as userScores,
  servedUserModel,
} from '../../support/middleware-model.ts';
import { plain } from '../../support/user-model.ts';

interface Predict {
  readonly signature_name: string;
  readonly instances?: readonly number[][][][];
  readonly inputs?: Readonly<Record<string, { readonly b64: string }>>;
}

const predictOf = (request: ServingRequest): Predict =>
  JSON.parse(bodyOf(request).toString('latin1')) as Predict;

const stringInput = (request: ServingRequest, name: string): Buffer => {
  const { signature_name: signature, inputs } = predictOf(request);
  expect(signature).toBe(`serving_${name}`);
  return Buffer.from(inputs?.[name]?.b64 ?? '', 'base64');
};

const probabilities = Array.from({ length: 1000 }, () => 0.001);

const bytesOf = (scores: readonly number[]): Buffer =>
  Buffer.from(Float32Array.from(scores).buffer);

/** The input of a `Predict`, from the field that the server reads. */
const tensorOf = (request: ServingRequest, payload: Payload): ArrayLike<number> => {
  expect(request.path).toBe('/tensorflow.serving.PredictionService/Predict');
  const { model_spec: spec, inputs = {}, ...rest } = officialPredictRequest.read(bodyOf(request));
  expect(rest).toEqual({});
  if (payload === 'image') {
    expect(spec).toEqual({ name: 'resnet-50', signature_name: 'serving_jpeg' });
    // It has no shape, because it is one string without a batch.
    expect(inputs).toEqual({ jpeg: { dtype: 7, string_val: [expect.any(Uint8Array)] } });
    return inputs['jpeg']?.string_val?.[0] ?? [];
  }
  expect(spec).toEqual({ name: 'resnet-50', signature_name: 'serving_default' });
  expect(Object.keys(inputs)).toEqual(['image']);
  const { tensor_shape: shape, tensor_content: content, ...otherFields } = inputs['image'] ?? {};
  expect(otherFields).toEqual({ dtype: 1 });
  const sizes = shape?.dim?.map(({ size = 0 }) => size) ?? [];
  expect([sizes.length, sizes[0], sizes[3]]).toEqual([4, 1, 3]);
  const floats = floatsOf(content ?? Buffer.alloc(0));
  expect(sizes.reduce((product, size) => product * size, 1)).toBe(floats.length);
  return floats;
};

const output: OfficialTensorProto = {
  dtype: 1,
  tensor_shape: { dim: [{ size: 1 }, { size: 1000 }] },
};
const correctOutput: OfficialTensorProto = { ...output, float_val: probabilities };
const outputs = (named: Readonly<Record<string, OfficialTensorProto>>): ServingResponse =>
  answerOf(
    officialPredictResponse.write({
      outputs: named,
      model_spec: { name: 'resnet-50', version: { value: 1 }, signature_name: 'serving_default' },
    }),
  );

describeCodec({
  serving: 'tfserving',
  rest: {
    readBack: (request, payload, encoding) => {
      if (payload === 'image') return stringInput(request, 'jpeg');
      if (encoding === 'base64') return floatsOf(stringInput(request, 'raw'));
      const { signature_name: signature, instances } = predictOf(request);
      expect(signature).toBe('serving_default');
      expect(instances).toHaveLength(1);
      return instances?.flat(3) ?? [];
    },
    answers: {
      'an answer in rows': (scores) => answerOf({ predictions: [scores] }),
      'an answer in columns': (scores) => answerOf({ outputs: [scores] }),
      'an indented answer': (scores) =>
        answerOf(JSON.stringify({ predictions: [scores] }, null, 4)),
    },
    malformed: {
      'an error with status 200': answerOf({ error: 'x' }),
      'a prediction by name': answerOf({ predictions: [{ probs: [] }] }),
      'too few scores': answerOf({ predictions: [[0.1, 0.2]] }),
      'a score above one': answerOf({ predictions: [probabilities.with(7, 3)] }),
      NaN: answerOf(`{"predictions":[[NaN,${probabilities.slice(1).join()}]]}`),
    },
  },
  grpc: {
    readBack: tensorOf,
    answers: {
      'a list of floats': (scores) => outputs({ probs: { ...output, float_val: scores } }),
      'floats with a tag each': (scores) =>
        answerOf(
          unpackedPredictResponse.write({ outputs: { probs: { ...output, float_val: scores } } }),
        ),
      // With --enable_serialization_as_tensor_content of the server.
      bytes: (scores) => outputs({ probs: { ...output, tensor_content: bytesOf(scores) } }),
      'bytes of a tensor with names': (scores) =>
        outputs({
          probs: {
            dtype: 1,
            tensor_shape: {
              dim: [
                { size: 1, name: 'n' },
                { size: 1000, name: 'class' },
              ],
            },
            tensor_content: bytesOf(scores),
          },
        }),
    },
    malformed: {
      'no output': outputs({}),
      'another name': outputs({ logits: correctOutput }),
      'another shape': outputs({
        probs: { ...correctOutput, tensor_shape: { dim: [{ size: 1000 }] } },
      }),
      'too few floats': outputs({ probs: { ...output, float_val: probabilities.slice(1) } }),
      'too few bytes': outputs({
        probs: { ...output, tensor_content: bytesOf(probabilities).subarray(4) },
      }),
      'NaN in bytes': outputs({
        probs: { ...output, tensor_content: bytesOf(probabilities.with(3, Number.NaN)) },
      }),
      'a score above one': outputs({ probs: { ...output, float_val: probabilities.with(7, 3) } }),
    },
  },
});

describe('A request to TensorFlow Serving', () => {
  const model = classifierOf('tfserving');

  it('names the model in its path', () => {
    const input = { payload: 'image', bytes: noise(1, 1), mediaType: 'image/jpeg' } as const;
    const request = tfserving.rest.encode(input, 'base64', model);

    expect(request.path).toBe('/v1/models/resnet-50:predict');
    expect(request.headers).toEqual({ 'content-type': 'application/json' });
  });

  it.each([
    ['tensor', 1, 1],
    ['tensor', 224, 224],
    ['tensor_fullsize', 1, 1],
    ['tensor_fullsize', 300, 200],
  ] as const)('nests the %s of an image of %i×%i as rows of pixels', (payload, width, height) => {
    const pixels = { width, height, data: noise(width, height) };
    const input = imageInput('tfserving', payload, pixels);
    const request = tfserving.rest.encode(input, 'json', model);
    const image = predictOf(request).instances?.[0] ?? [];

    expect(image).toHaveLength(height);
    expect(new Set(image.map((row) => row.length))).toEqual(new Set([width]));
    expect(new Set(image.flat().map((pixel) => pixel.length))).toEqual(new Set([3]));
    request.release?.();
  });

  it('writes the full-size image with four decimals', () => {
    const pixels = { width: 2, height: 2, data: Uint8Array.from(Array(12).keys(), (n) => n * 23) };
    const input = imageInput('tfserving', 'tensor_fullsize', pixels);
    const request = tfserving.rest.encode(input, 'json', model);

    expect(predictOf(request).instances?.[0]?.flat(2)).toEqual(
      [...pixels.data].map((byte) => Number((byte / 255).toFixed(4))),
    );
  });

  it('writes every value of the caffe tensor with the decimals of its mean', () => {
    const data = Uint8Array.from({ length: 256 * 3 }, (_, at) => Math.floor(at / 3));
    const input = imageInput('tfserving', 'tensor', { width: 256, height: 1, data });
    const row = predictOf(tfserving.rest.encode(input, 'json', model)).instances?.[0]?.[0] ?? [];

    for (const [byte, pixel] of row.entries()) {
      const exact = [103.939, 116.779, 123.68].map((mean) => Number((byte - mean).toFixed(3)));
      expect(pixel).toEqual(exact);
    }
  });
});

const shapeOf = ({ tensor_shape: shape }: OfficialTensorProto) =>
  shape?.dim?.map(({ size = 0 }) => size);

describe("A user's model behind TensorFlow Serving", () => {
  const { rest, grpc } = tfserving;
  const readRest = (body: unknown) => readOutputs(rest, answerOf(body as object), servedUserModel);
  const columns = { scores: [[0.25, -3.5]], label: [1] };

  it('gets REST requests in columns', () => {
    const request = rest.encode(tensorsInput(userInputs), 'json', servedUserModel);

    expect(request.path).toBe(`/v1/models/${servedUserModel.name}:predict`);
    expect(JSON.parse(bodyOf(request).toString())).toEqual({
      inputs: { ids: [[101, -7, 2 ** 40]], mask: [[true, false, true]], scale: [Math.fround(0.1)] },
    });
  });

  it('answers REST requests in columns, and a single output without a name', () => {
    const single = { ...servedUserModel, outputs: servedUserModel.outputs.slice(0, 1) };

    expect(plain(readRest({ outputs: columns }))).toEqual(plain(userOutputs));
    expect(plain(readOutputs(rest, answerOf({ outputs: columns.scores }), single))).toEqual(
      plain([userScores]),
    );
  });

  it.each([
    ['rows', { predictions: [columns] }],
    ['a missing output', { outputs: { scores: columns.scores } }],
    ['another shape', { outputs: { ...columns, scores: [[1, 2, 3]] } }],
    ['a number that is not whole', { outputs: { ...columns, label: [1.5] } }],
  ])('may not answer over REST with %s', (_, body) => {
    expect(() => readRest(body)).toThrow(MalformedAnswer);
  });

  it('may not answer over REST with the rows of a single output', () => {
    const single = { ...servedUserModel, outputs: servedUserModel.outputs.slice(0, 1) };
    const answer = answerOf({ predictions: columns.scores });

    expect(() => readOutputs(rest, answer, single)).toThrow(MalformedAnswer);
  });

  it('gets gRPC requests with its output names and the uncopied bytes of its inputs', () => {
    const request = grpc.encode(tensorsInput(userInputs), 'raw', servedUserModel);
    const { model_spec: spec, inputs = {}, ...more } = officialPredictRequest.read(bodyOf(request));

    expect(spec).toEqual({ name: servedUserModel.name, signature_name: 'serving_default' });
    expect(more).toEqual({ output_filter: ['scores', 'label'] });
    expect(Object.keys(inputs)).toEqual(userInputs.map(({ name }) => name));
    for (const { name, shape, bytes } of userInputs) {
      const proto = inputs[name] ?? {};
      expect([shapeOf(proto), [...(proto.tensor_content ?? [])]]).toEqual([shape, [...bytes]]);
      expect(request.body.includes(bytes)).toBe(true);
    }
    expect(userInputs.map(({ name }) => inputs[name]?.dtype)).toEqual([10, 9, 1]);
  });

  const labelProto: OfficialTensorProto = { dtype: 9, tensor_shape: { dim: [{ size: 1 }] } };
  const scoresProto: OfficialTensorProto = {
    dtype: 1,
    tensor_shape: { dim: [{ size: 1 }, { size: 2 }] },
  };

  it.each<[string, OfficialTensorProto, OfficialTensorProto]>([
    ['lists', { int64_val: [1] }, { float_val: [0.25, -3.5] }],
    ['bytes', { tensor_content: label.bytes }, { tensor_content: userScores.bytes }],
  ])('answers over gRPC with %s', (_, ofLabel, ofScores) => {
    const answer = outputs({
      label: { ...labelProto, ...ofLabel },
      scores: { ...scoresProto, ...ofScores },
    });

    expect(plain(readOutputs(grpc, answer, servedUserModel))).toEqual(plain([label, userScores]));
  });

  it('answers over gRPC with the bits of 16-bit floats', () => {
    const half = { name: 'half', datatype: 'FP16', shape: [2] } as const;
    const proto = { dtype: 19, tensor_shape: { dim: [{ size: 2 }] }, half_val: [0x3c00, 0xfbff] };
    const answer = outputs({ half: proto });
    const read = readOutputs(grpc, answer, { ...servedUserModel, outputs: [half] });

    expect(plain(read)).toEqual(plain([{ ...half, bytes: Uint8Array.of(0, 0x3c, 0xff, 0xfb) }]));
  });

  it.each<[string, Readonly<Record<string, OfficialTensorProto>>]>([
    ['no output', {}],
    ['an unknown type', { scores: { dtype: 2 }, label: { dtype: 9 } }],
    [
      'too few values',
      { label: { ...labelProto, int64_val: [1] }, scores: { ...scoresProto, float_val: [1] } },
    ],
  ])('may not answer over gRPC with %s', (_, named) => {
    expect(() => readOutputs(grpc, outputs(named), servedUserModel)).toThrow(MalformedAnswer);
  });
});
