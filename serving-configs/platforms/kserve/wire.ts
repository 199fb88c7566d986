import { randomUUID } from 'node:crypto';
import {
  answered,
  jsonAnswer,
  methodNotAllowed,
  notFound,
  thenClosed,
  untyped,
} from '../../protocols/fastapi/answers.ts';
import type { ServingManifest } from '../../manifest.ts';
import { binaryAnswer, readAnswerForm } from '../../protocols/open-inference/answer-form.ts';
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
  type Wire,
  type WireAnswer,
  type WireFailure,
} from '../../protocols/wire.ts';

const error = (status: number, message: string): WireAnswer =>
  jsonAnswer(status, { error: message });

/** NumPy cannot make a tensor of too few or too many values, an exception that the server does not know. */
const STATUSES = { unreadable: 422, tensor: 400, size: 500 } as const;

const refuse: Refuse = (what) => {
  throw new WireRefusal(error(STATUSES[what], MALFORMED));
};

const render = (model: ServedModel, form: string, values: Float32Array): WireAnswer => {
  const { encoding, id: asked } = readAnswerForm(form);
  const id = asked || randomUUID();
  const output = { name: model.output, shape: [1, values.length], datatype: 'FP32' };
  if (encoding === 'json') {
    const data = Array.from(values);
    return jsonAnswer(200, {
      model_name: model.name,
      model_version: null,
      id,
      parameters: null,
      outputs: [{ ...output, parameters: null, data }],
    });
  }
  const parameters = { binary_data_size: values.byteLength };
  return untyped(
    binaryAnswer(
      { id, model_name: model.name, model_version: null, outputs: [{ ...output, parameters }] },
      values,
      {},
    ),
  );
};

/** It queues without a limit, so that it has no words for overload; 503 is what it says while a model loads. */
const failureAnswer = (model: string, failure: WireFailure): WireAnswer => {
  switch (failure.kind) {
    case 'bad-image':
      return error(400, failure.message);
    case 'overloaded':
      return error(503, notReady(model));
    case 'failed':
      return thenClosed(error(500, failure.message));
    default:
      return failure satisfies never;
  }
};

/**
 * KServe's REST API, version 2, with the binary tensor extension. Statuses are those recorded from release 0.21.0.
 */
const createWire = (manifest: ServingManifest): Wire => {
  const model = servedModel(manifest);
  const { name } = model;

  const platform: InferencePlatform = {
    read: (body, jsonLength) => readInferRequest(body, jsonLength, model, refuse),
    render: (form, values) => render(model, form, values),
    fail: (failure) => failureAnswer(name, failure),
  };

  return {
    route: ({ method, path, headers }, ready) => {
      const target = path.split('?')[0] ?? '';
      const match = /^\/v2\/models\/([^/]+)(\/versions\/[^/]+)?(?:\/(infer|ready))?$/.exec(target);
      const isServer = target === '/v2' || target.startsWith('/v2/health/');
      if (target === '/' && method === 'GET') return answered(jsonAnswer(200, { status: 'alive' }));
      if (match === null && !isServer) return notFound();
      const [, asked = '', version, verb] = match ?? [];
      const allowed = verb === 'infer' ? 'POST' : 'GET';
      if (method !== allowed) return methodNotAllowed(allowed);
      if (target === '/v2/health/live') return answered(jsonAnswer(200, { live: true }));
      if (target === '/v2/health/ready') {
        // The real one says so from the start, since it loads its models before it listens.
        return answered(ready ? jsonAnswer(200, { ready }) : error(503, 'Server is not ready.'));
      }
      if (target === '/v2') {
        const { version: serverVersion } = manifest;
        const extensions = ['model_repository_extension'];
        return answered(jsonAnswer(200, { name: 'kserve', version: serverVersion, extensions }));
      }
      if (match === null) return notFound();
      if (version !== undefined) {
        return answered(error(501, 'Model versioning not supported yet.'));
      }
      if (asked !== name) return answered(error(404, unknownModel(asked)));
      if (!ready) return answered(error(503, notReady(name)));
      if (verb === 'ready') return answered(jsonAnswer(200, { name, ready }));
      if (verb === undefined) {
        return answered(
          jsonAnswer(200, { name, versions: null, platform: '', inputs: [], outputs: [] }),
        );
      }
      return inferenceCall(headers['inference-header-content-length'], platform);
    },
  };
};

export default createWire;
