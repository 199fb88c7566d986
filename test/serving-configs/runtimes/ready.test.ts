import { ownManifestOf, RESNET50, servingNames } from '../../../serving-configs/index.ts';
import { CLASSIFIER } from '../../../serving-configs/models/model.ts';
import {
  askReady,
  containerProbe,
  isProbeLine,
  probeWith,
} from '../../../serving-configs/runtimes/ready.ts';
import { SINGLE } from '../../../serving-configs/settings.ts';
import { factsOf, isPossible } from '../../../serving-configs/runtimes/venv/venv-facts.ts';
import { listenHttp } from '../../support/http-server.ts';

describe('the log of a server', () => {
  it.each([
    ['… ACCESS_LOG - /10.0.0.1:43950 "GET /models/resnet-50 HTTP/1.1" 200 20', true],
    ['cannot read /models/resnet-50/model.onnx', false],
  ])('tells lines about a probe from others: %s', (line, isProbe) => {
    expect(isProbeLine(line, { path: '/models/resnet-50' })).toBe(isProbe);
  });
});

describe('the probe of a model', () => {
  let server: Awaited<ReturnType<typeof listenHttp>>;
  let received:
    | { method?: string | undefined; url?: string | undefined; bytes: number }
    | undefined;
  let answer = { status: 200, body: '' };

  beforeAll(async () => {
    server = await listenHttp(({ method, url }, response, body) => {
      received = { method, url, bytes: body.length };
      response.writeHead(answer.status).end(answer.body);
    });
  });
  afterAll(() => server.close());

  const ask = (probe: Parameters<typeof askReady>[1]) =>
    askReady(server.url, probe, AbortSignal.timeout(60_000));

  it('succeeds with status 200', async () => {
    answer = { status: 200, body: '' };
    expect(await ask({ path: '/health' })).toEqual({ ready: true, answer: 'status 200' });
    expect(received).toEqual({ method: 'GET', url: '/health', bytes: 0 });

    answer = { status: 503, body: 'soon' };
    expect(await ask({ path: '/health' })).toEqual({ ready: false, answer: 'status 503' });
  });

  it('succeeds only if the body has a certain text, if one is required', async () => {
    const probe = { path: '/models/one', holds: '"READY"' };
    answer = { status: 200, body: '{"status": "UNLOADING"}' };
    expect(await ask(probe)).toEqual({ ready: false, answer: 'status 200 without "READY"' });

    answer = { status: 200, body: '{"status": "READY"}' };
    expect(await ask(probe)).toMatchObject({ ready: true });
  });

  it('succeeds only if the body has the text for each instance, if it tells them', async () => {
    const facts = { path: '/models/one', holds: '"READY"', perInstance: true } as const;
    const probe = await probeWith(facts, CLASSIFIER, { ...SINGLE, instances: 2 });
    answer = { status: 200, body: '[{"status": "READY"}, {"status": "LOADING"}]' };
    expect(await ask(probe)).toEqual({
      ready: false,
      answer: 'status 200 with "READY" 1 of 2 times',
    });

    answer = { status: 200, body: '[{"status": "READY"}, {"status": "READY"}]' };
    expect(await ask(probe)).toMatchObject({ ready: true });
    expect(await probeWith(facts, CLASSIFIER, 'default')).toMatchObject({ times: 1 });
  });

  it('is a prediction for zeros if the platform needs one', async () => {
    answer = { status: 200, body: '{}' };
    const probe = await probeWith({ path: '/predict', predict: true }, CLASSIFIER, SINGLE);
    expect(await ask(probe)).toMatchObject({ ready: true });
    expect(received).toEqual({ method: 'POST', url: '/predict', bytes: 602_112 });
  });

  it('tells why there is no answer', async () => {
    const gone = await listenHttp(() => undefined);
    await gone.close();
    const unreachable = await askReady(gone.url, { path: '/' }, AbortSignal.timeout(60_000));

    expect(unreachable).toEqual({ ready: false, answer: expect.stringContaining('ECONNREFUSED') });
  });
});

/** The probes of platforms from packages were verified, so containers must use the same. */
describe('the probe of a container', () => {
  it.each(servingNames)('is the same as from packages: %s', (serving) => {
    const facts = factsOf(serving);
    const { path, holds, predict } = containerProbe(ownManifestOf(serving, RESNET50));
    const name = ownManifestOf(serving, RESNET50).model.name;
    const fromPackages = isPossible(facts) ? facts.ready : { path, holds, predict };

    expect({ path, holds, predict }).toEqual({
      path: fromPackages.path.replace('{model}', name),
      holds: fromPackages.holds,
      predict: fromPackages.predict,
    });
  });
});
