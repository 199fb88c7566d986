// Uses real processes: a simulated server of known latency, the middleware and the load generator.
import { groupOf } from '../../../../lib/bench/plan/estimate-duration.ts';
import { basename, join } from 'node:path';
import {
  targetId,
  type Measurement,
  type Level,
  type Target,
} from '../../../../lib/bench/model/measurement.ts';
import { CLASSIFIER } from '../../../../serving-configs/models/model.ts';
import { resolvePlanOptions } from '../../../../lib/bench/plan/resolve-plan-options.ts';
import { createJudge } from '../../../../lib/bench/run/answer-judge.ts';
import { correctByClasses } from '../../../../lib/bench/run/compare-classes.ts';
import { createEncodedRequests } from '../../../../lib/bench/run/encoded-requests.ts';
import type { ServingUrls } from '../../../../serving-configs/manifest.ts';
import { choosePorts } from '../../../../serving-configs/runtimes/ports.ts';
import type { MeasurementFigures } from '../../../../lib/bench/run/measure-load.ts';
import {
  startMiddleware,
  type RunningMiddleware,
} from '../../../../lib/bench/run/middleware-process.ts';
import { createLoadProcess } from '../../../../lib/bench/run/load-process.ts';
import { runMeasurement } from '../../../../lib/bench/run/run-measurement.ts';
import type { RunEvent } from '../../../../lib/bench/run/run-event.ts';
import { localProcesses } from '../../../../lib/bench/run/servings/processes.ts';
import type { LocalServing, ServingEnd } from '../../../../lib/bench/run/servings/runtime.ts';
import {
  closed,
  passedCheck,
  planMeasurement,
  recordedPlan,
} from '../../../support/recorded-run.ts';
import {
  startReferenceServing,
  type ReferenceServing,
} from '../../../support/reference-serving.ts';
import { newFolder } from '../../../support/temporary-folder.ts';
import { dataSet } from '../load/load-process.ts';
import { samplesOf } from '../../../../serving-configs/protocols/statistics/prometheus-text.ts';

const imagesDir = join(import.meta.dirname, '../../../../k6/images');
const files = dataSet.map((file) => basename(file));
const KNOWN_MS = 200;
/** Histograms are exact to 0.1 %. A busy machine answers later, but never sooner. */
const MIN_MS = KNOWN_MS * 0.998;
/** The class that the delay engine gives every image. */
const RIGHT_CLASS = 281;
/** The middleware decodes and resizes the image for this target. */
const target: Target = {
  serving: 'torchserve',
  protocol: 'rest',
  payload: 'tensor',
  encoding: 'raw',
};

/** A measurement that follows another of the same target, so that the serving is already running. */
const measurementOf = (level: Level, bypassSeconds: number): Measurement =>
  planMeasurement({
    target,
    engine: 'delay',
    level,
    durationSeconds: 1,
    warmupSeconds: 0.3,
    timeoutMs: 60_000,
    bypassSeconds,
  });

