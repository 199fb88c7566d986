import { isUtf8 } from 'node:buffer';
import { randomUUID } from 'node:crypto';
import {
  answered,
  crashed,
  jsonAnswer,
  methodNotAllowed,
  notFound,
  untyped,
} from '../fastapi/answers.ts';
import { errorsOfInferBody } from '../fastapi/infer-body.ts';
import { invalid, invalidJson, missing, noObject } from '../fastapi/validation.ts';
import { redirectOf } from '../fastapi/redirect.ts';
import type { ServingManifest } from '../manifest.ts';
import { ELEMENT_BYTES } from '../open-inference/data-types.ts';
import { answerFormOf, readAnswerForm } from '../open-inference/answer-form.ts';
import { describeRequest } from '../open-inference/infer-request.ts';
import { inputOf } from '../open-inference/python-model.ts';
import { servedModel, type ServedModel } from '../open-inference/served-model.ts';
import {
  sizeOfShape,
  WireRefusal,
  type DirectAnswer,
  type InferenceCall,
  type Wire,
  type WireAnswer,
  type WireFailure,
  type WireInput,
} from '../wire.ts';
import {
  JsonSyntaxError,
  parseWireJson,
  RaggedLists,
  TensorNode,
  type WireJson,
} from '../wire-json.ts';
import { notReady, unknownModel, VERSION } from './words.ts';

const SERVER_ROUTES = ['/v2', '/v2/health/live', '/v2/health/ready'];

const refuse = (answer: WireAnswer): never => {
  throw new WireRefusal(answer);
};

const error = (status: number, message: string): WireAnswer =>
  jsonAnswer(status, { error: message });

const empty = (status: number): DirectAnswer =>
  answered({ status, headers: { server: 'uvicorn' }, body: '' });

const RULES = { dataTypes: [...ELEMENT_BYTES.keys(), 'BYTES'], isDataList: false } as const;

const parse = (body: Uint8Array): WireJson => {
  try {
    return parseWireJson(body);
  } catch (problem) {
    if (problem instanceof JsonSyntaxError) {
      return refuse(
        invalidJson(
          isUtf8(body)
            ? problem
            : new JsonSyntaxError('str is not valid UTF-8: surrogates not allowed', 0),
        ),
      );
    }
    if (problem instanceof RaggedLists) return refuse(crashed());
    throw problem;
  }
};

/** @throws WireRefusal with the statuses and, but for JSON's syntax, the words recorded from release 1.7.1. */
const read = (body: Uint8Array, contentType: string, model: ServedModel): WireInput => {
  if (body.length === 0) return refuse(invalid([missing([], null)]));
  const isJson = contentType === '' || /^application\/([^;]*\+)?json\b/i.test(contentType);
  if (!isJson) {
    // What is not announced as JSON is no request, and the report of that, which quotes it, fails where it is no text.
    return refuse(isUtf8(body) ? invalid([noObject([], Buffer.from(body).toString())]) : crashed());
  }
  const json = parse(body);
  const errors = errorsOfInferBody(json, RULES);
  if (errors.length > 0 || !(json instanceof Map)) return refuse(invalid(errors));
  const input = inputOf(describeRequest(json).inputs, model);
  if (typeof input === 'string') return refuse(error(400, input));
  const values = input.data instanceof TensorNode ? input.data.tensor.values : undefined;
  // NumPy cannot reshape them, or make numbers of them, and nobody handles its exception.
  if (values?.length !== sizeOfShape(model.shape)) return refuse(crashed());
  return { kind: 'tensor', values, shape: model.shape };
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
 * MLServer's REST API: the Open Inference Protocol, version 2, in JSON only. Statuses and words are those recorded from
 * release 1.7.1, those of wrong inputs are the model's own.
 */
const createWire = (manifest: ServingManifest): Wire => {
  const model = servedModel(manifest);
  const { name } = model;
  const ofModel = `/v2/models/${name}`;
  const metadata = {
    name,
    versions: [],
    platform: 'onnxruntime',
    inputs: [{ name: model.input, datatype: 'FP32', shape: model.shape }],
    outputs: [{ name: model.output, datatype: 'FP32', shape: [1, 1000] }],
    parameters: {},
  };

  const inference = (contentType: string): InferenceCall => ({
    kind: 'inference',
    protocol: 'rest',
    form: (body) => answerFormOf(body, body.length),
    read: (body) => read(body, contentType, model),
    render: (form, values) => render(model, form, values),
    fail: failureAnswer,
  });

  return {
    route: (head, ready) => {
      const { method, path, headers } = head;
      const target = path.split('?')[0] ?? '';
      const match = /^\/v2\/models\/([^/]+)(?:\/versions\/([^/]+))?(?:\/(infer|ready))?$/.exec(
        target,
      );
      if (match === null && !SERVER_ROUTES.includes(target)) {
        const redirect = redirectOf(head, [...SERVER_ROUTES, ofModel, `${ofModel}/infer`]);
        return redirect === undefined ? notFound() : answered(untyped(redirect));
      }
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
        return answered(error(404, unknownModel(asked, version)));
      }
      if (verb === 'ready') return empty(ready ? 200 : 400);
      if (verb === undefined) return answered(jsonAnswer(200, metadata));
      if (!ready) return answered(error(400, notReady(asked, version)));
      return inference(String(headers['content-type'] ?? ''));
    },
  };
};

export default createWire;
