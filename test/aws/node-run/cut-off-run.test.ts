import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { RunRequest } from '../../../lib/bench/aws/run-request.ts';
import { createAws } from '../../../lib/bench/aws/clients.ts';
import { runKeys } from '../../../lib/aws/contract/run-keys.ts';
import { readRunFolder } from '../../../lib/bench/results/run-folder.ts';
import { untilAlone } from '../../support/bench-cli.ts';
import { measurementsIn } from '../../support/measurements-in.ts';
import { sendTwoByTwo } from '../../support/sent-model.ts';
import { requestedRun } from '../../support/requested-run.ts';
import { newFolder } from '../../support/temporary-folder.ts';
import { BUCKET } from './node-pair.ts';
import { plan } from './plans.ts';
import { calibrationsOf, statusIn } from './run-state.ts';
import { useNodePair, type EmulatedPair } from './use-node-pair.ts';

let emulated: EmulatedPair;
useNodePair((created) => {
  emulated = created;
});

/** Kills a runner in its second measurement, when the first one and the checks before it are in the bucket. */
const killInSecondMeasurement = async (
  runId: string,
  options: string,
  folder: string,
): Promise<void> => {
  const bench = emulated.pair.startRun(runId, options, { folder });
  while (!(await emulated.pair.text(runKeys.results(runId, 1))).includes('"kind":"measurement"')) {
    expect([bench.child.exitCode, bench.stderr()]).toEqual([null, expect.any(String)]);
    await sleep(50);
  }
  bench.child.kill('SIGKILL');
  await bench.ended;
  await untilAlone(bench);
};

const twoMeasurements = `${plan} --repeats 1 --duration 3s`;

describe('a runner that was killed in the middle of a measurement', () => {
  it('continues at its first unfinished measurement, even on a new node, and loses none', async () => {
    const { pair } = emulated;
    const folder = join(newFolder(), 'run');
    await killInSecondMeasurement('killed', twoMeasurements, folder);
    const [finished] = await measurementsIn(folder);
    rmSync(folder, { recursive: true });

    const env = { SC_INSTANCE_ID: 'i-0000000000000000b' };
    const again = pair.startRun('killed', twoMeasurements, { folder, env });

    expect([await again.ended, again.stderr()]).toEqual([
      0,
      expect.stringContaining('resumed: 1 of 2'),
    ]);
    const measurements = await measurementsIn(folder);
    expect(measurements.map(({ state }) => state)).toEqual(['completed', 'completed']);
    expect(measurements[0]).toEqual(finished);
    expect(statusIn(folder)).toMatchObject({
      state: 'completed',
      measurements: { completed: 2 },
    });
    const { environment, records } = await readRunFolder(folder);
    expect(environment.aws?.pairs.map(({ middleware }) => middleware.instanceId)).toEqual([
      pair.middlewareInstance,
      'i-0000000000000000b',
    ]);
    // A new node calibrates again; the calibration of the first one is kept.
    expect(calibrationsOf(records).map(({ state }) => state)).toEqual(['completed', 'completed']);
  });

  it('continues with the same user’s model, and every answer is correct', async () => {
    const { emulator, pair, servingNode } = emulated;
    Object.assign(process.env, emulator.env);
    const aws = createAws('us-east-1');
    const { sums, model, settings } = await sendTwoByTwo(aws, BUCKET, 'own').finally(aws.close);
    const run = requestedRun('own', {}, [1]);
    const options = {
      scenarios: ['warm'],
      levels: [
        { loop: 'open', ratePerSecond: 20, arrivals: 'constant' },
        { loop: 'open', ratePerSecond: 40, arrivals: 'constant' },
      ],
      warmupSeconds: 0,
      bypassSeconds: 0,
      repeats: 1,
      noopLimits: 'none',
      durationSeconds: 3,
    } as const;
    const request: RunRequest = {
      ...run,
      model: { kind: 'sent', sums },
      plan: {
        ...run.plan,
        servings: { kind: 'named', ids: ['triton_onnx'] },
        options,
        model,
        settings: { ...settings, processes: 1 },
      },
    };
    await pair.put(runKeys.request('own'), request);
    const folder = join(newFolder(), 'run');
    servingNode.takeModelFrom(join(folder, 'model'));
    await killInSecondMeasurement('own', '', folder);
    rmSync(folder, { recursive: true });

    const again = pair.startRun('own', '', { folder });
    expect([await again.ended, again.stderr()]).toEqual([
      0,
      expect.stringMatching(/resumed: [1-9]/),
    ]);
    const { plan: planned, records } = await readRunFolder(folder);
    expect(planned.model).toMatchObject({ kind: 'given', name: 'two' });
    expect(planned.settings.model).toMatch(/own\.json$/);
    const checks = records.filter((record) => record.kind === 'answer-check');
    const measurements = records.filter((record) => record.kind === 'measurement');
    expect(new Set(checks.map(({ state }) => state))).toEqual(new Set(['passed']));
    expect(new Set(measurements.map(({ state }) => state))).toEqual(new Set(['completed']));
  });
});

