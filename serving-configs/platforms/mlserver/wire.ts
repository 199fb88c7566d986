import { randomUUID } from 'node:crypto';
import {
  answered,
  crashed,
  jsonAnswer,
  methodNotAllowed,
  notFound,
} from '../../protocols/fastapi/answers.ts';
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
  MALFORMED,
  WireRefusal,
  type DirectAnswer,
  type Wire,
  type WireAnswer,
  type WireFailure,
} from '../../protocols/wire.ts';
import { VERSION } from './version.ts';

const SERVER_ROUTES = ['/v2', '/v2/health/live', '/v2/health/ready'];

const error = (status: number, message: string): WireAnswer =>
  jsonAnswer(status, { error: message });

const empty = (status: number): DirectAnswer =>
  answered({ status, headers: { server: 'uvicorn' }, body: '' });

/** NumPy cannot make a tensor of too few or too many values, and nobody handles its exception. */
const STATUSES = { unreadable: 422, tensor: 400, size: 500 } as const;

const refuse: Refuse = (what) => {
  throw new WireRefusal(error(STATUSES[what], MALFORMED));
};

/** Headers of the CloudEvents that it makes of its answers. */
const eventHeaders = (model: string, id: string): Readonly<Record<string, string>> => ({
  'ce-specversion': '0.3',
  'ce-source': 'io.seldon.serving.deployment.mlserver',
  'ce-type': 'io.seldon.serving.inference.response',
  'ce-modelid': model,
  'ce-inferenceservicename': 'mlserver',
  'ce-endpoint': model,
  'ce-id': id,
  'ce-requestid': id,
});

const render = (model: ServedModel, form: string, values: Float32Array): WireAnswer => {
  const id = readAnswerForm(form).id || randomUUID();
  const output = {
    name: model.output,
    shape: [1, values.length],
    datatype: 'FP32',
    parameters: { content_type: 'np' },
    data: Array.from(values),
  };
  const head = { model_name: model.name, model_version: VERSION, id, parameters: {} };
  return jsonAnswer(200, { ...head, outputs: [output] }, eventHeaders(model.name, id));
};

const failureAnswer = (failure: WireFailure): WireAnswer => {
  switch (failure.kind) {
    case 'bad-image':
      return error(400, failure.message);
    case 'overloaded':
      // It queues without a limit; this is what a proxy in front of it says.
      return error(503, 'Service Unavailable');
    case 'failed':
      return crashed();
    default:
      return failure satisfies never;
  }
};

/**
 * MLServer's REST API: the Open Inference Protocol, version 2, in JSON only. Statuses are those recorded from release
 * 1.7.1.
 */
const createWire = (manifest: ServingManifest): Wire => {
  const model = servedModel(manifest);
  const { name } = model;
  const metadata = {
    name,
    versions: [],
    platform: 'onnxruntime',
    inputs: [{ name: model.input, datatype: 'FP32', shape: model.shape }],
    outputs: [{ name: model.output, datatype: 'FP32', shape: [1, 1000] }],
    parameters: {},
  };

  const platform: InferencePlatform = {
    read: (body, jsonLength) => readInferRequest(body, jsonLength, model, refuse),
    render: (form, values) => render(model, form, values),
    fail: failureAnswer,
  };

  return {
    route: ({ method, path }, ready) => {
      const target = path.split('?')[0] ?? '';
      const match = /^\/v2\/models\/([^/]+)(?:\/versions\/([^/]+))?(?:\/(infer|ready))?$/.exec(
        target,
      );
      if (match === null && !SERVER_ROUTES.includes(target)) return notFound();
      const [, asked = '', version, verb] = match ?? [];
      const allowed = verb === 'infer' ? 'POST' : 'GET';
      if (method !== allowed) return methodNotAllowed(allowed);
      if (target === '/v2/health/live') return empty(200);
      if (target === '/v2/health/ready') return empty(ready ? 200 : 400);
      if (match === null) {
        const { version: serverVersion } = manifest;
        return answered(
          jsonAnswer(200, { name: 'mlserver', version: serverVersion, extensions: [] }),
        );
      }
      if (asked !== name || (version ?? VERSION) !== VERSION) {
        return answered(error(404, unknownModel(asked)));
      }
      if (verb === 'ready') return empty(ready ? 200 : 400);
      if (verb === undefined) return answered(jsonAnswer(200, metadata));
      if (!ready) return answered(error(400, notReady(asked)));
      return inferenceCall(undefined, platform);
    },
  };
};

export default createWire;
