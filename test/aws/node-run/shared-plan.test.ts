import { PutObjectCommand } from '@aws-sdk/client-s3';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { oracleGate } from '../../../lib/bench/analysis/gates/oracle.ts';
import { runKeys } from '../../../lib/deployment/run-keys.ts';
import type { Assignment } from '../../../lib/bench/plan/assignment.ts';
import type { Plan } from '../../../lib/bench/plan/plan.ts';
import { mergeRuns } from '../../../lib/bench/results/merge-runs.ts';
import { readRunFolder } from '../../../lib/bench/results/run-folder.ts';
import { untilAlone } from '../../support/bench-cli.ts';
import { useTemporaryFolders } from '../../support/temporary-folder.ts';
import type { Emulator } from '../support/emulator.ts';
import type { NodePair } from './node-pair.ts';
import { plan } from './plans.ts';
import { cellsIn, oraclesOf, demandSuccess } from './run-state.ts';
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
  const sharedPlan = [...plan, '--direct', '1'];

  it('measure each its own repeat, and put every record into the bucket', async () => {
    await emulator.set({ lag: 0.4, throttle: 'ssm:SendCommand:1,ssm:GetCommandInvocation:2' });
    const before = (await emulator.commands()).length;
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
      const cells = await cellsIn(folder);
      expect(
        cells.map(({ state, cell, pair: by, assignment }) => [state, cell.repeat, by, assignment]),
      ).toEqual([
        ['completed', number, number, 0],
        ['completed', number, number, 0],
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
      // Both nodes are this machine: however long the command took, the clocks are as one within the uncertainty.
      const { offsetMs = Infinity, uncertaintyMs = 0 } = environment.aws?.pairs[0]?.clock ?? {};
      expect(Math.abs(offsetMs)).toBeLessThanOrEqual(uncertaintyMs);
      expect(records.map(({ kind }) => kind)).toEqual(['oracle', 'check', 'cell', 'cell']);
      expect(records[0]).toMatchObject({
        state: 'completed',
        pair: number,
        assignment: 0,
        delayMs: 25,
        virtualUsers: 4,
      });
      const prefix = runKeys.pair(runId, number);
      expect(await pair.keys(prefix)).toEqual([
        'assignment.json',
        'environment.json',
        'plan.json',
        ...records.map((_, place) => runKeys.record('', 0, place).replace('runs//pair-0/', '')),
        ...cells.map(({ cell }) => `samples/${cell.id.replaceAll('/', '_')}.csv.gz`).toSorted(),
        'status.json',
      ]);
      expect(await pair.object(runKeys.record(runId, number, 1))).toEqual(records[1]);
      expect(await pair.object(runKeys.status(runId, number))).toMatchObject({
        state: 'completed',
        cells: { total: 2, completed: 2, failed: 0 },
        secondsLeft: 0,
        pendingUploads: 0,
        starts: 1,
        pricePerHourUsd: 0.72,
      });
    }
    const sent = (await emulator.commands()).slice(before);
    expect(new Set(sent.map(({ version }) => version))).toEqual(new Set(['1']));
    expect(await pair.object(runKeys.ownAssignment(runId, 2))).toMatchObject({
      number: 0,
      pairs: [1, 2],
    });
  });

  it('end the nodes of a pair where that was asked for, and not before all is in the bucket', async () => {
    const ended = (await emulator.commands()).filter(({ document }) => document === 'test-EndNode');

    expect(ended).toMatchObject([{ parameters: { RunId: [runId] } }]);
    expect(folders.map((folder) => existsSync(join(folder, 'end-node')))).toEqual([false, true]);
  });

  it('have the figures of the serving node for the window of each cell', async () => {
    const [folder = ''] = folders;
    const [cell] = await cellsIn(folder);

    expect(cell).toMatchObject({ nodes: { serving: { cpuBusyShare: 0.5, txBytes: 3 } } });
    expect(cell).toMatchObject({ start: { timeToReadyMs: expect.any(Number) as number } });
    expect(cell).toMatchObject({ direct: { state: 'completed', durationSeconds: 1, failed: 0 } });
  });

  it('give one run together', async () => {
    const parts = await Promise.all(
      folders.map(async (folder, index) => ({ pair: index + 1, ...(await readRunFolder(folder)) })),
    );
    const merged = mergeRuns(parts);

    const measured = merged.records.flatMap((record) =>
      record.kind === 'cell' ? [record.cell.id] : [],
    );
    expect(measured.toSorted()).toEqual(merged.plan.cells.map(({ id }) => id).toSorted());
    expect(merged.environment.aws?.pairs.map(({ pair: number }) => number)).toEqual([1, 2]);
    const checks = oraclesOf(merged.records);
    expect(checks.map(({ pair: number }) => number)).toEqual([1, 2]);
    for (const { delayMs, tries } of checks) {
      for (const { minMs, failed, roundTripMs } of tries) {
        // However busy the machine is, no answer comes before its time.
        expect(minMs).toBeGreaterThan(delayMs - 0.1);
        expect(failed).toBe(0);
        expect(roundTripMs).toBeGreaterThan(0);
      }
    }
    expect(oracleGate(merged.records).finding).toMatch(
      /^Pair [12]: Of a serving that takes 25.0 ms .* from there to the serving’s node and back,/,
    );
  });

  it('go on by a later assignment with cells of the other', async () => {
    const [folder = ''] = folders;
    const { hash, cells } = (await pair.object(runKeys.plan(runId, 1))) as Plan;
    const assignment: Assignment = {
      schema: 1,
      runId,
      number: 1,
      planHash: hash,
      pairs: [1],
      cells: { 1: cells.slice(-1).map(({ id }) => id) },
    };
    await pair.s3.send(
      new PutObjectCommand({
        Bucket: pair.bucket,
        Key: runKeys.assignment(runId, 1),
        Body: JSON.stringify(assignment),
      }),
    );
    const request = ['--run-id', runId, ...sharedPlan, '--output', folder];
    const first = pair.startRun([...request, '--pairs', '1', '--assignment', '1']);
    await demandSuccess(first);
    const second = pair.startRun([...request, '--pairs', '1', '--assignment', '2']);

    expect(await second.ended).toBe(2);
    expect(second.stderr()).toContain(`the run ${runId} has no assignment 2`);
    expect((await cellsIn(folder)).map(({ assignment: number }) => number)).toEqual([0, 0, 1]);
    // The same nodes go on: they were checked.
    expect(oraclesOf((await readRunFolder(folder)).records)).toHaveLength(1);
  });
});
