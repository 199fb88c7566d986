import { RESNET50 } from '../../../../serving-configs/index.ts';
import { createScraper, timesBetween } from '../../../../lib/bench/run/scrape-counters.ts';
import { listenHttp } from '../../../support/http-server.ts';

describe('The times of a serving in a window', () => {
  it('are the differences of its counters', () => {
    const before = { count: 10, requestMs: 100, queueMs: 20, computeMs: 70 };
    const after = { count: 14, requestMs: 180, queueMs: 30, computeMs: 130 };

    expect(timesBetween(before, after)).toEqual({
      state: 'reported',
      count: 4,
      requestMs: 80,
      queueMs: 10,
      computeMs: 60,
    });
  });

  it('are individually absent if the platform does not report them', () => {
    expect(timesBetween({ count: 1, computeMs: 5 }, { count: 2, computeMs: 9 })).toEqual({
      state: 'reported',
      count: 1,
      computeMs: 4,
    });
  });

  it('are unknown if the counters were reset', () => {
    expect(timesBetween({ count: 10, queueMs: 5 }, { count: 3, queueMs: 1 })).toEqual({
      state: 'unreported',
      reason: 'its counters were reset during the window: it was restarted',
    });
  });

  it('are unknown if nothing was counted or a page was missing', () => {
    expect(timesBetween({ count: 3 }, { count: 3 })).toMatchObject({ state: 'unreported' });
    expect(
      timesBetween({ count: 1, queueMs: 0, computeMs: 2 }, { count: 3, queueMs: 0, computeMs: 2 }),
    ).toMatchObject({ state: 'unreported' });
    expect(timesBetween('gave 404', { count: 3 })).toEqual({
      state: 'unreported',
      reason: 'gave 404',
    });
    expect(timesBetween({ count: 3 }, 'gave 500')).toEqual({
      state: 'unreported',
      reason: 'gave 500',
    });
  });
});

describe('The counters of a serving', () => {
  let server: Awaited<ReturnType<typeof listenHttp>>;
  let answer: { readonly status: number; readonly body: string };
  const url = (): string => `${server.url}/metrics`;
  const labels = 'model_name="resnet-50",model_version="default",hostname="host",';

  beforeAll(async () => {
    server = await listenHttp((_, response) => response.writeHead(answer.status).end(answer.body));
  });

  it('are read as the platform writes them', async () => {
    const scrape = await createScraper('torchserve', url(), RESNET50);
    answer = {
      status: 200,
      body: `ts_inference_requests_total{${labels}} 2.0\nts_inference_latency_microseconds{${labels}} 5000.0\nts_queue_latency_microseconds{${labels}} 1000.0\n`,
    };

    expect(await scrape?.()).toEqual({ count: 2, requestMs: 5, queueMs: 1, computeMs: 4 });
  });

  it('are replaced by a reason if the page is missing or a different one', async () => {
    const scrape = await createScraper('torchserve', url(), RESNET50);
    answer = { status: 503, body: '' };
    expect(await scrape?.()).toBe(`${url()} gave 503`);

    const json = await createScraper('triton_onnx', url(), RESNET50);
    answer = { status: 200, body: 'no JSON' };
    expect(await json?.()).toMatch(new RegExp(`^${url()} .*: `));

    const gone = await listenHttp(() => undefined);
    await gone.close();
    const nobody = await createScraper('torchserve', `${gone.url}/metrics`, RESNET50);
    expect(await nobody?.()).toContain('ECONNREFUSED');
  });

  it('are not requested if the platform reports none', async () => {
    expect(await createScraper('flask', url(), RESNET50)).toBeUndefined();
  });
});