describe('The bypass run of a measurement', () => {
  let reference: ReferenceServing | undefined;
  let middleware: RunningMiddleware;
  let urls: ServingUrls;
  let serving: LocalServing;
  let stopped: number;
  let events: RunEvent[];
  let onEvent: (event: RunEvent) => void;
  /** Number of requests that the middleware had answered when the bypass run began. */
  let answeredBefore: Promise<number> | undefined;

  const answered = async (): Promise<number> => {
    const page = await (await fetch(`${middleware.url}/metrics`)).text();
    return samplesOf(page, 'middleware_requests_total').reduce((sum, { value }) => sum + value, 0);
  };
  const answeredInBypassRun = async (): Promise<number> =>
    (await answered()) - ((await answeredBefore) ?? 0);

  const stopReference = async (): Promise<void> => {
    const stopping = reference;
    reference = undefined;
    await stopping?.stop();
  };

  beforeAll(async () => {
    const latency = { kind: 'constant', ms: KNOWN_MS };
    reference = await startReferenceServing(
      '--engine=delay',
      `--engine-options=${JSON.stringify({ seed: 11, latency })}`,
    );
    urls = { rest: new URL(reference.url).origin, grpc: reference.grpcUrl };
    middleware = await startMiddleware({
      servers: [],
      servingUrls: { [target.serving]: urls },
      imagesDir,
      model: CLASSIFIER,
      port: 0,
      processes: 1,
      upstreamTimeoutMs: 10_000,
      seed: 1,
    });
  });
  afterAll(async () => {
    await middleware.stop();
    await stopReference();
  });

  beforeEach(() => {
    serving = {
      place: 'local',
      urls,
      timeToReadyMs: 1,
      ended: new Promise(() => undefined),
      use: () => undefined,
      idleCpuShare: async () => undefined,
      processes: localProcesses(process.pid, true),
      stop: stopReference,
    };
    stopped = 0;
    events = [];
    answeredBefore = undefined;
    onEvent = ({ event }) => {
      if (event === 'bypass-start') answeredBefore = answered();
    };
  });

  const loadProcess = createLoadProcess('embedded');
  afterAll(() => loadProcess.stop());

  const run = async (measurement: Measurement): Promise<MeasurementFigures> => {
    const requests = createEncodedRequests(dataSet);
    const images = files.map((file) => ({ file, sha256: '' }));
    const answers = {
      model: { file: '', sha256: '', trained: false },
      files,
      topOf: () => files.map(() => [{ class: RIGHT_CLASS, score: 0.9 }]),
    };
    try {
      return await runMeasurement(
        {
          plan: {
            ...recordedPlan([measurement], [measurement.target]),
            images,
            options: resolvePlanOptions({ seed: 1 }),
          },
          imagesDir,
          samplesDir: newFolder(),
          judge: createJudge(
            correctByClasses(
              { images, runtime: 'simulated' },
              { imagesDir, answers: new Map([['delay', answers]]), odd: undefined },
            ),
          ),
          requests,
          order: 'one-at-a-time',
          starts: new WeakMap([
            [
              serving,
              {
                serving,
                of: groupOf(measurement),
                idleCpuShare: undefined,
                first: { ok: true, tookMs: 1, body: Buffer.alloc(0) },
                isReported: true,
              },
            ],
          ]),
          testBed: {
            system: {
              urls: {},
              running: () => serving,
              startBeside: () => Promise.reject(new Error('the serving runs already')),
              start: () => Promise.reject(new Error('the serving runs already')),
              startDelayed: () => Promise.reject(new Error('the serving runs already')),
              stop: async () => {
                stopped += 1;
              },
            },
            middleware: async () => middleware,
            load: loadProcess,
            stop: async () => undefined,
          },
          answerChecks: new Map([
            [
              `${targetId(measurement.target)}/delay`,
              { ...passedCheck(measurement.target, 'delay'), images: [] },
            ],
          ]),
          origin: undefined,
          onCheck: async () => undefined,
          emit: (event) => {
            events.push(event);
            onEvent(event);
          },
          signal: new AbortController().signal,
        },
        { number: 1, total: 1, measurement, secondsLeft: 0 },
      );
    } finally {
      await requests.remove();
    }
  };

  it('measures the serving without the middleware', async () => {
    const { load, bypass } = await run(measurementOf(closed(4), 1));

    if (bypass?.state !== 'completed') throw new Error(bypass?.reason ?? 'no bypass run');
    expect(load).toMatchObject({ generator: 'embedded', failed: 0 });
    expect(bypass).toMatchObject({ failed: 0, images: files.length, durationSeconds: 1 });
    expect(bypass.latency.minMs).toBeGreaterThan(MIN_MS);
    // Only the request before the load, which waits until the serving's queue is empty.
    expect(await answeredInBypassRun()).toBeLessThanOrEqual(1);
    expect(bypass.rateShare).toBe(load.requestRatePerSecond / bypass.requestRatePerSecond);
    expect(events.map(({ event }) => event)).toContain('bypass-start');
    expect(stopped).toBe(0);
  });

  it('sends the messages of a gRPC target directly to the serving, at the rate of an open loop', async () => {
    const level = { loop: 'open', ratePerSecond: 40, arrivals: 'constant' } as const;
    const grpc = { ...target, protocol: 'grpc' } as const;
    const { load, bypass } = await run({ ...measurementOf(level, 1), target: grpc });
    if (bypass?.state !== 'completed') throw new Error(bypass?.reason ?? 'no bypass run');

    expect(load.failed).toBe(0);
    expect(bypass).toMatchObject({ succeeded: 40, failures: {} });
    expect(bypass.images).toBe(files.length);
    expect(bypass.latency.minMs).toBeGreaterThan(MIN_MS);
    // A bypass run through the middleware would add its 40 requests.
    expect(await answeredInBypassRun()).toBeLessThan(40);
  });

  it.each(['rest', 'grpc'] as const)(
    'is left out, with the reason, over %s if the serving cannot be reached directly',
    async (protocol) => {
      const [port] = await choosePorts([0]);
      const gone = `http://127.0.0.1:${port}`;
      serving = { ...serving, urls: { rest: gone, grpc: gone } };
      const measurement = measurementOf(closed(1), 0.5);
      const { load, bypass } = await run({ ...measurement, target: { ...target, protocol } });

      expect(load.succeeded).toBeGreaterThan(0);
      expect(bypass).toEqual({
        state: 'failed',
        reason: expect.stringMatching(/ 0\.5 s: \d+ × connect/) as string,
      });
      // The state of the serving is unknown, so the next measurement must start it again.
      expect(stopped).toBe(1);
    },
  );

  // Last, because it stops the serving.
  it('does not affect the measurement if the serving dies in it', async () => {
    let die: ((end: ServingEnd) => void) | undefined;
    const ended = new Promise<ServingEnd>((resolve) => {
      die = resolve;
    });
    serving = { ...serving, ended };
    onEvent = ({ event }) => {
      if (event === 'bypass-start')
        void stopReference().then(() =>
          die?.({ code: 'BENCH_SERVING_DIED', how: 'signal SIGTERM' }),
        );
    };
    const { load, bypass } = await run(measurementOf(closed(1), 3));

    expect(load.succeeded).toBeGreaterThan(0);
    expect(bypass).toEqual({
      state: 'failed',
      reason: expect.stringMatching(/ended: signal SIGTERM$/) as string,
    });
    expect(stopped).toBe(1);
  });
});
