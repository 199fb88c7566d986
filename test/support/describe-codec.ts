import { endpointOf, protocolsOf, type ServingName } from '../../serving-configs/index.ts';
import {
  ENCODINGS,
  PAYLOADS,
  type Encoding,
  type Payload,
  type PayloadsTaken,
  type Protocol,
} from '../../serving-configs/manifest.ts';
import { normalisationOf, toNumbers } from '../../serving-configs/models/input/normalise.ts';
import { codecOf } from '../../middleware/servings/index.ts';
import {
  MalformedAnswer,
  type CodecInput,
  type ServingRequest,
  type ServingResponse,
} from '../../middleware/servings/serving.ts';
import { classifierOf, imageInput, imageOf, readClasses } from './codec-inputs.ts';
import { noise } from './image.ts';

/** Requests and answers of a serving over one protocol. */
export interface ProtocolSamples {
  /** Expected in the path for a payload, if neither path nor message contains the model's name. */
  readonly paths?: Partial<Record<Payload, string>>;
  /** Reads the input from a request, as the server does: the file's bytes, or the numbers in the model's order. */
  readonly readBack: (
    request: ServingRequest,
    payload: Payload,
    encoding: Encoding,
  ) => ArrayLike<number>;
  /** Create answers with the given probabilities, in each form that the platform may use. */
  readonly answers: Readonly<Record<string, (probabilities: readonly number[]) => ServingResponse>>;
  /** Answers with a status of success that violate the protocol, each in one way. */
  readonly malformed: Malformed;
}

export type Malformed = Readonly<Record<string, ServingResponse>>;

/** A serving with samples for each of its protocols. */
export interface CodecSuite {
  readonly serving: ServingName;
  readonly rest: ProtocolSamples;
  readonly grpc?: ProtocolSamples;
}

/** Creates an answer. Header names are in lower case, as the transport passes them on. */
export const answerOf = (
  body: string | Uint8Array | object,
  headers: ServingResponse['headers'] = {},
): ServingResponse => ({
  headers,
  body:
    body instanceof Uint8Array
      ? body
      : Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)),
});

export const bodyOf = ({ body }: ServingRequest): Buffer => Buffer.concat(body);

/** Reads little-endian floats, which may start at any offset of a message. */
export const floatsOf = (bytes: Uint8Array): Float32Array =>
  new Float32Array(Uint8Array.from(bytes).buffer);

/** Five classes with falling scores; the others share the rest evenly. */
const probabilities = (): readonly number[] => {
  const scores = Array.from({ length: 1000 }, () => 0.1 / 995);
  for (const [index, score] of [
    [0, 0.06],
    [281, 0.4],
    [282, 0.3],
    [500, 0.1],
    [999, 0.04],
  ] as const) {
    scores[index] = score;
  }
  return scores;
};

const sizes = [
  [1, 1],
  [3, 5],
  [5, 3],
  [224, 224],
] as const;

const pixelsOf = (width: number, height: number) => ({
  width,
  height,
  data: noise(width, height),
});

/** Bodies that no codec accepts. */
const defaultMalformed: Readonly<Record<Protocol, Malformed>> = {
  rest: {
    'an empty body': answerOf(''),
    'a text': answerOf('<html>'),
    'half of its JSON': answerOf('{"a":[1,2'),
    'a bare list': answerOf([1]),
    'an empty object': answerOf({}),
    null: answerOf('null'),
  },
  grpc: {
    'an empty message': answerOf(''),
    'random bytes': answerOf(Buffer.alloc(64, 0xff)),
    'a text': answerOf('<html>'),
    // Field 15 with the value 1, which no message has.
    'another message': answerOf(Buffer.from('7801', 'hex')),
  },
};

const image = {
  payload: 'image',
  bytes: noise(100, 1),
  mediaType: 'image/webp',
} as const satisfies CodecInput;

