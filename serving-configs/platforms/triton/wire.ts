import type { ServingManifest } from '../../manifest.ts';
import { binaryAnswer, readAnswerForm } from '../../protocols/open-inference/answer-form.ts';
import {
  inferenceCall,
  type InferencePlatform,
} from '../../protocols/open-inference/inference-call.ts';
import {
  readInferRequest,
  readRaw,
  type Refuse,
} from '../../protocols/open-inference/infer-request.ts';
import {
  notReady,
  servedModel,
  unknownModel,
  type ServedModel,
} from '../../protocols/open-inference/served-model.ts';
import {
  MALFORMED,
  WireRefusal,
  type DirectAnswer,
  type Wire,
  type WireAnswer,
  type WireFailure,
} from '../../protocols/wire.ts';

const VERSION = '1';
/** What the server of the manifest's release, 25.02, calls itself. */
const SERVER_VERSION = '2.55.0';
const CLASS_SHAPE = (count: number): readonly number[] => [1, count];

const answered = (answer: WireAnswer): DirectAnswer => ({ kind: 'answer', answer });
const empty = (status: number): DirectAnswer =>
  answered({ status, headers: { 'content-type': 'text/plain' }, body: '' });
const json = (status: number, value: unknown): WireAnswer => ({
  status,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(value),
});
const error = (status: number, message: string): WireAnswer => json(status, { error: message });

const refuse: Refuse = (what) => {
  throw new WireRefusal(error(what === 'unreadable' ? 500 : 400, MALFORMED));
};

const render = (model: ServedModel, form: string, values: Float32Array): WireAnswer => {
  const { encoding, id } = readAnswerForm(form);
  const head = { ...(id === '' ? {} : { id }), model_name: model.name, model_version: VERSION };
  const output = { name: model.output, datatype: 'FP32', shape: CLASS_SHAPE(values.length) };
  if (encoding === 'json') {
    return json(200, { ...head, outputs: [{ ...output, data: Array.from(values) }] });
  }
  const parameters = { binary_data_size: values.byteLength };
  return binaryAnswer({ ...head, outputs: [{ ...output, parameters }] }, values, {
    'content-type': 'application/octet-stream',
  });
};

const failureAnswer = (failure: WireFailure): WireAnswer => {
  switch (failure.kind) {
    case 'bad-image':
      return error(400, failure.message);
    case 'overloaded':
      return error(503, 'too many requests');
    case 'failed':
      return error(500, failure.message);
    default:
      return failure satisfies never;
  }
};

/**
 * Triton's HTTP API: the Open Inference Protocol with the binary tensor extension. Statuses are those recorded from
 * server 2.51.0.
 */
const createWire = (manifest: ServingManifest): Wire => {
  const model = servedModel(manifest);
  const { name } = model;
  const metadata = {
    name,
    versions: [VERSION],
    platform: 'reference',
    inputs: [{ name: model.input, datatype: 'FP32', shape: model.shape }],
    outputs: [{ name: model.output, datatype: 'FP32', shape: [1, 1000] }],
  };
  const server = {
    name: 'triton',
    version: SERVER_VERSION,
    extensions: ['binary_tensor_data', 'parameters'],
  };

  const platform: InferencePlatform = {
    read: (body, jsonLength) => {
      // A header of 0 says that the body is bytes alone.
      if (jsonLength === 0) return readRaw(body, model, refuse);
      return jsonLength <= body.length
        ? readInferRequest(body, jsonLength, model, refuse)
        : refuse('size');
    },
    render: (form, values) => render(model, form, values),
    fail: failureAnswer,
  };

  return {
    route: ({ method, path, headers }, ready) => {
      const target = path.split('?')[0] ?? '';
      if (target === '/v2/health/live') return empty(200);
      if (target === '/v2/health/ready') return empty(ready ? 200 : 400);
      if (target === '/v2' || target === '/v2/') return answered(json(200, server));
      const match = /^\/v2\/models\/([^/]+)(?:\/versions\/([^/]+))?(?:\/(infer|ready))?$/.exec(
        target,
      );
      if (match === null) return answered(error(404, 'Not Found'));
      const [, asked = '', version, verb] = match;
      const exists = asked === name && (version ?? VERSION) === VERSION;
      if (verb === 'ready') {
        return ready && exists ? empty(200) : answered(error(400, notReady(asked)));
      }
      if (method !== (verb === 'infer' ? 'POST' : 'GET')) {
        return answered(error(405, 'Method Not Allowed'));
      }
      if (!exists) return answered(error(404, unknownModel(asked)));
      if (verb === undefined) return answered(json(200, metadata));
      if (!ready) return answered(error(503, notReady(name)));
      return inferenceCall(headers['inference-header-content-length'], platform);
    },
  };
};

export default createWire;
