import { type ServableRequest, badRequestOf } from '../../../../lib/bench/stability/bad-request.ts';
import { type Target, targetId } from '../../../../lib/bench/model/measurement.ts';
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
import sharp from 'sharp';
import {
  FAULTS,
  isImageFault,
  type ImageFault,
  type MessageFault,
} from '../../../../lib/bench/model/fault.ts';
import { whyLeftOut } from '../../../../lib/bench/stability/why-left-out.ts';
import { codecOf } from '../../../../middleware/servings/index.ts';
import type { CodecInput } from '../../../../middleware/servings/serving.ts';
import { classifierOf, imageInput } from '../../../support/codec-inputs.ts';
import { endpointOf, protocolsOf, servingNames } from '../../../../serving-configs/index.ts';
import { PAYLOADS, type Payload } from '../../../../serving-configs/manifest.ts';
import { UnreadableMessage } from '../../../../serving-configs/protocols/protobuf-messages.ts';
import { noise } from '../../../support/image.ts';
import { cat } from '../../../support/middleware.ts';

/** A list of numbers, which may be nested; null stands for NaN. */
type Numbers = readonly (number | string | null | Numbers)[];

/** What a server reads from a request. */
interface Reading {
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
const readRequest = async (target: Target, request: ServableRequest): Promise<Reading> => {
  const { rest, ...reading } = await readBody(target, request);
  const { 'inference-header-content-length': _, ...headers } = request.headers;
  return { ...reading, rest: { rest, headers, path: request.path } };
};

const IMAGE_FAULTS = FAULTS.filter(isImageFault);
const REQUEST_FAULTS = [...IMAGE_FAULTS, 'malformed-json', 'malformed-protobuf'] as const;
type RequestFault = ImageFault | MessageFault;

interface ImageTarget extends Target {
  readonly payload: Payload;
}

const targets: readonly (ImageTarget & { readonly id: string })[] = servingNames.flatMap(
  (serving) =>
    protocolsOf(serving).flatMap((protocol) =>
      PAYLOADS.flatMap((payload) =>
        (endpointOf(serving, protocol)?.payloads[payload] ?? []).map((encoding) => {
          const target = { serving, protocol, payload, encoding };
          return { ...target, id: targetId(target) };
        }),
      ),
    ),
);

const pixels = { width: 40, height: 30, data: noise(40, 30) };

/** The request that the middleware makes. */
const goodRequestOf = ({ serving, protocol, payload, encoding }: ImageTarget): ServableRequest => {
  const input: CodecInput =
    payload === 'image'
      ? { payload, bytes: cat, mediaType: 'image/jpeg' }
      : imageInput(serving, payload, pixels);
  const encoded = codecOf(serving)[protocol]?.encode(input, encoding, classifierOf(serving));
  if (encoded === undefined) throw new Error(`${serving} has no codec for ${protocol}`);
  const { path, headers, body, release } = encoded;
  const request = { path, headers, body: Buffer.concat(body) };
  release?.();
  return request;
};

const imageExpectations: Readonly<Record<ImageFault, (bytes: Buffer) => unknown>> = {
  'image-truncated': (bytes) => expect(bytes.equals(cat.subarray(0, cat.length * 0.6))).toBe(true),
  'image-empty': (bytes) => expect(bytes).toHaveLength(0),
  'image-text': (bytes) => expect(bytes.toString()).toMatch(/^[A-Z][a-z ]+\.$/),
  'image-cmyk': async (bytes) =>
    expect(await sharp(bytes).metadata()).toMatchObject({ format: 'jpeg', space: 'cmyk' }),
  'image-one-channel': async (bytes) =>
    expect(await sharp(bytes).metadata()).toMatchObject({ format: 'jpeg', channels: 1 }),
  'image-100-megapixels': async (bytes) => {
    const { format, width, height } = await sharp(bytes).metadata();
    expect([format, Math.round((width * height) / 1e6)]).toEqual(['jpeg', 100]);
    expect(bytes.length).toBeLessThan(2 ** 21);
  },
};

const casesOf = <F extends RequestFault>(faults: readonly F[]) =>
  targets.flatMap((target) =>
    faults
      .filter((fault) => whyLeftOut(fault, target) === undefined)
      .map((fault) => ({ fault, id: target.id, target })),
  );

const bothOf = async (fault: RequestFault, target: ImageTarget) => {
  const good = goodRequestOf(target);
  const before = Buffer.from(good.body);
  const bad = await badRequestOf(fault, target, good, cat);
  expect(good.body.equals(before)).toBe(true);
  return { good, bad };
};

const readBoth = async (fault: RequestFault, target: ImageTarget) => {
  const { good, bad } = await bothOf(fault, target);
  return { good: await readRequest(target, good), bad: await readRequest(target, bad) };
};

describe('A bad request', () => {
  it.each(casesOf(IMAGE_FAULTS))('differs only by $fault for $id', async ({ fault, target }) => {
    const { good, bad } = await readBoth(fault, target);
    const { bytes = Buffer.alloc(0), ...reading } = bad;

    expect(good.bytes?.equals(cat)).toBe(true);
    await imageExpectations[fault](bytes);
    expect({ ...reading, bytes: good.bytes }).toEqual(good);
  });

  it.each(casesOf(['malformed-json']))('has JSON cut off for $id', async ({ fault, target }) => {
    const { good, bad } = await bothOf(fault, target);
    const [length, goodLength] = [bad, good].map(({ headers, body }) =>
      Number(headers['inference-header-content-length'] ?? body.length),
    );

    expect(length).toBe(Math.floor((goodLength ?? 0) / 2));
    expect(bad.body.subarray(0, length)).toEqual(good.body.subarray(0, length));
    expect(bad.body.subarray(length).equals(good.body.subarray(goodLength))).toBe(true);
    await expect(readRequest(target, bad)).rejects.toThrow(SyntaxError);
  });

  it.each(casesOf(['malformed-protobuf']))(
    'is a message that cannot be parsed for $id',
    async ({ fault, target }) => {
      const { good, bad } = await bothOf(fault, target);

      expect({ ...bad, body: good.body }).toEqual(good);
      await expect(readRequest(target, bad)).rejects.toThrow(UnreadableMessage);
    },
  );

  it.each([
    ['flask.rest.image.raw', IMAGE_FAULTS],
    ['flask.rest.tensor.raw', []],
    ['tfserving.rest.image.base64', [...IMAGE_FAULTS, 'malformed-json']],
    ['tfserving.rest.tensor.json', ['malformed-json']],
    ['tfserving.grpc.tensor.raw', ['malformed-protobuf']],
    ['triton_onnx.rest.tensor.binary', ['malformed-json']],
    ['torchserve.grpc.image.raw', [...IMAGE_FAULTS, 'malformed-protobuf']],
  ])('can be made for %s with every fault that its protocol can express', (id, faults) => {
    const expressible = casesOf(REQUEST_FAULTS).filter((testCase) => testCase.id === id);

    expect(new Set(expressible.map(({ fault }) => fault))).toEqual(new Set(faults));
  });
});
