import type { ServingManifest } from '../manifest.ts';
import { binaryAnswer, readAnswerForm } from '../open-inference/answer-form.ts';
import { servedModel, type ServedModel } from '../open-inference/served-model.ts';
import {
  type DirectAnswer,
  type InferenceCall,
  type Wire,
  type WireAnswer,
  type WireFailure,
} from '../wire.ts';
import { formOf, readInferRequest } from './infer-request.ts';
import { error, PLAIN } from './wire-answers.ts';

const VERSION = '1';
/** What the server of the manifest's release, 25.02, calls itself. */
const SERVER_VERSION = '2.55.0';
const CLASS_SHAPE = (count: number): readonly number[] => [1, count];

const answered = (answer: WireAnswer): DirectAnswer => ({ kind: 'answer', answer });
const empty = (status: number): DirectAnswer =>
  answered({ status, headers: { 'content-type': PLAIN }, body: '' });
const jsonAnswer = (value: unknown): DirectAnswer =>
  answered({
    status: 200,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(value),
  });

const render = (model: ServedModel, form: string, values: Float32Array): WireAnswer => {
  const { encoding, id } = readAnswerForm(form);
  const head = { ...(id === '' ? {} : { id }), model_name: model.name, model_version: VERSION };
  const output = { name: model.output, datatype: 'FP32', shape: CLASS_SHAPE(values.length) };
  if (encoding === 'json') {
    return {
      status: 200,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ ...head, outputs: [{ ...output, data: Array.from(values) }] }),
    };
  }
  const parameters = { binary_data_size: values.byteLength };
  return binaryAnswer({ ...head, outputs: [{ ...output, parameters }] }, values, {
    'content-type': 'application/octet-stream',
  });
};

const failureAnswer = (failure: WireFailure): WireAnswer => {
  switch (failure.kind) {
    case 'bad-image':
      return error(400, failure.message, PLAIN);
    case 'overloaded':
      return error(503, 'Exceeds maximum queue size', PLAIN);
    case 'failed':
      return error(500, failure.message, PLAIN);
    default:
      return failure satisfies never;
  }
};

/**
 * Triton's HTTP API: the Open Inference Protocol with the binary tensor extension. Statuses and words are those recorded from
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

  const inference = (headerLength: string | string[] | undefined): InferenceCall => ({
    kind: 'inference',
    protocol: 'rest',
    form: (body) => formOf(body, headerLength),
    read: (body) => readInferRequest(body, headerLength, model),
    render: (form, values) => render(model, form, values),
    fail: failureAnswer,
  });

  const unknown = (
    asked: string,
    version: string | undefined,
    verb: string | undefined,
  ): WireAnswer => {
    const what =
      asked === name && version !== undefined ? `'${asked}' version ${version}` : `'${asked}'`;
    const message = `Request for unknown model: ${what} is not found`;
    return verb === 'infer' ? error(404, message, PLAIN) : error(404, message);
  };

  return {
    route: ({ method, path, headers }, ready) => {
      const target = path.split('?')[0] ?? '';
      if (target === '/v2/health/live') return empty(200);
      if (target === '/v2/health/ready') return empty(ready ? 200 : 400);
      if (target === '/v2' || target === '/v2/') return jsonAnswer(server);
      const match = /^\/v2\/models\/([^/]+)(?:\/versions\/([^/]+))?(?:\/(infer|ready))?$/.exec(
        target,
      );
      if (match === null) return answered(error(404, 'Not Found', PLAIN));
      const [, asked = '', version, verb] = match;
      const exists = asked === name && (version ?? VERSION) === VERSION;
      if (verb === 'ready') {
        return ready && exists
          ? empty(200)
          : answered(error(400, 'Model version not ready', PLAIN));
      }
      if (method !== (verb === 'infer' ? 'POST' : 'GET')) {
        return answered(error(405, 'Method Not Allowed', PLAIN));
      }
      if (!exists) return answered(unknown(asked, version, verb));
      if (verb === undefined) return jsonAnswer(metadata);
      if (!ready) {
        return answered(
          error(503, `Request for unknown model: '${name}' has no available versions`),
        );
      }
      return inference(headers['inference-header-content-length']);
    },
  };
};

export default createWire;
