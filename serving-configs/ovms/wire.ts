import type { ServingManifest } from '../manifest.ts';
import { answerFormOf, readAnswerForm } from '../open-inference/answer-form.ts';
import { servedModel, type ServedModel } from '../open-inference/served-model.ts';
import {
  bytesOf,
  type DirectAnswer,
  type InferenceCall,
  type Wire,
  type WireAnswer,
  type WireFailure,
} from '../wire.ts';
import { empty, error, pretty } from './answers.ts';
import { readInferRequest } from './infer-request.ts';
import { NO_MODEL, NO_VERSION, NOT_LOADED_YET } from './validate.ts';

const VERSION = '1';

const answered = (answer: WireAnswer): DirectAnswer => ({ kind: 'answer', answer });

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
      return error(503, NOT_LOADED_YET);
    case 'failed':
      return error(500, `Internal inference error - ${failure.message}`);
    default:
      return failure satisfies never;
  }
};

/**
 * OpenVINO Model Server's REST API: the Open Inference Protocol, version 2, with the binary tensor extension. Statuses and
 * words are those of its source; nothing was recorded, since no package brings the server.
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

  const inference = (header: string | string[] | undefined): InferenceCall => {
    const jsonLengthOf = (body: Uint8Array): number =>
      header === undefined ? body.length : Number.parseInt(String(header), 10);
    return {
      kind: 'inference',
      protocol: 'rest',
      form: (body) => answerFormOf(body, jsonLengthOf(body)),
      read: (body) => readInferRequest(body, jsonLengthOf(body), model),
      render: (form, values) => render(model, form, values),
      fail: failureAnswer,
    };
  };

  return {
    route: ({ method, path, headers }, ready) => {
      if (method !== 'GET' && method !== 'POST') return answered(error(406, 'Unsupported method'));
      const target = path.split('?')[0] ?? '';
      if (target === '/v2/health/live') return answered(empty(200));
      if (target === '/v2/health/ready') {
        return answered(ready ? empty(200) : error(500, 'Error while loading a model'));
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
      if (asked !== name) return answered(error(404, NO_MODEL));
      if (version !== VERSION) return answered(error(404, NO_VERSION));
      if (verb === undefined) return answered(pretty(metadata));
      if (!ready) return answered(error(503, NOT_LOADED_YET));
      if (verb === 'ready') return answered(empty(200));
      return inference(headers['inference-header-content-length']);
    },
  };
};

export default createWire;