describe('a runner without options', () => {
  it('measures what the request in the bucket asks of its pair', async () => {
    const { pair } = emulated;
    const options = {
      scenarios: ['warm'],
      engine: 'noop',
      levels: [{ loop: 'open', ratePerSecond: 20, arrivals: 'constant' }],
      warmupSeconds: 0,
      bypassSeconds: 0,
      repeats: 3,
      durationSeconds: 0.4,
    } as const;
    const request = requestedRun('asked', options, [1, 2]);
    await pair.put(runKeys.request('asked'), request);
    const bench = pair.startRun('asked', '');

    expect([await bench.ended, bench.stderr()]).toEqual([0, expect.any(String)]);
    const measurements = await measurementsIn(bench.folder);
    expect(measurements.map(({ measurement }) => measurement.repeat)).toEqual([1, 3]);
  });

  it.each([
    ['BENCH_NO_REPEAT', 'of other pairs', { repeats: { 2: [1] } }],
    ['BENCH_FORMAT', 'of another version', { format: 1 }],
  ])('ends with %s at a request %s', async (code, _, change) => {
    const { pair } = emulated;
    const runId = code.toLowerCase().replaceAll('_', '-');
    await pair.put(runKeys.request(runId), { ...requestedRun(runId, {}, [1]), ...change });
    const bench = pair.startRun(runId, '');

    expect(await bench.ended).toBe(2);
    expect(await pair.object(runKeys.status(runId, 1))).toMatchObject({ state: 'failed' });
    expect(bench.stderr()).toContain(code === 'BENCH_FORMAT' ? 'another version' : 'not for 1');
  });
});

describe('a runner whose nodes end with the run', () => {
  it('ends the serving node and requests the end of its own, even if the logs cannot be collected', async () => {
    const { emulator, pair } = emulated;
    const env = { SC_RUN_END_NODES: 'true' };
    const bench = pair.startRun('ending', `${plan} --repeats 1`, { env });

    expect(await bench.ended).toBe(0);
    // The scripts of a node are not installed on this machine.
    expect(bench.stderr()).toMatch(/\blogs\b.*\bbucket: /);
    expect((await emulator.commands()).at(-1)).toMatchObject({ document: 'test-EndNode' });
    expect(existsSync(join(bench.folder, 'end-node'))).toBe(true);
    expect(await pair.object(runKeys.status('ending', 1))).toMatchObject({ state: 'completed' });
  });
});

describe('a bucket that refuses the results', () => {
  it('is named at the end with the place of the results, and gets them at the next start', async () => {
    const { emulator, pair } = emulated;
    const runId = 'refused';
    await emulator.control('s3fail', {
      key: `${runId}/pair-1/results`,
      action: 'PutObject',
      status: 403,
      code: 'AccessDenied',
    });
    const bench = pair.startRun(runId, `${plan} --repeats 1`);
    const { folder } = bench;

    expect(await bench.ended).toBe(1);
    expect(bench.stderr()).toMatch(/error: results\.jsonl .*\bbucket: /);
    expect(await pair.object(runKeys.status(runId, 1))).toMatchObject({
      state: 'failed',
      message: expect.stringContaining('results.jsonl ') as string,
      measurements: { completed: 2 },
    });
    await emulator.control('s3fail', []);
    const again = pair.startRun(runId, `${plan} --repeats 1`, { folder });

    expect(await again.ended).toBe(0);
    expect(await pair.text(runKeys.results(runId, 1))).toBe(
      readFileSync(join(folder, 'results.jsonl'), 'utf8'),
    );
    expect(statusIn(folder)).toMatchObject({ state: 'completed' });
  });
});
