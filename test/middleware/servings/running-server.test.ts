import { TensorTypeUnsupported } from '../../../middleware/errors.ts';
import { MalformedAnswer, type Codec } from '../../../middleware/servings/serving.ts';
import type { InferenceTarget } from '../../../middleware/targets.ts';
import { tensorWork } from '../../../middleware/work.ts';
import { runningServerCodecs } from '../../../middleware/servings/running-server.ts';
import type { Encoding } from '../../../serving-configs/manifest.ts';
import { readTensors } from '../../../serving-configs/models/tensors/tensor-body.ts';
import type { ServedModel } from '../../../serving-configs/models/served-model.ts';
import { modelInferRequest } from '../../../serving-configs/protocols/open-inference/messages.ts';
import type { RunningServer } from '../../../serving-configs/running-server.ts';
import { readOutputs, tensorsInput } from '../../support/codec-inputs.ts';
import { plain, tensor } from '../../support/user-model.ts';

const model: ServedModel = {
  name: 'net',
  inputs: [
    { name: 'ids', datatype: 'INT64', shape: [-1, 2] },
    { name: 'mask', datatype: 'BOOL', shape: [-1, 2] },
  ],
  outputs: [
    { name: 'scores', datatype: 'FP32', shape: [-1, 2] },
    { name: 'count', datatype: 'INT32', shape: [-1] },
  ],
  answers: { kind: 'tensors' },
};

const inputs = [
  tensor('ids', 'INT64', [1, 2], [7, 9_007_199_254_740_991]),
  tensor('mask', 'BOOL', [1, 2], [1, 0]),
];

const serverWith = (more: Partial<RunningServer>) => {
  const server: RunningServer = {
    name: 'mine',
    url: 'http://localhost:9000',
    protocol: 'rest',
    encodings: ['json'],
    speaks: 'open-inference',
    path: '/v2/models/there/infer',
    model: 'there',
    headers: { authorization: 'Bearer x' },
    ...more,
  };
  const codecs = runningServerCodecs(server);
  const served = { ...model, name: server.model };
  const encode = (encoding: Encoding, protocol: 'rest' | 'grpc' = 'rest') => {
    const request = codecs[protocol]?.encode(tensorsInput(inputs), encoding, served);
    return { ...request, body: Buffer.concat(request?.body ?? []) };
  };
  const decode = (body: string) =>
    readOutputs(codecs.rest, { headers: {}, body: Buffer.from(body) }, served);
  return { codec: codecs.rest, encode, decode };
};

const contract = {
  body: '{"one": {{ids[0]}}, "all": {{ ids }}, "m": {{mask}}}',
  outputs: { scores: '/rows', count: '/n/0' },
};

describe('The codec of a running server', () => {
  it('fills in the JSON of a server with a JSON contract, with all digits', () => {
    const { encode } = serverWith({ speaks: 'json', path: '/predict?a=1', json: contract });

    expect(encode('json')).toEqual({
      method: 'POST',
      path: '/predict?a=1',
      headers: { 'content-type': 'application/json', authorization: 'Bearer x' },
      body: Buffer.from(
        '{"one": [7,9007199254740991], "all": [[7,9007199254740991]], "m": [[true,false]]}',
      ),
    });
  });

  it('sends FP16 as JSON numbers to a server with a JSON contract, but not in the Open Inference Protocol', () => {
    const halves = {
      ...model,
      outputs: [{ name: 'scores', datatype: 'FP16', shape: [1] }],
    } as const;
    const workOf = (codec: Codec) => () =>
      tensorWork({ codec, encoding: 'json', model: halves } as unknown as InferenceTarget, {
        headers: {},
        body: new Uint8Array(0),
      });

    expect(workOf(serverWith({ speaks: 'json', json: contract }).codec)).not.toThrow();
    expect(workOf(serverWith({}).codec)).toThrow(TensorTypeUnsupported);
  });

  it('finds the outputs in the answer, and treats fewer dimensions as a batch of one', () => {
    const { decode } = serverWith({ speaks: 'json', json: contract });
    const correct = plain([
      tensor('scores', 'FP32', [1, 2], [0.5, 2]),
      tensor('count', 'INT32', [1], [3]),
    ]);

    expect(plain(decode('{"rows": [[0.5, 2]], "n": [[3]], "took": 1}'))).toEqual(correct);
    expect(plain(decode('{"rows": [0.5, 2], "n": [3]}'))).toEqual(correct);
  });

  it.each([
    ['no JSON', '<html>', /not JSON/],
    ['no value at a pointer', '{"rows": [[1, 2]], "n": {}}', /nothing at \/n\/0/],
    ['another type', '{"rows": [[1, 2]], "n": [[1.5]]}', /"count" of type INT32 holds 1.5/],
    ['another shape', '{"rows": [[1, 2, 3]], "n": [[1]]}', /"scores" has the shape \[1,3\]/],
    ['rows of several lengths', '{"rows": [[1, 2], [1]], "n": [[1]]}', /"scores" has 12 bytes/],
  ])('refuses an answer with %s', (_, body, message) => {
    const { decode } = serverWith({ speaks: 'json', json: contract });

    expect(() => decode(body)).toThrow(MalformedAnswer);
    expect(() => decode(body)).toThrow(message);
  });

  it('sends the Open Inference Protocol to the path and the model of the server', () => {
    const { encode } = serverWith({});
    const { path, headers, body } = encode('binary');
    const { head, tensors } = readTensors(body, 'inputs');

    expect([path, headers?.['authorization']]).toEqual(['/v2/models/there/infer', 'Bearer x']);
    expect(plain(tensors)).toEqual(plain(inputs));
    expect(head).toMatchObject({ outputs: [{ name: 'scores' }, { name: 'count' }] });
    expect(modelInferRequest.decode(encode('raw', 'grpc').body).model_name).toBe('there');
  });

  it('sends bodies of this protocol without a list of outputs to an application', () => {
    const { path, body } = serverWith({ speaks: 'application', path: '/predict' }).encode('json');

    expect([path, Object.keys(JSON.parse(String(body)) as object)]).toEqual([
      '/predict',
      ['inputs'],
    ]);
  });
});
