import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { runKeys } from '../../../lib/deployment/run-keys.ts';
import { readRunFolder } from '../../../lib/bench/results/run-folder.ts';
import { untilAlone, words, type BenchProcess } from '../../support/bench-cli.ts';
import { useTemporaryFolders } from '../../support/temporary-folder.ts';
import type { Emulator } from '../support/emulator.ts';
import type { NodePair } from './node-pair.ts';
import { quick, plan } from './plans.ts';
import { measurementsIn, calibrationsOf, statusIn, linesIn } from './run-state.ts';
import { useNodePair } from './use-node-pair.ts';

jest.setTimeout(180_000);

const newFolder = useTemporaryFolders();
const resultsIn = (folder: string): string => readFileSync(join(folder, 'results.jsonl'), 'utf8');
let emulator: Emulator;
let pair: NodePair;
useNodePair((made) => {
  ({ emulator, pair } = made);
});

describe('a runner that was killed in the middle of a measurement', () => {
  it('goes on at its first unfinished measurement, on a new node too, and loses none', async () => {
    const runId = 'killed';
    const folder = join(newFolder(), 'run');
    const args = [
      '--run-id',
      runId,
      ...plan,
      '--repeats',
      '1',
      '--duration',
      '3s',
      '--output',
      folder,
    ];
    const bench = pair.startRun(args);
    // The first measurement and the checks before it are in the bucket; the second measurement takes a while.
    while (!(await pair.text(runKeys.results(runId, 1))).includes('"kind":"measurement"')) {
      expect([bench.child.exitCode, bench.stderr()]).toEqual([null, expect.any(String)]);
      await sleep(50);
    }
    bench.child.kill('SIGKILL');
    await bench.ended;
    await untilAlone(bench);
    const [finished] = await measurementsIn(folder);
    rmSync(folder, { recursive: true });

    const again = pair.startRun(args, { env: { SC_INSTANCE_ID: 'i-0000000000000000b' } });

    expect([await again.ended, again.stderr()]).toEqual([
      0,
      expect.stringContaining('resumed: 1 of 2'),
    ]);
    const measurements = await measurementsIn(folder);
    expect(measurements.map(({ state }) => state)).toEqual(['completed', 'completed']);
    expect(measurements[0]).toEqual(finished);
    expect(statusIn(folder)).toMatchObject({
      state: 'completed',
      starts: 2,
      measurements: { completed: 2 },
    });
    const { environment, records } = await readRunFolder(folder);
    expect(environment.aws?.pairs.map(({ middleware }) => middleware.instanceId)).toEqual([
      pair.middlewareInstance,
      'i-0000000000000000b',
    ]);
    // Another node is another rig; the check of the first is not lost.
    expect(calibrationsOf(records).map(({ state }) => state)).toEqual(['completed', 'completed']);
  });
});

describe('searches for a rate', () => {
  it('go on at the trial at which their runner was killed', async () => {
    const runId = 'searched';
    const folder = join(newFolder(), 'run');
    // Rates and windows that hold enough requests for a p99 on a busy machine too: else a search tries none.
    const load = words(
      '--payloads image --repeats 1 --levels 1,8 --warmup 0.5s --duration 4s --timeout 5s',
    );
    const searched = ['--profile', 'slo', '--slo-p99', '3000ms,4000ms', ...quick, ...load];
    const args = ['--run-id', runId, '--output', folder, ...searched];
    const untilMeasurements = async (bench: BenchProcess, most: number): Promise<void> => {
      while (linesIn(folder, 'measurement') < most) {
        expect([bench.child.exitCode, bench.stderr()]).toEqual([null, expect.any(String)]);
        await sleep(50);
      }
      bench.child.kill('SIGKILL');
      await bench.ended;
      await untilAlone(bench);
    };
    // The two measurements that tell where to begin, and the first trial.
    await untilMeasurements(pair.startRun(args), 3);
    const again = pair.startRun(args);
    // How a search ends is tested where it takes less time than on two nodes that share a machine.
    await untilMeasurements(again, 4);

    const measurements = (await measurementsIn(folder)).map(({ measurement }) => measurement);
    expect(measurements.map(({ level }) => level.loop).slice(1, 4)).toEqual([
      'closed',
      'open',
      'open',
    ]);
    expect(new Set(measurements.map(({ id }) => id)).size).toBe(measurements.length);
    expect(again.stderr()).toContain(
      'pair 1 measures the repeats 1: 2 of 2 measurements and 2 of 2 searches',
    );
  });
});

/** The bucket takes the results of a run only after so many tries. */
const refuseResults = async (runId: string, times: number): Promise<void> => {
  await emulator.control('s3fail', {
    key: `${runId}/pair-1/results`,
    action: 'PutObject',
    status: 403,
    code: 'AccessDenied',
    times,
  });
};

describe('a bucket that refuses an object', () => {
  it('gets it with a later measurement, and the run goes on meanwhile', async () => {
    const runId = 'refused-once';
    const folder = join(newFolder(), 'run');
    await refuseResults(runId, 1);
    const bench = pair.startRun(['--run-id', runId, ...plan, '--repeats', '1', '--output', folder]);

    expect([await bench.ended, bench.stderr()]).toEqual([
      0,
      expect.stringContaining('results.jsonl is not in the bucket: '),
    ]);
    expect(await pair.text(runKeys.results(runId, 1))).toBe(resultsIn(folder));
  });

  it('is named at the end with what it lacks and where that lies, and gets it from the next start', async () => {
    const runId = 'refused';
    const folder = join(newFolder(), 'run');
    await refuseResults(runId, 1000);
    const args = ['--run-id', runId, ...plan, '--repeats', '1', '--output', folder];
    const bench = pair.startRun([...args, '--upload-timeout', '2s']);

    expect(await bench.ended).toBe(1);
    expect(bench.stderr()).toContain('error: results.jsonl is not in the bucket: ');
    expect(await pair.object(runKeys.status(runId, 1))).toMatchObject({
      state: 'failed',
      message: expect.stringContaining('results.jsonl is not in the bucket') as string,
      measurements: { completed: 2 },
    });
    await emulator.control('s3fail', []);
    const again = pair.startRun(args);

    expect(await again.ended).toBe(0);
    expect(await pair.text(runKeys.results(runId, 1))).toBe(resultsIn(folder));
    expect(statusIn(folder)).toMatchObject({ state: 'completed' });
  });
});
