import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { readRunFolder } from '../../lib/bench/results/run-folder.ts';
import { summarise } from '../../lib/bench/analysis/summarise.ts';
import { sum } from '../../lib/bench/stats/moments.ts';
import { measuredInStudy } from '../../serving-configs/index.ts';
import { words } from '../support/bench-cli.ts';
import { describedTwoByTwo } from '../support/described-model.ts';
import { isCompleted } from '../support/recorded-run.ts';
import { startEmulator, type Emulator } from './support/emulator.ts';
import { createOperator, mirrorK6, STUBS, type Operator } from './support/operator.ts';
import { statusOf, untilCompleted } from './support/run-status.ts';
import { successOf } from './support/success.ts';

/** A small part of the profile, since all servings and levels work alike. Each pair has one repeat. */
const SMALL_PLAN = words(
  `--servings ${measuredInStudy.slice(0, 2).join(',')} --scenarios cold,warm --levels 10 --repeats 2`,
);
/** Passed only to the CDK; all other commands read it from the stacks. */
const HOURS = ['-c', 'maxHours=11'] as const;
const MINUTE_MS = 60_000;

jest.setTimeout(15 * MINUTE_MS);

/**
 * The life of a deployment; each test depends on those before it. Region and instance types are not the default ones, and their
 * prices are not listed. The README's commands are tested in test/docker/serving-node.test.ts.
 */
