import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { runKeys } from '../../../lib/deployment/run-keys.ts';
import { readRunFolder } from '../../../lib/bench/results/run-folder.ts';
import { untilAlone } from '../../support/bench-cli.ts';
import { useTemporaryFolders } from '../../support/temporary-folder.ts';
import type { Emulator } from '../support/emulator.ts';
import type { NodePair } from './node-pair.ts';
import { plan } from './plans.ts';
import { measurementsIn, calibrationsOf, statusIn } from './run-state.ts';
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

describe('a bucket that refuses the results', () => {
  it('is named at the end with where they are, and gets them from the next start', async () => {
    const runId = 'refused';
    const folder = join(newFolder(), 'run');
    await emulator.control('s3fail', {
      key: `${runId}/pair-1/results`,
      action: 'PutObject',
      status: 403,
      code: 'AccessDenied',
    });
    const args = ['--run-id', runId, ...plan, '--repeats', '1', '--output', folder];
    const bench = pair.startRun(args);

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
