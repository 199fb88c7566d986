// The middleware and the serving of known latency are real. The results of the load generator are scripted in all tests but one.
import { statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { CLASSIFIER } from '../../../../serving-configs/models/model.ts';
import { BenchError } from '../../../../lib/bench/model/errors.ts';
import type { LoadJob } from '../../../../lib/bench/load/job.ts';
import type { LoadResult } from '../../../../lib/bench/model/load-result.ts';
import type { Target } from '../../../../lib/bench/model/measurement.ts';
import { resolvePlanOptions } from '../../../../lib/bench/plan/resolve-plan-options.ts';
import { createJudge } from '../../../../lib/bench/run/answer-judge.ts';
import { correctByClasses } from '../../../../lib/bench/run/compare-classes.ts';
import { createTestBed, type TestBed } from '../../../../lib/bench/run/test-bed.ts';
import type { RunLoad } from '../../../../lib/bench/run/load-process.ts';
import { calibrate, type CalibrationContext } from '../../../../lib/bench/run/calibrate.ts';
import type { RunEvent } from '../../../../lib/bench/run/run-event.ts';
import {
  createLocalSystem,
  type SystemUnderTest,
} from '../../../../lib/bench/run/servings/system-under-test.ts';
import {
  closed,
  loadResult,
  planMeasurement,
  recordedPlan,
} from '../../../support/recorded-run.ts';
import { listenHttp } from '../../../support/http-server.ts';
import { dataSet } from '../load/load-process.ts';
import { newFolder } from '../../../support/temporary-folder.ts';

const imagesDir = join(import.meta.dirname, '../../../../k6/images');
const images = dataSet.map((file) => ({ file: basename(file), sha256: '' }));
const sizeOf = (file: string): number => statSync(file).size;
const [smallest] = dataSet.toSorted((a, b) => sizeOf(a) - sizeOf(b));
const target: Target = {
  serving: 'torchserve',
  protocol: 'rest',
  payload: 'tensor',
  encoding: 'raw',
};
const plan: CalibrationContext['plan'] = {
  ...recordedPlan([planMeasurement({ target, durationSeconds: 0.3 })], [target]),
  images,
  options: resolvePlanOptions({ seed: 1, durationSeconds: 0.3 }),
  settings: { processes: 1 },
};
/** The class that the delay engine gives every image. */
const RIGHT_CLASS = 281;

/** The result of 4 virtual users of a serving that takes 25 ms per request, slowed down by a factor. */
const measured = (factor: number): LoadResult =>
  loadResult(
    Array.from({ length: Math.round(20 / factor) }, () => 100 * factor),
    0.5,
  );

describe('The calibration', () => {
  let testBed: TestBed;
  let system: SystemUnderTest;
  let events: RunEvent[];

  const source = CLASSIFIER;

  beforeAll(async () => {
    system = await createLocalSystem({
      servings: [target.serving],
      servers: [],
      runtime: 'simulated',
      settings: {},
      model: source,
    });
    testBed = createTestBed(
      plan,
      { folder: newFolder(), servers: [], dataSetDir: imagesDir, source },
      system,
    );
    await testBed.middleware();
  });
  afterAll(() => testBed.stop());
  beforeEach(() => {
    events = [];
  });

  const check = (extra: Partial<CalibrationContext>) =>
    calibrate({
      plan,
      imagesDir,
      judge: createJudge(
        correctByClasses(
          { images, runtime: 'simulated' },
          { imagesDir, answers: new Map(), odd: undefined },
        ),
      ),
      testBed,
      emit: (event) => void events.push(event),
      signal: new AbortController().signal,
      ...extra,
    });

  it('goes through the whole rig', async () => {
    const calibration = await check({});

    expect(calibration).toMatchObject({ state: 'completed', target, virtualUsers: 4, delayMs: 25 });
    expect(calibration?.tries.length).toBeGreaterThanOrEqual(1);
    for (const { succeeded, failed, durationSeconds, minMs, ownMs } of calibration?.tries ?? []) {
      expect({ failed, durationSeconds }).toEqual({ failed: 0, durationSeconds: 0.5 });
      expect(succeeded).toBeGreaterThan(0);
      // Even on a busy machine, no answer is faster than the known latency.
      expect(minMs).toBeGreaterThan(24.9);
      expect(ownMs).toBeGreaterThan(0);
    }
    expect(events[0]).toEqual({
      event: 'preparing',
      what: 'calibrating with a known latency of 25 ms',
    });
  });

  it('is not made if the plan has no target', async () => {
    expect(await check({ plan: { ...plan, targets: [] } })).toBeUndefined();
    expect(events).toEqual([]);
  });

  describe('with scripted results of the load generator', () => {
    let jobs: LoadJob[];
    let results: LoadResult[];
    /** Starts nothing, because the serving is running. */
    let runningSystem: SystemUnderTest;

    beforeAll(async () => {
      const running = await system.startDelayed(target, 25, new AbortController().signal);
      runningSystem = { ...system, startDelayed: async () => running };
    });
    beforeEach(() => {
      jobs = [];
      results = [];
    });

    const scriptedLoad: RunLoad = async (job) => {
      jobs.push(job);
      const result = results.shift();
      if (result === undefined) throw new BenchError('BENCH_LOAD_FAILED', 'the engine is lost');
      return result;
    };
    const checkScripted = (
      parts: Partial<TestBed> = {},
      {
        run = scriptedLoad,
        ...extra
      }: Partial<CalibrationContext> & { readonly run?: RunLoad } = {},
    ) =>
      check({
        testBed: { ...testBed, system: runningSystem, load: { ...testBed.load, run }, ...parts },
        ...extra,
      });

    it('sends the smallest image as a measurement would, to the target of the plan', async () => {
      results = [measured(1)];
      const calibration = await checkScripted();

      expect(calibration?.tries).toHaveLength(1);
      expect(jobs).toHaveLength(1);
      expect(jobs[0]).toMatchObject({
        url: expect.stringMatching(/\/infer\/torchserve\?payload=tensor&encoding=raw$/) as string,
        images: [smallest],
        level: closed(4),
        durationSeconds: 0.5,
        expect: { pointer: '/top/0/class', values: images.map(() => RIGHT_CLASS) },
      });
    });

    it('is repeated if it was wrong, and the last try counts', async () => {
      results = [measured(1.5), measured(1.2), measured(1), measured(1)];
      const calibration = await checkScripted();

      expect(calibration?.state).toBe('completed');
      expect(calibration?.tries.map(({ meanMs }) => Math.round(meanMs))).toEqual([150, 120, 100]);
      expect(events).toMatchObject([
        { event: 'preparing' },
        { what: expect.stringMatching(/ 2 of 3$/) as string },
        { what: expect.stringMatching(/ 3 of 3$/) as string },
      ]);
    });

    it('has one user before a middleware that takes one request at a time', async () => {
      results = [measured(1)];
      const middleware = {
        processes: 1,
        restTimeoutMs: 5000,
        blockingServings: [target.serving],
        channelPerCallServings: [],
        imagesDrawnBy: 'middleware',
      } as const;
      const options = { ...resolvePlanOptions({ seed: 1 }), middleware };
      await checkScripted({}, { plan: { ...plan, options } });

      expect(jobs[0]).toMatchObject({
        level: closed(1),
        durationSeconds: 3,
        method: 'GET',
        expect: { drawn: { names: images.map(({ file }) => file) } },
      });
    });

    it('has a longer known latency if the rig needs more time for a large tensor', async () => {
      const answer = JSON.stringify({ top: [{ class: RIGHT_CLASS, score: 0.9 }] });
      const slow = await listenHttp((_, response) => {
        setTimeout(() => response.end(answer), 100);
      });
      results = [measured(1), measured(1), measured(1)];
      const delaysMs: number[] = [];
      const recordingSystem: SystemUnderTest = {
        ...runningSystem,
        startDelayed: async (serving, delayMs, signal) => {
          delaysMs.push(delayMs);
          return runningSystem.startDelayed(serving, delayMs, signal);
        },
      };
      const middleware = async () => ({ ...(await testBed.middleware()), url: slow.url });
      const largeTensors = { ...target, payload: 'tensors', encoding: 'binary' } as const;
      const calibration = await checkScripted(
        { system: recordingSystem, middleware },
        { plan: { ...plan, targets: [largeTensors] } },
      );

      expect(calibration?.delayMs).toBeGreaterThanOrEqual(2 * (100 - 25));
      expect(delaysMs).toEqual([25, calibration?.delayMs]);
      expect(events[1]).toMatchObject({
        what: expect.stringMatching(new RegExp(` ${calibration?.delayMs} ms.* \\d+ ms`)) as unknown,
      });
    });

    it('is recorded as failed, with earlier tries, if it cannot be made', async () => {
      results = [measured(2)];

      expect(await checkScripted()).toMatchObject({
        state: 'failed',
        tries: [{ durationSeconds: 0.5 }],
        reason: 'the engine is lost',
      });
    });

    it('has the round trip to a serving on another machine, before each try', async () => {
      results = [measured(1.5), measured(1)];
      const trips = [0.4, 0.3];
      const far: SystemUnderTest = {
        ...runningSystem,
        startDelayed: async (...args) => {
          const { urls, stop } = await runningSystem.startDelayed(...args);
          return {
            place: 'node',
            urls,
            stop,
            timeToReadyMs: 1,
            roundTripMs: async () => trips.shift() ?? NaN,
            inspect: () => Promise.reject(new Error('it is not inspected')),
            usedIn: async () => [],
            disturb: async () => 0,
          };
        },
      };
      const calibration = await checkScripted({ system: far });

      expect(calibration?.tries.map(({ roundTripMs }) => roundTripMs)).toEqual([0.4, 0.3]);
    });

    it('ends the run on errors that would also stop the next measurement', async () => {
      const lost = new BenchError('BENCH_NODE_LOST', 'the serving node is gone');
      const broken: SystemUnderTest = {
        ...runningSystem,
        startDelayed: () => Promise.reject(lost),
      };

      await expect(checkScripted({ system: broken })).rejects.toBe(lost);
    });

    it('ends with the run that is interrupted', async () => {
      const interrupt = new AbortController();
      const reason = new Error('interrupted');
      const interrupted: RunLoad = async (_job, _onEvent, signal) => {
        interrupt.abort(reason);
        signal.throwIfAborted();
        return measured(1);
      };

      await expect(checkScripted({}, { run: interrupted, signal: interrupt.signal })).rejects.toBe(
        reason,
      );
    });
  });
});
