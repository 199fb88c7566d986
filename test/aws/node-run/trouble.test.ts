import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { summarise } from '../../../lib/bench/analysis/summarise.ts';
import { readRunFolder } from '../../../lib/bench/results/run-folder.ts';
import { runKeys } from '../../../lib/aws/contract/run-keys.ts';
import { untilAlone } from '../../support/bench-cli.ts';
import { measurementsIn } from '../../support/measurements-in.ts';
import { newFolder } from '../../support/temporary-folder.ts';
import type { Emulator } from '../support/emulator.ts';
import type { NodePair } from './node-pair.ts';
import { plan, long } from './plans.ts';
import { statusIn, linesIn, untilMeasuring } from './run-state.ts';
import { LAST_LINES, type ServingNode } from './serving-node.ts';
import { useNodePair } from './use-node-pair.ts';

let emulator: Emulator;
let servingNode: ServingNode;
let pair: NodePair;
useNodePair((created) => {
  ({ emulator, servingNode, pair } = created);
});

/** `TimeoutStopSec` of its unit. */
const TIMEOUT_STOP_MS = 90_000;

/** Options of short tests with few requests. */
const small = '--servings tfserving --payloads tensor --engine noop --levels 1 --processes 1';
const stability = `${small} --profile stability --duration 1s`;

/** What the stability tests of a run found. */
const faultsIn = async (folder: string) =>
  (await measurementsIn(folder)).flatMap((record) =>
    record.state === 'completed' && record.stability?.kind === 'fault' ? [record.stability] : [],
  );

describe('a serving node in trouble', () => {
  it('fails only the measurement in which the serving died, with its last lines', async () => {
    // SSM does this occasionally.
    await emulator.set({ lag: 0.4, throttle: 'ssm:SendCommand:1,ssm:GetCommandInvocation:2' });
    const bench = pair.startRun('died', `${plan} --repeats 1 --duration 2s`);
    await untilMeasuring(bench);
    servingNode.killServing();

    expect(await bench.ended).toBe(1);
    const measurements = await measurementsIn(bench.folder);
    expect(measurements.map(({ state }) => state)).toEqual(['failed', 'completed']);
    expect(measurements[0]).toMatchObject({
      code: 'BENCH_SERVING_DIED',
      message: expect.stringContaining(LAST_LINES) as string,
    });
    expect(statusIn(bench.folder)).toMatchObject({
      state: 'completed',
      measurements: { completed: 1, failed: 1 },
    });
  });

  it('is found dead by a stability test, whose next fault gets a new one', async () => {
    const bench = pair.startRun('faults', `${stability} --faults disconnect --repeats 1`);
    const { folder } = bench;
    await bench.until(() => linesIn(folder, 'measurement') === 1);
    await bench.until(() => existsSync(join(folder, 'samples')) && isUnderWay(folder));
    servingNode.killServing();

    await bench.ended;
    const tests = await faultsIn(folder);
    expect(tests.map(({ fault }) => fault)).toEqual(['nothing', 'disconnect']);
    expect(tests[0]?.ended).toContain(LAST_LINES);
    expect(tests[1]).toMatchObject({
      answersAgain: true,
      during: { failed: 0 },
      // From the serving node, at the end of the first and of the last part.
      memoryMiB: { before: 1000, after: 1015 },
    });
    expect(tests[1]?.ended).toBeUndefined();
  });

  it('has its processes paused and killed in a stability test, and is judged from the actual moment of the fault', async () => {
    const faults = '--faults kill-worker,pause-worker --repeats 1';
    const bench = pair.startRun('worker', `${stability} ${faults}`);

    await bench.ended;
    const tests = await faultsIn(bench.folder);
    expect(tests.map(({ fault }) => fault)).toEqual(['nothing', 'kill-worker', 'pause-worker']);
    const [, killed, paused] = tests;
    expect(paused).toMatchObject({ answersAgain: true, before: { failed: 0 } });
    // Requests in flight when the pause of one second began were answered after it, and do not count as before it.
    expect(paused?.before.p99Ms).toBeLessThan(900);
    expect(paused?.during.p99Ms).toBeGreaterThan(600);
    expect(killed?.ended).toContain(LAST_LINES);
    expect(killed?.before.failed).toBe(0);
    expect(killed?.during.failed).toBeGreaterThan(0);
  });

  it('reports the course of its memory and of its GPU’s memory in a soak', async () => {
    const bench = pair.startRun('soak', `${small} --profile soak --duration 3s`);

    await bench.ended;
    const summary = summarise(await readRunFolder(bench.folder));
    const trends = summary.stability?.soaks[0]?.trends.filter(({ figure }) =>
      /memory/i.test(figure),
    );
    expect(trends).toMatchObject([
      { figure: 'memoryMiB', verdict: 'grows' },
      { figure: 'gpuMemoryMiB', verdict: 'grows' },
    ]);
    // The end of the line through 60 parts, each 5 MiB above the last.
    expect(trends?.map(({ to }) => Math.round(to))).toEqual([1295, 2590]);
  });

  it('fails a measurement whose command hangs past its time limit', async () => {
    const bench = pair.startRun('hangs', `${plan} --repeats 1 --duration 2s`);
    await untilMeasuring(bench);
    // The next inspection follows the measurement; SSM reports that it killed the script.
    await emulator.control('commands', {
      document: 'InspectServing',
      status: 'TimedOut',
      statusDetails: 'ExecutionTimedOut',
      responseCode: 137,
      stderr: 'stuck',
      times: 1,
    });

    expect(await bench.ended).toBe(1);
    const [hung, next] = await measurementsIn(bench.folder);
    expect(hung).toMatchObject({
      state: 'failed',
      code: 'BENCH_COMMAND_TIMED_OUT',
      message: expect.stringMatching(/InspectServing.*stuck/s) as string,
    });
    expect(next).toMatchObject({ state: 'completed' });
  });

  it('ends the run if no command reaches it, and leaves its measurements to other pairs', async () => {
    await emulator.set({ agentLost: pair.servingInstance, timeScale: 0.01 });
    const bench = pair.startRun('lost', plan);

    expect(await bench.ended).toBe(2);
    expect(bench.stderr()).toMatch(
      new RegExp(`error: .*${pair.servingInstance} .*InspectServing \\(DeliveryTimedOut\\)`),
    );
    expect(linesIn(bench.folder, 'measurement')).toBe(0);
    expect(await pair.object(runKeys.status('lost', 1))).toMatchObject({ state: 'failed' });
  });

  it('ends the run at once if the role may not send commands, and names the missing permission', async () => {
    await emulator.set({ deny: 'ssm:SendCommand' });
    const bench = pair.startRun('denied', plan);

    expect(await bench.ended).toBe(2);
    expect(bench.stderr()).toMatch(/^error: .*ssm:SendCommand/m);
    expect(bench.stderr()).toMatch(/^hint: .*\bmiddleware\b/m);
  });
});

