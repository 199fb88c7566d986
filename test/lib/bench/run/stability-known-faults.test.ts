import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import sharp from 'sharp';
import { CLASSIFIER } from '../../../../serving-configs/models/model.ts';
import { summarise } from '../../../../lib/bench/analysis/summarise.ts';
import { readRunFolder } from '../../../../lib/bench/results/run-folder.ts';
import { howEnded, startChild } from '../../../../lib/bench/run/child-process.ts';
import { askedModel } from '../../../../lib/bench/plan/planned-model.ts';
import { readOwnModel } from '../../../../lib/bench/model-file/read-model.ts';
import { makePlan, requestedOptions, SIMULATED_HERE } from '../../../../lib/bench/run/make-plan.ts';
import { prepareNewRun } from '../../../../lib/bench/run/prepare-run.ts';
import { runPlan } from '../../../../lib/bench/run/run-plan.ts';
import type { RunningServing } from '../../../../lib/bench/run/servings/runtime.ts';
import { localProcesses } from '../../../../lib/bench/run/servings/processes.ts';
import {
  createLocalSystem,
  type SystemUnderTest,
} from '../../../../lib/bench/run/servings/system-under-test.ts';
import { isTested, type FaultResult } from '../../../../lib/bench/stability/summary.ts';
import { newFolder } from '../../../support/temporary-folder.ts';

const servingWithFaults = resolve(import.meta.dirname, '../../../support/known-faults-serving.ts');

/** Half of it follows the burst, long enough for the serving to recover. The plan's window is longer. */
const BURST_WINDOW_SECONDS = 12;

const emit = (): void => undefined;

/** A system that runs the serving with known faults instead of the simulated Flask. Calibration still uses the simulated server. */
const systemWithFaults = async (): Promise<SystemUnderTest> => {
  const simulated = await createLocalSystem({
    servings: ['flask'],
    servers: [],
    runtime: 'simulated',
    settings: {},
    model: CLASSIFIER,
  });
  const url = simulated.urls.flask?.rest ?? '';
  let running: RunningServing | undefined;
  const stop = async (): Promise<void> => {
    await running?.stop();
    running = undefined;
    await simulated.stop();
  };
  return {
    ...simulated,
    running: (serving) => running ?? simulated.running(serving),
    stop,
    start: async () => {
      await stop();
      const child = startChild(servingWithFaults, [new URL(url).port]);
      while ((await fetch(url).catch(() => undefined)) === undefined) await sleep(20);
      running = {
        place: 'local',
        urls: { rest: url },
        timeToReadyMs: 1,
        ended: howEnded(child).then((how) => ({ code: 'BENCH_SERVING_DIED', how })),
        use: () => undefined,
        idleCpuShare: async () => undefined,
        processes: localProcesses(child.pid, true),
        stop: () => child.stop(),
      };
      return running;
    },
  };
};

describe('A test of stability', () => {
  it('detects exactly the faults of a serving with known faults', async () => {
    const folder = join(newFolder(), 'run');
    const { signal } = new AbortController();
    // A small image, so that memory grows only by the known leak.
    const photos = newFolder();
    await sharp('k6/images/cat.jpg').resize(160).jpeg().toFile(join(photos, 'cat.jpg'));
    const options = requestedOptions({
      profile: 'stability',
      servings: ['flask'],
      payloads: ['image'],
      engine: 'noop',
      levels: [{ loop: 'closed', virtualUsers: 32 }],
      repeats: 1,
      durationSeconds: 1,
      warmupSeconds: 0.5,
      faults: ['image-truncated', 'image-empty', 'image-text', 'burst', 'kill-worker'],
      seed: 1,
    });
    const model = await readOwnModel();
    const planned = makePlan(
      {
        ...options,
        model: askedModel(model),
        host: { where: 'local', runtime: 'simulated' },
        settings: { imagesDir: photos },
      },
      SIMULATED_HERE,
    );
    const prepared = await prepareNewRun(
      { folder, planned, inputs: { kind: 'description', model } },
      { emit, signal },
    );
    const { plan, release, ...inputs } = prepared;
    const system = await systemWithFaults();
    await runPlan({
      ...inputs,
      plan,
      emit,
      signal,
      share: {
        origin: { pair: 1 },
        repeats: [1],
        measurements: plan.measurements.map((measurement) =>
          measurement.stability === 'burst'
            ? { ...measurement, durationSeconds: BURST_WINDOW_SECONDS }
            : measurement,
        ),
        searches: [],
        system,
        describeEnvironment: async (known) => known,
      },
    });
    await release();
    const [target] = summarise(await readRunFolder(folder)).stability?.targets ?? [];
    const found = new Map(target?.results.filter(isTested).map((result) => [result.fault, result]));
    const on = (fault: FaultResult['fault']): Partial<FaultResult> => found.get(fault) ?? {};
    /** A busy machine may add late answers to any fault, but none of the other effects. */
    const exceptTimes = (fault: FaultResult['fault']) =>
      on(fault).beyond?.filter((aspect) => aspect !== 'p99Ratio' && aspect !== 'recoverySeconds');

    expect([...found.keys()]).toHaveLength(6);
    expect(on('image-truncated')).toMatchObject({ verdict: 'died' });
    expect(on('kill-worker')).toMatchObject({ verdict: 'died' });
    expect(on('image-text')).toMatchObject({
      verdict: 'degraded',
      failedShare: 0,
      answers: [{ answer: '400' }],
    });
    expect(exceptTimes('image-text')).toEqual(['memoryGainedMiB']);
    expect(on('image-text').memoryGainedMiB).toBeGreaterThan(12);
    // The heap may grow, too.
    expect(on('image-text').memoryGainedMiB).toBeLessThan(100);
    expect(on('image-empty')).toMatchObject({ failedShare: 0 });
    expect(exceptTimes('image-empty')).toEqual([]);
    expect(on('burst')).toMatchObject({
      verdict: 'degraded',
      // A burst may also enlarge the heap.
      beyond: expect.arrayContaining(['p99Ratio', 'recoverySeconds']) as unknown,
      failedShare: 0,
    });
    expect(on('burst').recoverySeconds).toBeGreaterThan(1.2);
    expect(on('burst').recoverySeconds).toBeLessThan(BURST_WINDOW_SECONDS / 2);
    expect(target?.counts).toMatchObject({ failed: 0, died: 2 });
  });
});
