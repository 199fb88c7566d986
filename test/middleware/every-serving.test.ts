import { buildApp } from '../../middleware/app.ts';
import type { App } from '../../middleware/app.ts';
import type { Config } from '../../middleware/config.ts';
import { endpointOf, manifestOf, protocolsOf, servingNames } from '../../serving-configs/index.ts';
import type { ServingName } from '../../serving-configs/index.ts';
import type { Encoding, Payload, ServingUrls } from '../../serving-configs/manifest.ts';
import { decodeImage } from '../../serving-configs/models/input/decode-image.ts';
import { geometryOf } from '../../serving-configs/models/input/geometry.ts';
import { toTensor } from '../../serving-configs/models/input/normalise.ts';
import type { Engine } from '../../serving-configs/reference/engine.ts';
import { startGrpcServer } from '../../serving-configs/reference/grpc-server.ts';
import { loadGrpcWire, loadWire } from '../../serving-configs/reference/load-wire.ts';
import { fixedValues } from '../../serving-configs/reference/scores.ts';
import { startServer } from '../../serving-configs/reference/server.ts';
import type { WireInput } from '../../serving-configs/protocols/wire.ts';
import { cat, testConfig } from '../support/middleware.ts';

/** What the servings were given, in the order in which they were asked. */
const seen: WireInput[] = [];

/** Answers the fixed class, like the no-op backend, but reads what it is sent. */
const readingEngine = (serving: ServingName): Engine => ({
  trained: false,
  reads: 'whole',
  isReady: true,
  start: () => Promise.resolve(),
  reply: (call, body) => {
    const input = call.read(body);
    // A view into a message that may be overwritten.
    seen.push(input.kind === 'tensor' ? { ...input, values: input.values.slice() } : input);
    const values = fixedValues(manifestOf(serving).model.output);
    return { kind: 'answer', answer: call.render(call.form(body), values) };
  },
  close: () => Promise.resolve(),
});

const paths = servingNames.flatMap((serving) =>
  protocolsOf(serving).flatMap((protocol) =>
    Object.entries(endpointOf(serving, protocol)?.payloads ?? {}).flatMap(([payload, encodings]) =>
      (encodings as readonly Encoding[]).map(
        (encoding) => [serving, protocol, payload as Payload, encoding] as const,
      ),
    ),
  ),
);

/** How what a serving was given differs from what it should have been; undefined where it does not. */
const difference = async (
  input: WireInput | undefined,
  serving: ServingName,
  payload: Payload,
): Promise<string | undefined> => {
  if (input === undefined) return 'it was given nothing';
  if (payload === 'image') {
    const isCat = input.kind === 'image' && cat.equals(input.bytes);
    return isCat ? undefined : 'it was not given the file';
  }
  if (input.kind === 'image') return 'it was given a file';
  const { family, layout } = manifestOf(serving).model;
  const target = payload === 'tensor_fullsize' ? 'fullsize' : family;
  const expected = toTensor(await decodeImage(cat, geometryOf(target)), target, layout);
  // The full-size image is rounded to four decimals as JSON; every other path carries the same 32-bit floats.
  const error = payload === 'tensor_fullsize' ? 0.000051 : 0;
  if (input.values.length !== expected.length) return `it was given ${input.values.length} values`;
  const at = expected.findIndex(
    (value, index) => !(Math.abs((input.values[index] ?? Number.NaN) - value) <= error),
  );
  return at < 0 ? undefined : `value ${at} is ${input.values[at]} instead of ${expected[at]}`;
};

describe('an image on its way through the middleware to every serving', () => {
  const stops: (() => Promise<void>)[] = [];
  let app: App;

  const start = async (serving: ServingName): Promise<ServingUrls> => {
    const engine = readingEngine(serving);
    const address = { host: '127.0.0.1', port: 0 };
    const rest = await startServer({ wire: await loadWire(serving), engine }, address);
    stops.push(() => rest.stop());
    const grpcWire = await loadGrpcWire(serving);
    if (grpcWire === undefined) return { rest: rest.url };
    const grpc = await startGrpcServer({ wire: grpcWire, engine }, address);
    stops.push(() => grpc.stop());
    return { rest: rest.url, grpc: grpc.url };
  };

  beforeAll(async () => {
    const urls = await Promise.all(
      servingNames.map(async (serving) => [serving, await start(serving)] as const),
    );
    const servingUrls = Object.fromEntries(urls) as Config['servingUrls'];
    app = await buildApp({ ...testConfig(''), servingUrls });
  });
  afterAll(async () => {
    await app.http.close();
    await Promise.all(stops.map((stop) => stop()));
  });
  beforeEach(() => {
    seen.length = 0;
  });

  it.each(paths)(
    'reaches %s over %s as %s in %s, and comes back as the fixed class',
    async (serving, protocol, payload, encoding) => {
      const prefix = protocol === 'rest' ? '' : `/${protocol}`;
      const response = await app.http.inject({
        method: 'POST',
        url: `${prefix}/infer/${serving}?payload=${payload}&encoding=${encoding}`,
        headers: { 'content-type': 'image/jpeg' },
        payload: cat,
      });

      expect(response.json()).toMatchObject({ serving, protocol, payload, encoding });
      const [best, ...others] = response.json().top as { class: number; score: number }[];
      expect([best?.class, best?.score.toFixed(4)]).toEqual([281, '0.9000']);
      expect(others.map(({ score }) => score.toFixed(4))).toEqual(Array(4).fill('0.0001'));

      expect(seen).toHaveLength(1);
      expect(await difference(seen[0], serving, payload)).toBeUndefined();
    },
  );
});