/** Whether the first stability test, without a fault, is running. */
const isUnderWay = (folder: string): boolean => /with nothing/.test(statusIn(folder).running ?? '');

/** Stops a runner in the middle of a measurement and returns how many milliseconds it took to end. */
const stopped = async (runId: string, folder: string): Promise<number> => {
  const bench = pair.startRun(runId, long, { folder });
  await untilMeasuring(bench);
  const at = performance.now();
  bench.child.kill('SIGTERM');
  expect(await bench.ended).toBe(130);
  await untilAlone(bench);
  return performance.now() - at;
};

describe('a runner that is stopped', () => {
  it('ends as interrupted before systemd would kill it, without a record of the running measurement', async () => {
    const folder = join(newFolder(), 'run');

    expect(await stopped('stopped', folder)).toBeLessThan(TIMEOUT_STOP_MS);
    expect(linesIn(folder, 'measurement')).toBe(0);
    expect(await pair.object(runKeys.status('stopped', 1))).toMatchObject({ state: 'interrupted' });
    expect(servingNode.hasServing()).toBe(false);
  });

  it('ends as cancelled if the operator cancelled the run', async () => {
    const folder = join(newFolder(), 'run');
    mkdirSync(folder);
    writeFileSync(join(folder, 'cancelled'), '');
    await stopped('cancelled', folder);

    expect(await pair.object(runKeys.status('cancelled', 1))).toMatchObject({ state: 'cancelled' });
  });

  it('shares its folder with no other runner', async () => {
    const bench = pair.startRun('alone', long);
    await untilMeasuring(bench);
    // A second runner of the same run must not disturb the first.
    const other = pair.startRun('alone', long, { folder: bench.folder });
    expect([await other.ended, other.stderr()]).toEqual([
      2,
      expect.stringMatching(new RegExp(`^error: process ${bench.child.pid} `, 'm')),
    ]);
    expect(await pair.object(runKeys.status('alone', 1))).toMatchObject({
      state: 'running',
      starts: 1,
    });
    bench.child.kill('SIGTERM');
    expect(await bench.ended).toBe(130);
  });
});

describe('a share of a plan', () => {
  it('is refused if another pair measures another plan', async () => {
    await pair.put(runKeys.plan('mixed', 2), { hash: 'another' });
    await pair.put(runKeys.results('mixed', 2), {});
    const bench = pair.startRun('mixed', `${plan} --pairs 1,2`);

    expect(await bench.ended).toBe(2);
    expect(bench.stderr()).toMatch(/pair 2 .*\banother\b.* pair 1 /);
  });

  it.each(['false', 'true'])('ends its nodes if it fails and nobody watches: %s', async (asked) => {
    await pair.put(runKeys.plan(`ends-${asked}`, 2), { hash: 'another' });
    await pair.put(runKeys.results(`ends-${asked}`, 2), {});
    const env = { SC_RUN_END_NODES: asked };
    const bench = pair.startRun(`ends-${asked}`, `${plan} --pairs 1,2`, { env });

    expect(await bench.ended).toBe(2);
    // run-ended.sh ends the middleware node if the file exists.
    expect(existsSync(join(bench.folder, 'end-node'))).toBe(asked === 'true');
    const sent = (await emulator.commands()).map(({ document }) => document);
    expect(sent.includes('test-EndNode')).toBe(asked === 'true');
    expect(await pair.object(runKeys.status(`ends-${asked}`, 1))).toMatchObject({
      state: 'failed',
    });
  });
});

describe('a node that cannot see what is in the bucket', () => {
  it('does not begin the run again', async () => {
    await emulator.set({ deny: 's3:ListObjectsV2' });
    const bench = pair.startRun('blind', plan);

    expect(await bench.ended).toBe(2);
    expect(bench.stderr()).toContain('s3:ListBucket');
  });
});