const describeProtocol = (
  serving: ServingName,
  protocol: Protocol,
  { paths = {}, readBack, answers, malformed }: ProtocolSamples,
): void => {
  const model = classifierOf(serving);
  const payloads: PayloadsTaken = endpointOf(serving, protocol)?.payloads ?? {};
  const codec = codecOf(serving)[protocol];
  if (codec === undefined) throw new Error(`${serving} has no codec for ${protocol}`);
  const targets = PAYLOADS.flatMap((payload) =>
    (payloads[payload] ?? []).map((encoding: Encoding) => ({ payload, encoding })),
  );

  it.each(targets)('carries $payload as $encoding unchanged', ({ payload, encoding }) => {
    if (payload === 'image') {
      const request = codec.encode(image, encoding, model);
      expect(Uint8Array.from(readBack(request, payload, encoding))).toEqual(image.bytes);
      return;
    }
    for (const [width, height] of sizes) {
      const pixels = pixelsOf(width, height);
      const expected = toNumbers(pixels, normalisationOf(imageOf(serving, payload)));
      const request = codec.encode(imageInput(serving, payload, pixels), encoding, model);
      const actual = readBack(request, payload, encoding);
      request.release?.();

      expect(actual).toHaveLength(expected.length);
      // In JSON the full-size image is rounded to four decimals; every other path carries the same 32-bit floats.
      const error = payload === 'tensor_fullsize' && encoding === 'json' ? 0.000051 : 0;
      const wrong = expected.findIndex(
        (value, at) => !(Math.abs(Math.fround(actual[at] ?? Number.NaN) - value) <= error),
      );
      expect(wrong).toBe(-1);
    }
  });

  it.each(targets)('addresses $payload as $encoding to its model', ({ payload, encoding }) => {
    const input = payload === 'image' ? image : imageInput(serving, payload, pixelsOf(3, 2));
    const request = codec.encode(input, encoding, model);

    expect(request.method).toBe('POST');
    if (protocol === 'grpc') {
      expect(request.path).toMatch(/^\/(?:\w+\.)+\w+\/\w+$/);
      expect(bodyOf(request).includes(model.name)).toBe(true);
      expect(request.headers).toEqual({});
    } else {
      expect(request.path).toContain(paths[payload] ?? model.name);
      expect(request.headers['content-type']).toMatch(/^(application|image|multipart|tensor)\//);
    }
  });

  it('refuses payloads and encodings that are not in the manifest', () => {
    for (const payload of PAYLOADS) {
      for (const encoding of ENCODINGS) {
        if (payloads[payload]?.includes(encoding) === true) continue;
        const input = payload === 'image' ? image : imageInput(serving, payload, pixelsOf(1, 1));
        expect(() => codec.encode(input, encoding, model)).toThrow(`"${payload}" as ${encoding} `);
      }
    }
  });

  it('does not mix up concurrent requests', () => {
    for (const { payload, encoding } of targets) {
      if (payload === 'image') continue;
      const [first, second] = [1, 2].map((seed) => {
        const pixels = { width: 9, height: 7, data: noise(9, 7, seed) };
        return codec.encode(imageInput(serving, payload, pixels), encoding, model);
      });
      if (first === undefined || second === undefined) throw new Error('a request is missing');
      const before = bodyOf(first);
      second.release?.();
      codec.encode(
        imageInput(serving, 'tensor', pixelsOf(9, 7)),
        targets.find((target) => target.payload === 'tensor')?.encoding ?? 'raw',
        model,
      );

      expect(bodyOf(first).equals(before)).toBe(true);
    }
  });

  it.each(Object.entries(answers))('reads the five best classes from %s', (_, answer) => {
    const top = readClasses(codec, answer(probabilities()), model);

    expect(top.map((entry) => entry.class)).toEqual([281, 282, 500, 0, 999]);
    for (const [index, score] of [0.4, 0.3, 0.1, 0.06, 0.04].entries()) {
      expect(top[index]?.score).toBeCloseTo(score, 5);
    }
  });

  it.each(Object.entries(answers))('rejects the first half of %s', (_, answer) => {
    const { headers, body } = answer(probabilities());
    const decode = (): unknown =>
      readClasses(codec, { headers, body: body.subarray(0, body.length >> 1) }, model);

    expect(decode).toThrow(MalformedAnswer);
  });

  it.each(Object.entries({ ...defaultMalformed[protocol], ...malformed }))(
    'rejects %s',
    (_, response) => {
      expect(() => readClasses(codec, response, model)).toThrow(MalformedAnswer);
    },
  );
};

/** Tests the codecs of a serving for each protocol in its manifest. */
export const describeCodec = ({ serving, ...samples }: CodecSuite): void => {
  describe.each(protocolsOf(serving))(`the codec of ${serving} for %s`, (protocol) => {
    const ofProtocol = samples[protocol];
    if (ofProtocol === undefined) throw new Error(`${serving} has no samples for ${protocol}`);
    describeProtocol(serving, protocol, ofProtocol);
  });
};
