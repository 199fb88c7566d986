import type { ServableRequest } from '../../../../lib/bench/stability/serving-request.ts';
import type { Target } from '../../../../lib/bench/model/measurement.ts';
import {
  MODEL_INFER,
  modelInferRequest,
} from '../../../../serving-configs/protocols/open-inference/messages.ts';
import {
  PREDICT,
  predictRequest,
} from '../../../../serving-configs/platforms/tfserving/messages.ts';
import {
  PREDICTIONS,
  predictionsRequest,
} from '../../../../serving-configs/platforms/torchserve/messages.ts';

/** A list of numbers, which may be nested; null stands for NaN. */
export type Numbers = readonly (number | string | null | Numbers)[];

/** What a server reads from a request. */
export interface Reading {
  readonly bytes?: Buffer;
  readonly numbers?: Numbers;
  readonly shape?: readonly number[];
  readonly type?: string | number;
  /** Everything but the input and its declaration. */
  readonly rest: unknown;
}

interface InferInput {
  readonly shape: readonly number[];
  readonly datatype: string;
  readonly data?: Numbers;
  readonly parameters?: { readonly binary_data_size: number };
}

interface RestBody {
  readonly instances?: Numbers;
  readonly inputs?: readonly InferInput[] | Readonly<Record<string, { readonly b64: string }>>;
}

const readJson = (text: string): Reading => {
  const {
    instances: rows,
    inputs,
    ...rest
  } = JSON.parse(text.replaceAll(/(?<=[[, ])NaN/g, 'null')) as RestBody;
  if (rows !== undefined) return { numbers: rows, rest };
  if (!Array.isArray(inputs)) {
    const [[name, { b64 }] = ['', { b64: '' }]] = Object.entries(inputs ?? {});
    return { bytes: Buffer.from(b64, 'base64'), rest: { ...rest, name } };
  }
  const [{ shape, datatype: type, data: numbers, ...input }] = inputs as [InferInput];
  return { shape, type, ...(numbers && { numbers }), rest: { ...rest, input } };
};

const readBinary = (length: number, body: Buffer): Reading => {
  const { rest, ...declared } = readJson(body.toString('utf8', 0, length));
  const { input, ...unnamed } = rest as { readonly input: InferInput };
  const { parameters, ...named } = input;
  const bytes = body.subarray(length);
  expect(parameters).toEqual({ binary_data_size: bytes.length });
  return { ...declared, bytes, rest: { ...unnamed, named } };
};

const readForm = async (headers: ServableRequest['headers'], body: Buffer): Promise<Reading> => {
  const form = await new Response(Buffer.from(body), { headers }).formData();
  const [[name, file] = []] = [...form];
  if (!(file instanceof File)) throw new Error('the form has no file');
  const bytes = Buffer.from(await file.arrayBuffer());
  return { bytes, rest: { name, file: file.name, type: file.type, parts: [...form].length } };
};

const readers: Readonly<Record<string, (body: Buffer) => Reading>> = {
  [MODEL_INFER]: (body) => {
    const { inputs, raw_input_contents: raw = [], ...rest } = modelInferRequest.decode(body);
    const [{ shape, datatype: type, ...named } = { shape: [], datatype: '' }] = inputs;
    return { bytes: Buffer.from(raw[0] ?? []), shape, type, rest: { ...rest, named } };
  },
  [PREDICT]: (body) => {
    const { inputs, ...rest } = predictRequest.decode(body);
    const [[name, tensor] = ['', { dtype: 0 }]] = Object.entries(inputs);
    const {
      dtype: type,
      tensor_shape: declared,
      tensor_content: floats,
      string_val: texts,
    } = tensor;
    const shape = declared?.dim?.map(({ size }) => size) ?? [];
    return {
      bytes: Buffer.from(texts?.[0] ?? floats ?? []),
      shape,
      type,
      rest: { ...rest, name },
    };
  },
  [PREDICTIONS]: (body) => {
    const { input, ...rest } = predictionsRequest.decode(body);
    const [[name, bytes] = ['', Buffer.alloc(0)]] = Object.entries(input);
    return { bytes: Buffer.from(bytes), rest: { ...rest, name } };
  },
};

const readBody = async (
  { protocol, encoding }: Target,
  { path, headers, body }: ServableRequest,
): Promise<Reading> => {
  if (protocol === 'grpc') return readers[path]?.(body) ?? { rest: 'another method' };
  if (encoding === 'raw') return { bytes: body, rest: 'nothing' };
  if (encoding === 'form') return readForm(headers, body);
  return encoding === 'binary'
    ? readBinary(Number(headers['inference-header-content-length']), body)
    : readJson(body.toString());
};

/** Reads a request with parsers that are not under test. */
export const readRequest = async (target: Target, request: ServableRequest): Promise<Reading> => {
  const { rest, ...reading } = await readBody(target, request);
  const { 'inference-header-content-length': _, ...headers } = request.headers;
  return { ...reading, rest: { rest, headers, path: request.path } };
};
