import { codecOf } from '../../../middleware/servings/index.ts';
import { MalformedAnswer, type Codec } from '../../../middleware/servings/serving.ts';
import {
  endpointOf,
  protocolsOf,
  servingFactsOf,
  servingNames,
} from '../../../serving-configs/index.ts';
import type { ServingName } from '../../../serving-configs/index.ts';
import type { Encoding, Protocol } from '../../../serving-configs/manifest.ts';
import {
  HEADER_LENGTH,
  readTensors,
  writeTensors,
  type NamedTensor,
  type TensorEncoding,
} from '../../../serving-configs/models/tensors/tensor-body.ts';
import { readOutputs, tensorsInput } from '../../support/codec-inputs.ts';
import { answerOf, bodyOf } from '../../support/describe-codec.ts';
import {
  officialInferRequest,
  officialInferResponse,
} from '../../support/official-messages/open-inference.ts';
import {
  officialPredictionResponse,
  officialPredictionsRequest,
} from '../../support/official-messages/torchserve.ts';
import {
  ids,
  inputs,
  label,
  outputs,
  scores,
  servedUserModel,
} from '../../support/middleware-model.ts';
import { plain } from '../../support/user-model.ts';

interface Way {
  readonly serving: ServingName;
  readonly protocol: Protocol;
  readonly encoding: Encoding;
}

const ways: readonly Way[] = servingNames.flatMap((serving) =>
  protocolsOf(serving).flatMap((protocol) =>
    (endpointOf(serving, protocol)?.tensors ?? []).map((encoding) => ({
      serving,
      protocol,
      encoding,
    })),
  ),
);
/** TensorFlow Serving and DJL Serving have formats of their own, which the tests of their codecs cover. */
const asBodies = ways.filter(({ serving }) => serving !== 'tfserving' && serving !== 'djl');
const overRest = asBodies.filter(({ protocol }) => protocol === 'rest');
/** Whether a serving speaks the Open Inference Protocol. */
const namesItsTensors = ({ serving }: Way): boolean =>
  servingFactsOf(serving).model.tensors !== undefined;
const overInfer = asBodies.filter((way) => way.protocol === 'grpc' && namesItsTensors(way));

const codecFor = ({ serving, protocol }: Way): Codec => {
  const codec = codecOf(serving)[protocol];
  if (codec === undefined) throw new Error(`${serving} has no codec for ${protocol}`);
  return codec;
};

const requestOf = (way: Way) =>
  codecFor(way).encode(tensorsInput(inputs), way.encoding, servedUserModel);

const answer = (tensors: readonly NamedTensor[], encoding: TensorEncoding = 'binary') =>
  answerOf(Buffer.concat(writeTensors(tensors, 'outputs', encoding, { model_name: 'm' }).body));

const inferResponse = (tensors: readonly NamedTensor[]) =>
  answerOf(
    officialInferResponse.write({
      id: 'a',
      outputs: tensors.map(({ name, datatype, shape }) => ({ name, datatype, shape })),
      raw_output_contents: tensors.map(({ bytes }) => bytes),
    }),
  );

const prediction = (tensors: readonly NamedTensor[]) =>
  answerOf(officialPredictionResponse.write({ prediction: answer(tensors).body }));

/** A correct answer in the form of a way, with the tensors as its outputs. */
const answerIn = (way: Way, tensors: readonly NamedTensor[]) => {
  if (way.protocol === 'rest') return answer(tensors);
  return namesItsTensors(way) ? inferResponse(tensors) : prediction(tensors);
};

const wrongOutputs: Readonly<Record<string, readonly NamedTensor[]>> = {
  'no output': [],
  'a missing output': [scores],
  'an unknown output': [...outputs, { ...label, name: 'other' }],
  'an output twice': [scores, scores],
  'another name': [scores, { ...label, name: 'other' }],
  'another type': [scores, { ...label, datatype: 'FP32', bytes: new Uint8Array(4) }],
  'another shape': [{ ...scores, shape: [2] }, label],
};

const malformedBodies = {
  'an empty body': answerOf(''),
  'a text': answerOf('<html>'),
  'half of its JSON': answerOf('{"outputs":[1,2'),
  'no outputs at all': answerOf({ predictions: [] }),
  'NaN in JSON': answerOf(
    '{"outputs":[{"name":"label","datatype":"FP32","shape":[1],"data":[NaN]}]}',
  ),
  'too few bytes': answerOf(answer(outputs).body.subarray(0, -1)),
  'a header length beyond the body': answerOf(answer(outputs).body, { [HEADER_LENGTH]: '9999' }),
  'a header length that is not a number': answerOf(answer(outputs).body, { [HEADER_LENGTH]: 'x' }),
};