describe('a deployment, from the first command to the last', () => {
  let emulator: Emulator;
  let operator: Operator;

  beforeAll(async () => {
    emulator = await startEmulator({ machines: true, stubs: STUBS });
    operator = await createOperator(emulator);
    await operator.configure({
      name: 'trial',
      region: 'eu-central-1',
      servingInstanceType: 'g5.xlarge',
      middlewareInstanceType: 'm7i.large',
      runtime: 'simulated',
      ...(await mirrorK6(emulator)),
    });
  });

  afterAll(async () => {
    await operator.leave();
    await emulator.stop();
  });

  it('bootstraps, and deploys nodes that their own scripts set up', async () => {
    successOf(await operator.cdk('bootstrap'));
    const { stderr } = successOf(await operator.deploy(...HOURS));

    expect(stderr).toMatch(/costs: .*lib\/aws\/prices\/prices\.json .*\beu-central-1\b/);
    const boots = await emulator.boots();
    expect(Object.fromEntries(boots.map(({ type, exitCode }) => [type, exitCode]))).toEqual({
      'g5.xlarge': 0,
      'm7i.large': 0,
    });
  });

  it('gets a second pair from a changed configuration, and keeps the first unchanged', async () => {
    const before = await emulator.machines();
    await operator.configure({ ...(await operator.configuration()), pairs: 2 });
    successOf(await operator.deploy(...HOURS));
    const after = await emulator.machines();

    expect(after).toHaveLength(before.length + 2);
    expect(after).toEqual(expect.arrayContaining([...before]));
  });

  it('is found in order by "npx serving-compare doctor"', async () => {
    const { stdout } = successOf(await operator.bench('doctor'));

    expect(stdout).not.toMatch(/^FAIL/m);
    expect(stdout.match(/(?<=^\? +)\S+/gm)).toEqual(['price']);
  });

  it('runs the profile quick on both pairs, shows its progress, and ends with a report', async () => {
    const run = operator.startBench(
      ...words('run --on aws --profile quick --run-id study'),
      ...SMALL_PLAN,
    );
    await untilCompleted(
      emulator,
      { runId: 'study' },
      (completed) => sum([...completed.values()]) >= 2,
      3 * MINUTE_MS,
    );
    const underway = await statusOf(operator, 'study');
    const table = await operator.bench('status', 'study');
    const refused = await operator.bench('run', '--on', 'aws', '--detach', '--run-id', 'another');
    const { code, stdout, stderr } = await run.ended;
    const results = join(operator.folder, 'results/study');
    const { plan, records } = await readRunFolder(results);
    const completed = records.filter(isCompleted);

    expect(underway).toMatchObject({ state: 'running' });
    expect(underway?.pairs).toHaveLength(2);
    expect(table.stdout).toMatch(/^\d+ of 12 measurements/m);
    expect(refused).toMatchObject({ code: 2 });
    expect(refused.stderr).toContain('study');
    // 1 is possible: on a shared machine the run may be INVALID.
    expect({ code: code === 0 || code === 1, stderr }).toMatchObject({ code: true });
    expect(plan.where).toBe('aws');
    expect(stderr).toContain('the nodes keep running; to remove them:');
    expect(stdout).toContain(join('results/study', 'report.html'));
    expect(new Set(completed.map(({ measurement }) => measurement.id)).size).toBe(12);
    expect(records.filter(({ kind }) => kind === 'measurement')).toEqual(completed);
    expect(new Set(completed.map(({ pair }) => pair))).toEqual(new Set([1, 2]));
    expect(existsSync(join(results, 'report.html'))).toBe(true);
    const calibrations = records.filter((record) => record.kind === 'calibration');
    expect(calibrations.map(({ pair, state }) => [pair, state])).toEqual([
      [1, 'completed'],
      [2, 'completed'],
    ]);
    for (const { roundTripMs, failed, minMs } of calibrations.flatMap(({ tries }) => tries)) {
      expect(failed).toBe(0);
      expect(minMs).toBeGreaterThan(24.9);
      expect(roundTripMs).toBeGreaterThan(0);
    }
    expect(new Set(completed.map(({ load }) => load.generator))).toEqual(new Set(['k6']));
    for (const { nodes, load } of completed) {
      expect(load.durationSeconds).toBe(1.8);
      expect(nodes).toEqual({
        serving: expect.objectContaining({
          cpuBusyShare: expect.any(Number),
          packetsOver: {},
          gpu: expect.objectContaining({
            utilisationMeanPercent: 37,
            memoryUsedMiB: 1024,
            smClockMeanMHz: 1590,
            smClockMinMHz: 1590,
            throttle: expect.objectContaining({
              faultSeconds: 0,
              secondsByReason: { 'sw-power-cap': expect.any(Number) },
            }),
          }),
        }),
        middleware: expect.not.objectContaining({ gpu: expect.anything() }),
      });
    }
  });

  it('compares servings with the operator’s own model, and every answer is correct', async () => {
    for (const { instance, type } of await emulator.boots()) {
      if (type === 'm7i.large') await emulator.onMachine(instance, 'touch /network-is-full');
    }
    const description = describedTwoByTwo(operator.folder);
    const { code, stderr } = await operator.bench(
      ...words('run --on aws --run-id own --scenarios warm --levels 2 --repeats 2 --duration 1s'),
      '--model',
      description,
    );
    const { records, plan } = await readRunFolder(join(operator.folder, 'results/own'));
    const checks = records.filter((record) => record.kind === 'answer-check');

    // 1 is possible: on a shared machine the run may be INVALID.
    expect({ code: code === 0 || code === 1, stderr }).toMatchObject({ code: true });
    expect(stderr).toMatch(/\b19 files\b/m);
    expect(plan.targets.map(({ serving }) => serving)).toContain('tfserving');
    expect(plan.model).toMatchObject({ name: 'two', checks: { sum: {}, twice: {} } });
    expect(plan.options).toMatchObject({ loadGenerator: 'embedded', payloads: ['tensors'] });
    expect(new Set(checks.map(({ engine, state }) => `${engine} ${state}`))).toEqual(
      new Set(['onnx passed', 'noop passed']),
    );
    const measurements = records.filter((record) => record.kind === 'measurement');
    expect(measurements.filter(({ state }) => state === 'failed')).toEqual([]);
    expect(new Set(measurements.map(({ pair }) => pair))).toEqual(new Set([1, 2]));
  });

  it('fails the results of a run in whose windows a node exceeded the allowance of its network, and no others', async () => {
    const [passing, failing] = await Promise.all(
      ['study', 'own'].map(async (runId) => {
        const { rows } = summarise(await readRunFolder(join(operator.folder, 'results', runId)));
        return rows
          .flatMap(({ checks = [] }) => checks)
          .filter(({ check }) => check === 'network-allowance');
      }),
    );

    expect(new Set(passing?.map(({ state }) => state))).toEqual(new Set(['passed']));
    expect(new Set(failing?.map(({ state }) => state))).toEqual(new Set(['failed']));
    expect(failing?.[0]?.facts).toEqual({
      over: [{ role: 'middleware', allowance: 'bandwidth-out', packets: expect.any(Number) }],
    });
  });

  it('lives longer when its deadline is moved', async () => {
    const before = (await operator.benchJson('status')) as { readonly deadline: string };
    expect(Date.parse(before.deadline) - Date.now()).toBeGreaterThan(10 * 3_600_000);
    successOf(await operator.bench('extend', '20h'));
    const after = (await operator.benchJson('status')) as { readonly deadline: string };

    expect(Date.parse(after.deadline) - Date.parse(before.deadline)).toBeGreaterThan(4 * 3_600_000);
  });

  it('cannot be destroyed while results are only in its bucket', async () => {
    const { code, stderr } = await operator.destroy();
    const left = await operator.bench('leftovers');
    const refused = await operator.bench('run', '--on', 'aws');
    const fetched = await operator.bench('fetch', 'study', '--output', 'again');

    expect(code).toBe(1);
    expect(stderr).toMatch(/\bbucket\b.*\bempty\b/i);
    expect(left.code).toBe(1);
    expect(left.stdout).toMatch(/^stack +trial-base +DELETE_FAILED.* npx serving-compare finish$/m);
    expect(refused.code).toBe(2);
    expect(refused.stderr).toMatch(/trial-base .*DELETE_FAILED/);
    expect({ ...fetched, code: fetched.code === 2 }).toMatchObject({ code: false });
  });

  it('is gone after fetch, delete and destroy, as "npx serving-compare leftovers" shows', async () => {
    await operator.bench('fetch', '--all', '--delete');
    successOf(await operator.destroy());
    const { stdout } = successOf(await operator.bench('leftovers'));

    expect(stdout).toBe('nothing is left of "trial" in eu-central-1\n');
    expect((await emulator.machines()).filter(({ running }) => running)).toEqual([]);
  });
});
