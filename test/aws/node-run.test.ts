import { PutObjectCommand } from '@aws-sdk/client-s3';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { oracleGate } from '../../lib/bench/analysis/gates/oracle.ts';
import { runKeys } from '../../lib/deployment/run-keys.ts';
import type { Assignment } from '../../lib/bench/plan/assignment.ts';
import type { Plan } from '../../lib/bench/plan/plan.ts';
import { mergeRuns } from '../../lib/bench/results/merge-runs.ts';
import type { CellRecord, OracleCheck, ResultRecord } from '../../lib/bench/results/record.ts';
import { readRunFolder } from '../../lib/bench/results/run-folder.ts';
import type { RunStatus } from '../../lib/bench/results/run-status.ts';
import { until, untilAlone, words, type BenchProcess } from '../support/bench-cli.ts';
import { useTemporaryFolders } from '../support/temporary-folder.ts';
import { createNodePair, SERVING_HOST, type NodePair } from './node-run/node-pair.ts';
import { startEmulator, type Emulator } from './support/emulator.ts';

jest.setTimeout(180_000);

const newFolder = useTemporaryFolders();
/** The serving answers at once, so that a test takes seconds; the paths through SSM, S3 and the middleware are real. */
const quick = words(
  '--servings tfserving --scenarios warm --engine null --load-engine embedded --warmup 0 --processes 1',
);
const plan = [...quick, ...words('--levels 1,2 --repeats 2 --duration 0.4')];
const long = [...quick, ...words('--levels 1,2 --repeats 1 --duration 30')];

let emulator: Emulator;
let pair: NodePair;
let servingDir: string;

beforeAll(async () => {
  servingDir = newFolder();
  emulator = await startEmulator({
    exec: true,
    execEnv: { SERVING_NODE_DIR: servingDir, SERVING_NODE_HOST: SERVING_HOST },
  });
  pair = await createNodePair(emulator);
});

afterEach(async () => {
  await emulator.set({ agentLost: '', deny: '', throttle: '', lag: 0, timeScale: 1 });
  await emulator.set({ spotInterruption: '' });
  await emulator.control('s3fail', []);
  await emulator.control('commands', []);
});

afterAll(async () => {
  killServing();
  await emulator.stop();
});

const killServing = (): void => {
  const file = join(servingDir, 'serving.json');
  if (!existsSync(file)) return;
  const { pid } = JSON.parse(readFileSync(file, 'utf8')) as { readonly pid: number };
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended by itself.
  }
};

const cellsIn = async (folder: string): Promise<readonly CellRecord[]> =>
  (await readRunFolder(folder)).records.filter((record) => record.kind === 'cell');

const oraclesOf = (records: readonly ResultRecord[]): readonly OracleCheck[] =>
  records.filter((record) => record.kind === 'oracle');

const statusIn = (folder: string): RunStatus =>
  JSON.parse(readFileSync(join(folder, 'status.json'), 'utf8')) as RunStatus;

const linesIn = (folder: string, kind: string): number => {
  const file = join(folder, 'results.jsonl');
  if (!existsSync(file)) return 0;
  return readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line.startsWith(`{"kind":"${kind}"`)).length;
};

/** Waits until a window is open: the answers of the path are checked, and requests are counted. */
const untilMeasuring = (bench: BenchProcess, folder: string): Promise<void> =>
  until(() => {
    const file = join(folder, 'status.json');
    return existsSync(file) && statusIn(folder).cell !== undefined && linesIn(folder, 'check') > 0;
  }, bench.stderr);

/** Waits for the end of a runner; throws with all that it said where that is no success. */
const demandSuccess = async (bench: BenchProcess): Promise<void> => {
  const exitCode = await bench.ended;
  if (exitCode !== 0) throw new Error(`exit code ${exitCode}:\n${bench.stderr()}`);
};

