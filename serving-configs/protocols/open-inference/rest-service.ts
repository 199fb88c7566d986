import {
  answered,
  bytesOf,
  failWith,
  MALFORMED,
  sizeOfShape,
  WireRefusal,
  type InferenceCall,
  type Wire,
  type WireAnswer,
  type WireInput,
} from '../wire.ts';
import {
  isObject,
  NumberTensor,
  parseWireJson,
  UnreadableJson,
  type WireJsonObject,
} from '../wire-json.ts';
import {
  isInputOf,
  notReady,
  readRaw,
  unknownModel,
  type Malformed,
  type Refuse,
  type ServedModel,
} from './served-model.ts';

type Headers = Readonly<Record<string, string>>;

/** What a platform puts around the output of an answer. */
export interface AnswerFrame {
  readonly head: object;
  /** Beside name, shape, type and values of the output. */
  readonly output?: object;
  readonly headers?: Headers;
}

/** In what the REST sides of the platforms differ. */
export interface RestService {
  readonly model: ServedModel;
  /** The version that a path may name; empty where it may name none. */
  readonly version: string;
  readonly statuses: Readonly<
    Record<Malformed | 'unhealthy' | 'notReady' | 'noRoute' | 'wrongMethod', number>
  >;
  /** Of every answer. */
  readonly headers?: Headers;
  /** Blanks by which its JSON is indented. */
  readonly indent?: number;
  readonly frame: (id: string, encoding: 'binary' | 'json') => AnswerFrame;
  /** Headers of an answer in bytes; absent where it reads and answers JSON alone. */
  readonly binaryHeaders?: Headers;
}

const HEADER_LENGTH = 'inference-header-content-length';
const JSON_TYPE = { 'content-type': 'application/json' } as const;
const ROUTE = /^\/v2\/models\/([^/]+)(?:\/versions\/([^/]+))?\/(infer|ready)$/;
const EDGE_BYTES = 1024;

/**
 * The form of the answer that a request asks for, at a glance: `binary` or `json`, a colon, and its id.
 * @param jsonLength - How many bytes of JSON the body begins with; 0 for bytes alone, whose answer is bytes.
 */
const answerFormOf = (body: Uint8Array, jsonLength: number): string => {
  if (jsonLength === 0) return 'binary:';
  const text = Buffer.from(body.buffer, body.byteOffset, Math.min(jsonLength, body.length));
  // Between its ends a long request holds numbers only.
  const edges =
    text.length <= 2 * EDGE_BYTES
      ? text.toString('latin1')
      : text.toString('latin1', 0, EDGE_BYTES) + text.toString('latin1', text.length - EDGE_BYTES);
  const ofOutput = /"binary_data"\s*:\s*(true|false)/.exec(edges)?.[1];
  const ofAll = /"binary_data_output"\s*:\s*(true|false)/.exec(edges)?.[1];
  const id = /"id"\s*:\s*"([^"\\]*)"/.exec(edges)?.[1] ?? '';
  return `${(ofOutput ?? ofAll) === 'true' ? 'binary' : 'json'}:${id}`;
};

const parse = (bytes: Uint8Array, refuse: Refuse): WireJsonObject => {
  try {
    const json = parseWireJson(bytes);
    if (isObject(json)) return json;
  } catch (error) {
    if (!(error instanceof UnreadableJson)) throw error;
  }
  return refuse('unreadable');
};

/** Reads the body of an `infer` request: JSON, or JSON followed by the values as bytes. */
const readInferRequest = (
  body: Uint8Array,
  jsonLength: number,
  model: ServedModel,
  refuse: Refuse,
): WireInput => {
  const { inputs } = parse(body.subarray(0, jsonLength), refuse);
  const [input, ...others] = Array.isArray(inputs) ? inputs : [];
  if (!isObject(input) || others.length > 0) return refuse('tensor');
  const { name, datatype, shape, data } = input;
  if (
    !(shape instanceof NumberTensor) ||
    !isInputOf(model, { name, datatype, shape: shape.values })
  ) {
    return refuse('tensor');
  }
  if (!(data instanceof NumberTensor)) return readRaw(body.subarray(jsonLength), model, refuse);
  return data.values.length === sizeOfShape(model.shape)
    ? { kind: 'tensor', values: data.values, shape: model.shape }
    : refuse('size');
};

/** The protocol over REST, with the binary tensor extension where a platform has it: inference and health. */
export const createRestService = (service: RestService): Wire => {
  const { model, version, statuses, indent, frame, binaryHeaders } = service;

  const json = (status: number, value: unknown, headers: Headers = {}): WireAnswer => ({
    status,
    headers: { ...service.headers, ...JSON_TYPE, ...headers },
    body: JSON.stringify(value, null, indent),
  });
  const error = (status: number, message: string): WireAnswer => json(status, { error: message });
  const ok: WireAnswer = { status: 200, headers: service.headers ?? {}, body: '' };
  const refuse: Refuse = (what) => {
    throw new WireRefusal(error(statuses[what], MALFORMED));
  };

  const render = (form: string, values: Float32Array): WireAnswer => {
    const colon = form.indexOf(':');
    const encoding =
      binaryHeaders === undefined || form.startsWith('json') ? 'json' : ('binary' as const);
    const { head, output: own, headers } = frame(form.slice(colon + 1), encoding);
    const output = { name: model.output, shape: [1, values.length], datatype: 'FP32', ...own };
    if (encoding === 'json') {
      const outputs = [{ ...output, data: Array.from(values) }];
      return json(200, { ...head, outputs }, headers);
    }
    const parameters = { binary_data_size: values.byteLength };
    const text = JSON.stringify({ ...head, outputs: [{ ...output, parameters }] }, null, indent);
    return {
      status: 200,
      headers: { ...service.headers, ...binaryHeaders, [HEADER_LENGTH]: String(text.length) },
      body: Buffer.concat([Buffer.from(text), bytesOf(values)]),
    };
  };

  const infer = (header: string | string[] | undefined): InferenceCall => {
    const isJson = header === undefined || binaryHeaders === undefined;
    const lengthIn = (body: Uint8Array): number => (isJson ? body.length : Number(header));
    return {
      kind: 'inference',
      protocol: 'rest',
      form: (body) => answerFormOf(body, lengthIn(body)),
      read: (body) => {
        // A header of 0 says that the body is bytes alone.
        if (!isJson && header === '0') return readRaw(body, model, refuse);
        const length = lengthIn(body);
        return length <= body.length
          ? readInferRequest(body, length, model, refuse)
          : refuse('size');
      },
      render,
      fail: failWith({
        badImage: (message) => error(400, message),
        overloaded: () => error(503, 'too many requests'),
        failed: (message) => error(500, message),
      }),
    };
  };

  return {
    route: ({ method, path, headers }, ready) => {
      const target = path.split('?')[0] ?? '';
      const isHealth = target === '/v2/health/ready';
      const [, asked = '', askedVersion = version, verb] = ROUTE.exec(target) ?? [];
      if (!isHealth && verb === undefined) return answered(error(statuses.noRoute, 'Not Found'));
      if (method !== (verb === 'infer' ? 'POST' : 'GET')) {
        return answered(error(statuses.wrongMethod, 'Method Not Allowed'));
      }
      if (isHealth) {
        return answered(ready ? ok : error(statuses.unhealthy, notReady(model.name)));
      }
      if (asked !== model.name || askedVersion !== version) {
        return answered(error(404, unknownModel(asked)));
      }
      if (!ready) return answered(error(statuses.notReady, notReady(asked)));
      return verb === 'ready' ? answered(ok) : infer(headers[HEADER_LENGTH]);
    },
  };
};
