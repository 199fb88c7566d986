import type { ServingManifest } from '../../manifest.ts';
import {
  answered,
  BadInput,
  bytesOf,
  failWith,
  inputShape,
  sizeOfShape,
  tensorOf,
  type InferenceCall,
  type Wire,
  type WireAnswer,
  type WireInput,
} from '../wire.ts';
import { isObject, NumberTensor, parseWireJson } from '../wire-json.ts';
import { isInputOf, tensorsOf } from './served-model.ts';

type Headers = Readonly<Record<string, string>>;

/** What a platform puts around the output of an answer. */
interface AnswerFrame {
  readonly head: object;
  /** Beside name, shape, type and values of the output. */
  readonly output?: object;
  readonly headers?: Headers;
}

/** In what the REST sides of the platforms differ. */
interface RestService {
  /** Of every answer. */
  readonly headers?: Headers;
  /** Blanks by which its JSON is indented. */
  readonly indent?: number;
  readonly frame: (encoding: 'binary' | 'json') => AnswerFrame;
  /** Headers of an answer in bytes; absent where it reads and answers JSON alone. */
  readonly binaryHeaders?: Headers;
}

const HEADER_LENGTH = 'inference-header-content-length';
const ROUTE = /^\/v2\/models\/([^/]+)\/infer$/;

/** Reads the body of an `infer` request: JSON, or JSON followed by the values as bytes. */
const readInferRequest = (
  body: Uint8Array,
  jsonLength: number,
  model: ServingManifest['model'],
): WireInput => {
  const request = parseWireJson(body.subarray(0, jsonLength));
  const { inputs } = isObject(request) ? request : {};
  const [input] = Array.isArray(inputs) ? inputs : [];
  const { name, datatype, shape, data } = isObject(input) ? input : {};
  if (
    !(shape instanceof NumberTensor) ||
    !isInputOf(model, { name, datatype, shape: shape.values })
  ) {
    throw new BadInput('unexpected input');
  }
  const wanted = inputShape(model);
  if (!(data instanceof NumberTensor)) return tensorOf(body.subarray(jsonLength), wanted);
  if (data.values.length !== sizeOfShape(wanted)) throw new BadInput('too many or too few values');
  return { kind: 'tensor', values: data.values, shape: wanted };
};

/**
 * The protocol over REST, as the middleware speaks it, with the binary tensor extension where a platform has it: inference and
 * health. A request in bytes is answered in bytes.
 */
export const createRestService = (
  { model, health }: ServingManifest,
  { headers: common = {}, indent, frame, binaryHeaders }: RestService,
): Wire => {
  const json = (status: number, value: unknown, headers: Headers = {}): WireAnswer => ({
    status,
    headers: { ...common, 'content-type': 'application/json', ...headers },
    body: JSON.stringify(value, null, indent),
  });
  const error = (status: number, message: string): WireAnswer => json(status, { error: message });

  const render = (encoding: string, values: Float32Array): WireAnswer => {
    const { head, output: own, headers } = frame(encoding === 'json' ? 'json' : 'binary');
    const { output: name } = tensorsOf(model);
    const output = { name, shape: [1, values.length], datatype: 'FP32', ...own };
    if (encoding === 'json') {
      const outputs = [{ ...output, data: Array.from(values) }];
      return json(200, { ...head, outputs }, headers);
    }
    const parameters = { binary_data_size: values.byteLength };
    const text = JSON.stringify({ ...head, outputs: [{ ...output, parameters }] }, null, indent);
    return {
      status: 200,
      headers: { ...common, ...binaryHeaders, [HEADER_LENGTH]: String(text.length) },
      body: Buffer.concat([Buffer.from(text), bytesOf(values)]),
    };
  };

  const infer = (jsonLength: string | string[] | undefined): InferenceCall => {
    const isJson = jsonLength === undefined || binaryHeaders === undefined;
    return {
      kind: 'inference',
      protocol: 'rest',
      form: () => (isJson ? 'json' : 'binary'),
      read: (body) => readInferRequest(body, isJson ? body.length : Number(jsonLength), model),
      render,
      fail: failWith({
        badInput: (message) => error(400, message),
        overloaded: () => error(503, 'too many requests'),
        failed: (message) => error(500, message),
      }),
    };
  };

  return {
    route: ({ path, headers }) => {
      if (path === health.path) return answered({ status: 200, headers: common, body: '' });
      const asked = ROUTE.exec(path)?.[1];
      if (asked === undefined) return undefined;
      return asked === model.name
        ? infer(headers[HEADER_LENGTH])
        : answered(error(404, `model ${asked} not found`));
    },
  };
};
