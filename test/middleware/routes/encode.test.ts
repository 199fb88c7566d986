import type { App } from '../../../middleware/app.ts';
import { manifestOf, servingNames } from '../../../serving-configs/index.ts';
import type { Encoding, Payload } from '../../../serving-configs/manifest.ts';
import { startFakeServing } from '../../support/fake-serving.ts';
import type { FakeServing } from '../../support/fake-serving.ts';
import { buildTestApp, cat } from '../../support/middleware.ts';

const paths = servingNames.flatMap((serving) =>
  Object.entries<readonly Encoding[]>(manifestOf(serving).rest.payloads).flatMap(
    ([payload, encodings]) =>
      encodings.map((encoding) => [serving, payload as Payload, encoding] as const),
  ),
);

describe('POST /encode', () => {
  let serving: FakeServing;
  let app: App;

  beforeAll(async () => {
    serving = await startFakeServing();
    app = await buildTestApp(serving.url);
  });
  afterAll(async () => {
    await app.http.close();
    await serving.close();
  });
  beforeEach(() => {
    serving.received.length = 0;
  });

  const post = async (route: string, payload: Buffer = cat) =>
    app.http.inject({
      method: 'POST',
      url: route,
      headers: { 'content-type': 'image/jpeg' },
      payload,
    });

  it.each(paths)('answers what %s gets for %s as %s, and sends nothing', async (...path) => {
    const [id, payload, encoding] = path;
    const query = `${id}?payload=${payload}&encoding=${encoding}`;

    const encoded = await post(`/encode/${query}`);
    const sentByEncode = serving.received.length;
    await post(`/infer/${query}`);
    const [received] = serving.received;
    const told = JSON.parse(String(encoded.headers['serving-request'])) as {
      readonly method: string;
      readonly path: string;
      readonly headers: Readonly<Record<string, string>>;
    };

    expect(sentByEncode).toBe(0);
    expect([encoded.statusCode, told.method]).toEqual([200, 'POST']);
    expect(received?.body.equals(encoded.rawPayload)).toBe(true);
    expect(received).toMatchObject({ path: told.path, headers: told.headers });
  });

  it('refuses what /infer refuses', async () => {
    const broken = await post(`/encode/${servingNames[0]}?payload=tensor`, cat.subarray(0, 200));
    const unknown = await post('/encode/nothing');

    expect([broken.statusCode, unknown.statusCode]).toEqual([422, 404]);
  });
});
