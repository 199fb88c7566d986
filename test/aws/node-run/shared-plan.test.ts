import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { calibrationCheck } from '../../../lib/bench/analysis/checks/calibration.ts';
import { runKeys } from '../../../lib/deployment/run-keys.ts';
import { mergeRuns } from '../../../lib/bench/aws/merge-runs.ts';
import { readRunFolder } from '../../../lib/bench/results/run-folder.ts';
import { untilAlone } from '../../support/bench-cli.ts';
import { useTemporaryFolders } from '../../support/temporary-folder.ts';
import type { Emulator } from '../support/emulator.ts';
import type { NodePair } from './node-pair.ts';
import { plan } from './plans.ts';
import { measurementsIn, calibrationsOf, demandSuccess } from './run-state.ts';
import { useNodePair } from './use-node-pair.ts';

jest.setTimeout(180_000);

const newFolder = useTemporaryFolders();
let emulator: Emulator;
let pair: NodePair;
useNodePair((made) => {
  ({ emulator, pair } = made);
});

describe('two runners that share a plan', () => {
  const folders = [1, 2].map(() => join(newFolder(), 'run'));
  const runId = 'shared';
  const sharedPlan = [...plan, '--bypass', '1s'];

  it('measure each its own repeat, and put every record into the bucket', async () => {
    await emulator.set({ lag: 0.4, throttle: 'ssm:SendCommand:1,ssm:GetCommandInvocation:2' });
    for (const [index, folder] of folders.entries()) {
      const bench = pair.startRun(
        ['--run-id', runId, '--pairs', '1,2', ...sharedPlan, '--output', folder],
        { pair: index + 1, env: { SC_RUN_END_NODES: String(index === 1) } },
      );
      await demandSuccess(bench);
      await untilAlone(bench);
    }

    for (const [index, folder] of folders.entries()) {
      const number = index + 1;
      const { environment, records } = await readRunFolder(folder);
      const measurements = await measurementsIn(folder);
      expect(
        measurements.map(({ state, measurement, pair: by }) => [state, measurement.repeat, by]),
      ).toEqual([
        ['completed', number, number],
        ['completed', number, number],
      ]);
      expect(environment).toMatchObject({
        where: 'aws',
        commit: { hash: 'c'.repeat(40) },
        aws: {
          deployment: 'test',
          region: 'us-east-1',
          images: {},
          pairs: [
            {
              pair: number,
              pricePerHourUsd: 0.72,
              serving: { instanceId: pair.servingInstance, instanceType: 'g4dn.xlarge' },
              middleware: { instanceId: pair.middlewareInstance, instanceType: 'c5.xlarge' },
            },
          ],
        },
      });
      expect(records.map(({ kind }) => kind)).toEqual([
        'calibration',
        'answer-check',
        'measurement',
        'measurement',
      ]);
      expect(records[0]).toMatchObject({
        state: 'completed',
        pair: number,
        delayMs: 25,
        virtualUsers: 4,
      });
      const prefix = runKeys.pair(runId, number);
      expect(await pair.keys(prefix)).toEqual([
        'environment.json',
        'plan.json',
        'results.jsonl',
        ...measurements
          .map(({ measurement }) => `samples/${measurement.id.replaceAll('/', '_')}.csv.gz`)
          .toSorted(),
        'status.json',
      ]);
      expect(await pair.object(runKeys.status(runId, number))).toMatchObject({
        state: 'completed',
        measurements: { total: 2, completed: 2, failed: 0 },
        secondsLeft: 0,
        starts: 1,
      });
    }
  });

  it('end the nodes of a pair where that was asked for, and not before all is in the bucket', async () => {
    const ended = (await emulator.commands()).filter(({ document }) => document === 'test-EndNode');

    expect(ended).toMatchObject([{ parameters: { RunId: [runId] } }]);
    expect(folders.map((folder) => existsSync(join(folder, 'end-node')))).toEqual([false, true]);
  });

  it('have the figures of the serving node for the window of each measurement', async () => {
    const [folder = ''] = folders;
    const [measurement] = await measurementsIn(folder);

    expect(measurement).toMatchObject({ nodes: { serving: { cpuBusyShare: 0.5, txBytes: 3 } } });
    expect(measurement).toMatchObject({ start: { timeToReadyMs: expect.any(Number) as number } });
    expect(measurement).toMatchObject({
      bypass: { state: 'completed', durationSeconds: 1, failed: 0 },
    });
  });

  it('give one run together', async () => {
    const parts = await Promise.all(
      folders.map(async (folder, index) => ({ pair: index + 1, ...(await readRunFolder(folder)) })),
    );
    const merged = mergeRuns(parts);

    const measured = merged.records.flatMap((record) =>
      record.kind === 'measurement' ? [record.measurement.id] : [],
    );
    expect(measured.toSorted()).toEqual(merged.plan.measurements.map(({ id }) => id).toSorted());
    expect(merged.environment.aws?.pairs.map(({ pair: number }) => number)).toEqual([1, 2]);
    const checks = calibrationsOf(merged.records);
    expect(checks.map(({ pair: number }) => number)).toEqual([1, 2]);
    for (const { delayMs, tries } of checks) {
      for (const { minMs, failed, roundTripMs } of tries) {
        // However busy the machine is, no answer comes before its time.
        expect(minMs).toBeGreaterThan(delayMs - 0.1);
        expect(failed).toBe(0);
        expect(roundTripMs).toBeGreaterThan(0);
      }
    }
    expect(calibrationCheck(merged.records).finding).toMatch(
      /^Pair [12]: With a serving that takes 25.0 ms .* from there to the serving’s node and back,/,
    );
  });

  it('go on with a repeat of the other as a whole, and each repeat counts once', async () => {
    const [folder = '', other = ''] = folders;
    const request = ['--run-id', runId, ...sharedPlan, '--output', folder];
    const first = pair.startRun([...request, '--pairs', '1:1+2']);
    await demandSuccess(first);
    const [own, ofOther] = await Promise.all([folder, other].map(readRunFolder));
    if (own === undefined || ofOther === undefined) throw new Error('no run');

    expect(first.stderr()).toContain('pair 1 measures the repeats 1, 2: 4 of 4 measurements');
    expect((await measurementsIn(folder)).map(({ measurement }) => measurement.repeat)).toEqual([
      1, 1, 2, 2,
    ]);
    expect(await pair.object(runKeys.status(runId, 1))).toMatchObject({
      measurements: { total: 4, completed: 4 },
    });
    // The same nodes go on: they were checked.
    expect(calibrationsOf(own.records)).toHaveLength(1);
    const merged = mergeRuns([
      { pair: 1, ...own },
      { pair: 2, ...ofOther },
    ]);
    expect(merged.records.filter(({ kind }) => kind === 'measurement')).toHaveLength(4);
  });

  it.each([
    ['more pairs than repeats', 'refused', '1,2,3', '3 pairs are to share a plan of 2 repeats'],
    ['an unknown repeat', 'refused', '1:3', 'has 2 repeats, and pair 1 is to measure 3'],
    ['pairs without this one', 'refused', '2', 'is for the pairs 2, not for 1'],
    ['another plan than that of the others', runId, '3', 'pair 1 measures the plan'],
  ])('refuse %s', async (what, id, pairs, why) => {
    const changed = what.startsWith('another') ? ['--duration', '1s'] : [];
    const options = [...sharedPlan, ...changed, '--output', join(newFolder(), 'run')];
    const bench = pair.startRun(['--run-id', id, '--pairs', pairs, ...options], {
      pair: id === runId ? 3 : 1,
    });

    expect(await bench.ended).toBe(2);
    expect(bench.stderr()).toContain(why);
  });
});