describe('A codec of named tensors', () => {
  it('exists for every serving that takes a user’s model over a protocol', () => {
    expect(ways.length).toBeGreaterThan(20);
    expect(ways.map(codecFor)).not.toContain(undefined);
  });

  it.each(overRest)('carries inputs to $serving as $encoding unchanged', (way) => {
    const request = requestOf(way);
    const length = request.headers[HEADER_LENGTH];
    const read = readTensors(
      bodyOf(request),
      'inputs',
      length === undefined ? undefined : Number(length),
    );

    expect(plain(read.tensors)).toEqual(plain(inputs));
    expect(read.encoding).toBe(way.encoding);
    expect(request.headers['content-type']).toBe(
      way.encoding === 'json' ? 'application/json' : 'application/octet-stream',
    );
    expect(length === undefined).toBe(way.encoding === 'json');
  });

  it.each(overRest.filter(({ encoding }) => encoding === 'binary'))(
    'passes the bytes of inputs to $serving without a copy',
    (way) => {
      expect(requestOf(way).body.slice(1)).toEqual(inputs.map(({ bytes }) => bytes));
      expect(requestOf(way).body.includes(ids.bytes)).toBe(true);
    },
  );

  it.each(overRest.filter(namesItsTensors))(
    'requests all outputs of $serving as $encoding',
    (way) => {
      const request = requestOf(way);
      const { head } = readTensors(bodyOf(request), 'inputs');
      const parameters = way.encoding === 'binary' ? { parameters: { binary_data: true } } : {};

      expect(request.path).toBe('/v2/models/my-model/infer');
      expect(head['outputs']).toEqual(['scores', 'label'].map((name) => ({ name, ...parameters })));
    },
  );

  it.each(overRest.filter((way) => !namesItsTensors(way)))(
    'sends inputs as $encoding to the route of $serving',
    (way) => {
      const request = requestOf(way);

      expect(['/predict', '/predict_tensor', `/predictions/${servedUserModel.name}`]).toContain(
        request.path,
      );
      expect(Object.keys(readTensors(bodyOf(request), 'inputs').head)).toEqual(['inputs']);
    },
  );

  it.each(overInfer)('carries inputs to $serving over gRPC unchanged', (way) => {
    const request = requestOf(way);
    const message = officialInferRequest.read(bodyOf(request));

    expect(request.path).toBe('/inference.GRPCInferenceService/ModelInfer');
    expect(message.model_name).toBe('my-model');
    expect(message.outputs).toEqual([{ name: 'scores' }, { name: 'label' }]);
    expect(message.inputs).toEqual(
      inputs.map(({ name, datatype, shape }) => ({ name, datatype, shape })),
    );
    expect(message.raw_input_contents?.map((bytes) => [...bytes])).toEqual(
      inputs.map(({ bytes }) => [...bytes]),
    );
    expect(request.body.includes(ids.bytes)).toBe(true);
  });

  it.each(overRest)(
    'reads outputs of $serving in either encoding, asked for in $encoding',
    (way) => {
      const codec = codecFor(way);
      const { body, jsonLength } = writeTensors(outputs, 'outputs', 'binary');
      const headers = { [HEADER_LENGTH]: String(jsonLength) };

      expect(plain(readOutputs(codec, answer(outputs, 'json'), servedUserModel))).toEqual(
        plain(outputs),
      );
      expect(plain(readOutputs(codec, answer(outputs), servedUserModel))).toEqual(plain(outputs));
      expect(
        plain(readOutputs(codec, answerOf(Buffer.concat(body), headers), servedUserModel)),
      ).toEqual(plain(outputs));
    },
  );

  describe.each(asBodies)('of $serving over $protocol for $encoding', (way) => {
    it('reads the outputs', () => {
      const read = readOutputs(codecFor(way), answerIn(way, outputs), servedUserModel);

      expect(plain(read)).toEqual(plain(outputs));
    });

    it.each(Object.entries(wrongOutputs))('rejects %s', (_, wrong) => {
      expect(() => readOutputs(codecFor(way), answerIn(way, wrong), servedUserModel)).toThrow(
        MalformedAnswer,
      );
    });
  });

  describe.each(overRest)('of $serving for $encoding', (way) => {
    it.each(Object.entries(malformedBodies))('rejects %s', (_, response) => {
      expect(() => readOutputs(codecFor(way), response, servedUserModel)).toThrow(MalformedAnswer);
    });
  });

  describe.each(overInfer)('of $serving over gRPC', (way) => {
    it.each([
      ['an empty message', answerOf('')],
      ['bytes that are not a message', answerOf(Buffer.alloc(64, 0xff))],
      ['too few bytes', inferResponse([{ ...scores, bytes: new Uint8Array(7) }, label])],
    ])('rejects %s', (_, response) => {
      expect(() => readOutputs(codecFor(way), response, servedUserModel)).toThrow(MalformedAnswer);
    });
  });

  it('carries inputs to TorchServe over gRPC as the body of REST', () => {
    const request = requestOf({ serving: 'torchserve', protocol: 'grpc', encoding: 'raw' });
    const { input, model_name: name } = officialPredictionsRequest.read(bodyOf(request));
    const body = Buffer.from(input?.['data'] ?? []);

    expect(name).toBe(servedUserModel.name);
    expect(plain(readTensors(body, 'inputs').tensors)).toEqual(plain(inputs));
    expect(request.body.includes(ids.bytes)).toBe(true);
  });
});