describe('two runners that share a plan', () => {
  const folders = [1, 2].map(() => join(newFolder(), 'run'));
  const runId = 'shared';

  it('measure each its own repeat, and put every record into the bucket', async () => {
    await emulator.set({ lag: 0.4, throttle: 'ssm:SendCommand:1,ssm:GetCommandInvocation:2' });
    const before = (await emulator.commands()).length;
    for (const [index, folder] of folders.entries()) {
      const bench = pair.startRun(
        ['--run-id', runId, '--pairs', '1,2', ...plan, '--output', folder],
        { pair: index + 1 },
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
      expect(Math.abs(environment.aws?.pairs[0]?.clock?.offsetMs ?? Infinity)).toBeLessThan(2000);
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
    const request = ['--run-id', runId, ...plan, '--output', folder];
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

describe('a runner that was killed in the middle of a cell', () => {
  it('goes on at its first unfinished cell, on a new node too, and loses none', async () => {
    const runId = 'killed';
    const folder = join(newFolder(), 'run');
    const args = [
      '--run-id',
      runId,
      ...plan,
      '--repeats',
      '1',
      '--duration',
      '3',
      '--output',
      folder,
    ];
    const bench = pair.startRun(args);
    // The first cell and the checks before it are in the bucket; the second cell takes a while.
    while ((await pair.keys(runKeys.records(runId, 1))).length < 3) {
      expect([bench.child.exitCode, bench.stderr()]).toEqual([null, expect.any(String)]);
      await sleep(50);
    }
    bench.child.kill('SIGKILL');
    await bench.ended;
    await untilAlone(bench);
    const [finished] = await cellsIn(folder);
    rmSync(folder, { recursive: true });

    const again = pair.startRun(args, { env: { SC_INSTANCE_ID: 'i-0000000000000000b' } });

    expect([await again.ended, again.stderr()]).toEqual([
      0,
      expect.stringContaining('going on: 1 of 2'),
    ]);
    const cells = await cellsIn(folder);
    expect(cells.map(({ state }) => state)).toEqual(['completed', 'completed']);
    expect(cells[0]).toEqual(finished);
    expect(statusIn(folder)).toMatchObject({
      state: 'completed',
      starts: 2,
      cells: { completed: 2 },
    });
    const { environment, records } = await readRunFolder(folder);
    expect(environment.aws?.pairs.map(({ middleware }) => middleware.instanceId)).toEqual([
      pair.middlewareInstance,
      'i-0000000000000000b',
    ]);
    // Another node is another apparatus; the check of the first is not lost.
    expect(oraclesOf(records).map(({ state }) => state)).toEqual(['completed', 'completed']);
  });
});

describe('searches for a rate', () => {
  it('go on with another pair where their first was killed, with what that has measured', async () => {
    const runId = 'searched';
    const folders = [1, 2].map(() => join(newFolder(), 'run'));
    // The lowest rate that such a window allows is more than is carried, so that one trial ends a search.
    const load = words('--levels 1,8 --warmup 0.5 --duration 0.2 --timeout 5');
    const searched = ['--profile', 'slo', '--slo-p99-ms', '3000,4000', ...quick, ...load];
    const argsOf = (pairNumber: number, assignment: number): readonly string[] => [
      '--run-id',
      runId,
      '--pairs',
      String(pairNumber),
      '--assignment',
      String(assignment),
      '--output',
      folders[pairNumber - 1] ?? '',
      ...searched,
    ];
    const first = pair.startRun(argsOf(1, 0));
    // The two cells that tell where to begin, and the first trial.
    const [folder = ''] = folders;
    const others = (): number => linesIn(folder, 'check') + linesIn(folder, 'oracle');
    while ((await pair.keys(runKeys.records(runId, 1))).length < others() + 3) {
      expect([first.child.exitCode, first.stderr()]).toEqual([null, expect.any(String)]);
      await sleep(50);
    }
    first.child.kill('SIGKILL');
    await first.ended;
    await untilAlone(first);
    const { hash, searches = [] } = (await pair.object(runKeys.plan(runId, 1))) as Plan;
    const [, left] = searches;
    const assignment: Assignment = {
      schema: 1,
      runId,
      number: 1,
      planHash: hash,
      pairs: [2],
      cells: { 2: [] },
      searches: { 2: [left?.id ?? ''] },
    };
    await pair.s3.send(
      new PutObjectCommand({
        Bucket: pair.bucket,
        Key: runKeys.assignment(runId, 1),
        Body: JSON.stringify(assignment),
      }),
    );
    const second = pair.startRun(argsOf(2, 1), { pair: 2 });
    await demandSuccess(second);

    const [before = [], after = []] = await Promise.all(folders.map(cellsIn));
    expect(before.map(({ cell }) => cell.level.loop).slice(1, 3)).toEqual(['closed', 'open']);
    expect(after.length).toBeGreaterThan(0);
    for (const { cell } of after) expect(cell.id).toContain(`${left?.id ?? ''}/open-poisson-`);
    expect(second.stderr()).toContain('pair 2 measures 0 of 2 cells and 1 of 2 searches');
    const { length: total } = after;
    expect(statusIn(folders[1] ?? '')).toMatchObject({
      state: 'completed',
      cells: { total, completed: total, failed: 0 },
    });
  });
});

describe('a bucket that refuses an object', () => {
  it('gets it with a later cell, and the run goes on meanwhile', async () => {
    const runId = 'refused-once';
    const folder = join(newFolder(), 'run');
    await emulator.control('s3fail', {
      key: `${runId}/pair-1/records/000001`,
      action: 'PutObject',
      status: 403,
      code: 'AccessDenied',
      times: 1,
    });
    const bench = pair.startRun(['--run-id', runId, ...plan, '--repeats', '1', '--output', folder]);

    expect([await bench.ended, bench.stderr()]).toEqual([
      0,
      expect.stringContaining('results.jsonl is not in the bucket yet'),
    ]);
    expect(await pair.keys(runKeys.records(runId, 1))).toHaveLength(4);
  });

  it('is named at the end with what it lacks and where that lies, and gets it from the next start', async () => {
    const runId = 'refused';
    const folder = join(newFolder(), 'run');
    await emulator.control('s3fail', {
      key: `${runId}/pair-1/records/000001`,
      action: 'PutObject',
      status: 403,
      code: 'AccessDenied',
      times: 1000,
    });
    const args = ['--run-id', runId, ...plan, '--repeats', '1', '--output', folder];
    const bench = pair.startRun([...args, '--upload-timeout', '2']);

    expect(await bench.ended).toBe(1);
    expect(bench.stderr()).toContain(
      `${join(folder, 'results.jsonl')} for ${runKeys.record(runId, 1, 1)}`,
    );
    expect(await pair.object(runKeys.status(runId, 1))).toMatchObject({
      state: 'failed',
      message: expect.stringContaining('1 file is not in the bucket') as string,
      pendingUploads: 1,
      cells: { completed: 2 },
    });
    await emulator.control('s3fail', []);
    const again = pair.startRun(args);

    expect(await again.ended).toBe(0);
    expect(await pair.keys(runKeys.records(runId, 1))).toHaveLength(4);
    expect(statusIn(folder)).toMatchObject({ state: 'completed', pendingUploads: 0 });
  });
});

describe('a serving node in trouble', () => {
  it('fails the cell in which the serving died, with its last words, and the run goes on', async () => {
    const runId = 'died';
    const folder = join(newFolder(), 'run');
    const args = ['--run-id', runId, ...plan, '--repeats', '1', '--duration', '2'];
    const bench = pair.startRun([...args, '--output', folder]);
    await untilMeasuring(bench, folder);
    killServing();

    expect(await bench.ended).toBe(1);
    const cells = await cellsIn(folder);
    expect(cells.map(({ state }) => state)).toEqual(['failed', 'completed']);
    expect(cells[0]).toMatchObject({
      code: 'BENCH_SERVING_DIED',
      message: expect.stringMatching(/ended during the cell.*killed by the test/s) as string,
    });
    expect(statusIn(folder)).toMatchObject({
      state: 'completed',
      cells: { completed: 1, failed: 1 },
    });
  });

  it('fails a cell whose command hangs when its time is over', async () => {
    const runId = 'hangs';
    const folder = join(newFolder(), 'run');
    const args = ['--run-id', runId, ...plan, '--repeats', '1', '--duration', '2'];
    const bench = pair.startRun([...args, '--output', folder]);
    await untilMeasuring(bench, folder);
    // The next inspection is the one after the window. SSM has killed its script.
    await emulator.control('commands', {
      document: 'InspectServing',
      status: 'TimedOut',
      statusDetails: 'ExecutionTimedOut',
      responseCode: 137,
      stderr: 'stuck',
      times: 1,
    });

    expect(await bench.ended).toBe(1);
    const [hung, next] = await cellsIn(folder);
    expect(hung).toMatchObject({
      state: 'failed',
      code: 'BENCH_COMMAND_TIMED_OUT',
      message: expect.stringMatching(/InspectServing did not end in its time.*stuck/s) as string,
    });
    expect(next).toMatchObject({ state: 'completed' });
  });

  it('ends the run where no command reaches it, and leaves its cells to others', async () => {
    const runId = 'lost';
    const folder = join(newFolder(), 'run');
    await emulator.set({ agentLost: pair.servingInstance, timeScale: 0.01 });
    const bench = pair.startRun(['--run-id', runId, ...plan, '--output', folder]);

    expect(await bench.ended).toBe(2);
    expect(bench.stderr()).toContain(
      `error: the serving node ${pair.servingInstance} did not take the command InspectServing (DeliveryTimedOut)`,
    );
    expect(linesIn(folder, 'cell')).toBe(0);
    expect(await pair.object(runKeys.status(runId, 1))).toMatchObject({ state: 'failed' });
  });

  it('ends the run at once where the role may not send commands, and says whose right is missing', async () => {
    await emulator.set({ deny: 'ssm:SendCommand' });
    const folder = join(newFolder(), 'run');
    const bench = pair.startRun(['--run-id', 'denied', ...plan, '--output', folder]);

    expect(await bench.ended).toBe(2);
    expect(bench.stderr()).toMatch(/^error: .*ssm:SendCommand/m);
    expect(bench.stderr()).toMatch(/^hint: .*role of the middleware node/m);
  });
});

/** Stops a runner in the middle of a cell and returns how many milliseconds it took to end. */
const stopped = async (runId: string, folder: string): Promise<number> => {
  const bench = pair.startRun(['--run-id', runId, ...long, '--output', folder]);
  await untilMeasuring(bench, folder);
  const at = performance.now();
  bench.child.kill('SIGTERM');
  expect(await bench.ended).toBe(130);
  await untilAlone(bench);
  return performance.now() - at;
};

describe('a runner that is stopped', () => {
  it('ends within 20 s as interrupted, without a record of the cell that ran', async () => {
    const folder = join(newFolder(), 'run');

    expect(await stopped('stopped', folder)).toBeLessThan(20_000);
    expect(linesIn(folder, 'cell')).toBe(0);
    expect(await pair.object(runKeys.status('stopped', 1))).toMatchObject({ state: 'interrupted' });
    // The serving was stopped, too.
    expect(existsSync(join(servingDir, 'serving.json'))).toBe(false);
  });

  it('ends as cancelled where the operator cancelled the run', async () => {
    const folder = join(newFolder(), 'run');
    mkdirSync(folder);
    writeFileSync(join(folder, 'cancelled'), '');
    await stopped('cancelled', folder);

    expect(await pair.object(runKeys.status('cancelled', 1))).toMatchObject({ state: 'cancelled' });
  });

  it('tells how its load goes, shares its folder with no other, and ends as interrupted when AWS takes its spot instance away', async () => {
    const folder = join(newFolder(), 'run');
    const bench = pair.startRun(['--run-id', 'spot', ...long, '--output', folder]);
    await untilMeasuring(bench, folder);
    const statusOfPair = async (): Promise<RunStatus> =>
      (await pair.object(runKeys.status('spot', 1))) as RunStatus;
    while ((await statusOfPair()).cell?.load?.p50Ms === undefined) {
      expect([bench.child.exitCode, bench.stderr()]).toEqual([null, expect.any(String)]);
      await sleep(200);
    }
    // A second one of the same run changes nothing of the first.
    const other = pair.startRun(['--run-id', 'spot', ...long, '--output', folder]);
    expect([await other.ended, other.stderr()]).toEqual([
      2,
      expect.stringMatching(/^error: the process \d+ is running the plan/m),
    ]);
    expect(await pair.object(runKeys.status('spot', 1))).toMatchObject({
      state: 'running',
      starts: 1,
    });
    await emulator.set({ spotInterruption: pair.middlewareInstance });

    expect(await bench.ended).toBe(130);
    expect(bench.stderr()).toContain('AWS takes this node away at ');
    expect(linesIn(folder, 'cell')).toBe(0);
    expect(await pair.object(runKeys.status('spot', 1))).toMatchObject({
      state: 'interrupted',
      message: expect.stringContaining('terminate') as string,
    });
  });
});

describe('a node that was set up badly', () => {
  it('says which documents are missing', async () => {
    const bench = pair.startRun(['--run-id', 'no-document', ...plan, '--output', newFolder()], {
      env: { SC_DOCUMENT_START_SERVING: 'nothing' },
    });

    expect(await bench.ended).toBe(2);
    expect(bench.stderr()).toContain('there is no SSM document nothing');
  });

  it('does not begin anew where it cannot see what is in the bucket', async () => {
    await emulator.set({ deny: 's3:ListObjectsV2' });
    const bench = pair.startRun([
      '--run-id',
      'blind',
      ...plan,
      '--output',
      join(newFolder(), 'run'),
    ]);

    expect(await bench.ended).toBe(2);
    expect(bench.stderr()).toMatch(/^error: AWS does not allow s3:ListBucket/m);
  });
});
