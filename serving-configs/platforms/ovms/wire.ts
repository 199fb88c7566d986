import type { ServingManifest } from '../../manifest.ts';
import { readAnswerForm } from '../../protocols/open-inference/answer-form.ts';
import {
  inferenceCall,
  type InferencePlatform,
} from '../../protocols/open-inference/inference-call.ts';
import { readInferRequest, type Refuse } from '../../protocols/open-inference/infer-request.ts';
import {
  notReady,
  servedModel,
  unknownModel,
  type ServedModel,
} from '../../protocols/open-inference/served-model.ts';
import {
  bytesOf,
  MALFORMED,
  WireRefusal,
  type DirectAnswer,
  type Wire,
  type WireAnswer,
  type WireFailure,
} from '../../protocols/wire.ts';

const VERSION = '1';

const answered = (answer: WireAnswer): DirectAnswer => ({ kind: 'answer', answer });

const JSON_TYPE = { 'content-type': 'application/json' } as const;

const empty = (status: number): WireAnswer => ({ status, headers: JSON_TYPE, body: '' });
const error = (status: number, message: string): WireAnswer => ({
  status,
  headers: JSON_TYPE,
  body: JSON.stringify({ error: message }),
});
/** An answer as RapidJSON's pretty writer lays it out. */
const pretty = (value: unknown): WireAnswer => ({
  status: 200,
  headers: JSON_TYPE,
  body: JSON.stringify(value, null, 4),
});

const refuse: Refuse = (what) => {
  throw new WireRefusal(error(what === 'unreadable' ? 412 : 400, MALFORMED));
};

const render = (model: ServedModel, form: string, values: Float32Array): WireAnswer => {
  const { encoding, id } = readAnswerForm(form);
  const head = {
    model_name: model.name,
    ...(id === '' ? {} : { id }),
    model_version: VERSION,
  };
  const output = { name: model.output, shape: [1, values.length], datatype: 'FP32' };
  if (encoding === 'json') {
    return pretty({ ...head, outputs: [{ ...output, data: Array.from(values) }] });
  }
  const parameters = { binary_data_size: values.byteLength };
  const { status, headers, body } = pretty({ ...head, outputs: [{ ...output, parameters }] });
  return {
    status,
    headers: { ...headers, 'inference-header-content-length': String(body.length) },
    body: Buffer.concat([Buffer.from(body), bytesOf(values)]),
  };
};

const failureAnswer = (failure: WireFailure): WireAnswer => {
  switch (failure.kind) {
    case 'bad-image':
      return error(400, failure.message);
    case 'overloaded':
      // Requests wait for one of its `nireq` places; 503 is what it says while a model loads.
      return error(503, 'too many requests');
    case 'failed':
      return error(500, failure.message);
    default:
      return failure satisfies never;
  }
};

/**
 * OpenVINO Model Server's REST API: the Open Inference Protocol, version 2, with the binary tensor extension. Statuses
 * are those of its source; nothing was recorded, since no package brings the server.
 */
const createWire = (manifest: ServingManifest): Wire => {
  const model = servedModel(manifest);
  const { name } = model;
  const metadata = {
    name,
    versions: [VERSION],
    platform: 'OpenVINO',
    inputs: [{ name: model.input, datatype: 'FP32', shape: model.shape }],
    outputs: [{ name: model.output, datatype: 'FP32', shape: [1, 1000] }],
  };

  const platform: InferencePlatform = {
    read: (body, jsonLength) =>
      jsonLength <= body.length
        ? readInferRequest(body, jsonLength, model, refuse)
        : refuse('size'),
    render: (form, values) => render(model, form, values),
    fail: failureAnswer,
  };

  return {
    route: ({ method, path, headers }, ready) => {
      if (method !== 'GET' && method !== 'POST') return answered(error(406, 'Unsupported method'));
      const target = path.split('?')[0] ?? '';
      if (target === '/v2/health/live') return answered(empty(200));
      if (target === '/v2/health/ready') {
        return answered(ready ? empty(200) : error(500, notReady(name)));
      }
      if (target === '/v2') {
        const { version } = manifest;
        return answered(pretty({ name: 'OpenVINO Model Server', version }));
      }
      const match = /^\/v2\/models\/([^/]+)(?:\/versions\/(\d+))?(?:\/(infer|ready))?$/.exec(
        target,
      );
      if (match === null) return answered(error(400, 'Invalid request URL'));
      const [, asked = '', version = VERSION, verb] = match;
      if ((verb === 'infer') !== (method === 'POST')) {
        return answered(error(406, 'Unsupported method'));
      }
      if (asked !== name || version !== VERSION) return answered(error(404, unknownModel(asked)));
      if (verb === undefined) return answered(pretty(metadata));
      if (!ready) return answered(error(503, notReady(name)));
      if (verb === 'ready') return answered(empty(200));
      return inferenceCall(headers['inference-header-content-length'], platform);
    },
  };
};

export default createWire;
