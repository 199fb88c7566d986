import type { App } from '../../../middleware/app.ts';
import { servingNames } from '../../../serving-configs/index.ts';
import { waysOf } from '../../conformance/probes.ts';
import { useFakeGrpcServing } from '../../support/fake-grpc-serving.ts';
import { useFakeServing } from '../../support/fake-serving.ts';
import { buildTestApp, cat, postImage, servingUrlsTo } from '../../support/middleware.ts';

const ways = servingNames.flatMap((serving) => waysOf(serving).map((way) => ({ serving, ...way })));

describe('POST /encode', () => {
  const serving = useFakeServing();
  const grpcServing = useFakeGrpcServing();
  let app: App;

  beforeAll(async () => {
    const servingUrls = servingUrlsTo(serving.url, grpcServing.url);
    app = await buildTestApp(serving.url, { servingUrls });
  });

  it.each(ways)(
    'answers what $serving gets over $protocol for $payload as $encoding, and sends nothing',
    async ({ serving: id, protocol, payload, encoding }) => {
      const query = `${id}?payload=${payload}&encoding=${encoding}`;
      const prefix = protocol === 'rest' ? '' : '/grpc';
      const requests = () =>
        protocol === 'rest'
          ? serving.received
          : grpcServing.received.map(({ message, ...rest }) => ({ ...rest, body: message }));

      const encoded = await postImage(app, `${prefix}/encode/${query}`);
      const sentByEncode = requests().length;
      await postImage(app, `${prefix}/infer/${query}`);
      const [received] = requests();
      const head = JSON.parse(String(encoded.headers['serving-request'])) as {
        readonly method: string;
        readonly path: string;
        readonly headers: Readonly<Record<string, string>>;
      };

      expect(sentByEncode).toBe(0);
      expect([encoded.statusCode, head.method]).toEqual([200, 'POST']);
      expect(received?.body.equals(encoded.rawPayload)).toBe(true);
      expect(received).toMatchObject({ path: head.path, headers: head.headers });
    },
  );

  it('refuses what /infer refuses', async () => {
    const url = `/encode/${servingNames[0]}?payload=tensor`;
    const broken = await postImage(app, url, cat.subarray(0, 200));
    const unknown = await postImage(app, '/encode/nothing');

    expect([broken.statusCode, unknown.statusCode]).toEqual([422, 404]);
  });
});
