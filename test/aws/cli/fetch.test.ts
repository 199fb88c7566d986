import { existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { runKeys } from '../../../lib/aws/contract/run-keys.ts';
import type { Measurement } from '../../../lib/bench/model/measurement.ts';
import { samplesFileOf } from '../../../lib/bench/results/run-folder.ts';
import { deleteObjects, putObject, writeJson } from '../../../lib/bench/aws/s3-objects.ts';
import type { RunRequest } from '../../../lib/bench/aws/run-request.ts';
import { requestedRun } from '../../support/requested-run.ts';
import { newFolder } from '../../support/temporary-folder.ts';
import { createPairStandIns, type PairStandIns } from './pair-stand-ins.ts';
import { openDesk, type Desk } from './desk.ts';

let desk: Desk;

beforeAll(async () => {
  desk = await openDesk(2);
});

afterAll(() => desk.close());

/** Puts a run of two pairs with four measurements each into the bucket, of which each pair has done some. */
const putRun = async (
  runId: string,
  done: readonly [number, number],
): Promise<{ readonly request: RunRequest; readonly pairs: PairStandIns }> => {
  const options = {
    scenarios: ['cold', 'warm'],
    levels: [
      { loop: 'closed', virtualUsers: 1 },
      { loop: 'closed', virtualUsers: 2 },
    ],
    repeats: 2,
    noopLimits: 'none',
  } as const;
  const request = requestedRun(runId, options, [1, 2]);
  const { bucket } = desk.deployment;
  await writeJson(desk.aws, bucket, runKeys.request(runId), request);
  const pairs = createPairStandIns(desk.aws, bucket, request);
  for (const [index, count] of done.entries()) {
    await pairs.write(index + 1, { done: count });
  }
  return { request, pairs };
};

/** How many files `fetch` says that a folder has, and how many of them it has downloaded now. */
const toldFiles = (stderr: string) => {
  const [, all, downloaded] = /(\d+) files .*?, (\d+) /.exec(stderr) ?? [];
  return { all: Number(all), downloaded: Number(downloaded) };
};

const measurementLinesOf = (folder: string): readonly string[] =>
  readFileSync(join(folder, 'results.jsonl'), 'utf8')
    .split('\n')
    .filter((line) => line.includes('"kind":"measurement"'));

describe('serving-compare fetch', () => {
  it('downloads a run, merges its pairs and writes the report; a second call downloads only new and damaged files', async () => {
    const folder = join(newFolder(), 'run');
    const { pairs } = await putRun('again', [4, 2]);
    const first = await desk.bench(['fetch', 'again', '--output', folder]);

    // Two measurements are missing.
    expect(first.exitCode).toBe(1);
    const told = toldFiles(first.stderr);
    expect(told.all).toBeGreaterThan(6);
    expect(told.downloaded).toBe(told.all);
    expect(measurementLinesOf(folder)).toHaveLength(6);

    // S3 stores times in whole seconds, so the next object must be written a second later.
    await sleep(1100);
    await pairs.write(2);
    const damaged = join(folder, 'objects/pair-1/results.jsonl');
    const intact = readFileSync(damaged, 'utf8');
    writeFileSync(damaged, intact.slice(0, 100));
    rmSync(join(folder, 'objects/pair-1/plan.json'));
    const second = await desk.bench(['fetch', 'again', '--output', folder]);

    expect(second.exitCode).toBe(0);
    // The damaged file, the missing one, and those that the second pair wrote.
    expect(toldFiles(second.stderr)).toEqual({ all: 9, downloaded: 6 });
    expect(readFileSync(damaged, 'utf8')).toBe(intact);
    expect(measurementLinesOf(folder)).toHaveLength(8);
    expect(statSync(join(folder, 'report.html')).size).toBeGreaterThan(10_000);
  });

  it('uses the figures and samples of the pair that a repeat belongs to, if two pairs measured it', async () => {
    const folder = join(newFolder(), 'run');
    const { pairs, request } = await putRun('twice', [2, 4]);
    const measurements = [1, 2].flatMap(pairs.share);
    await pairs.write(2, { measurements });
    const moved: RunRequest = { ...request, repeats: { 2: [1, 2] }, pairs: [2] };
    await writeJson(desk.aws, desk.deployment.bucket, runKeys.request('twice'), moved);
    const name = samplesFileOf(measurements[0] as Measurement);
    for (const pair of [1, 2]) {
      const key = `${runKeys.pair('twice', pair)}samples/${name}`;
      await putObject(desk.aws, desk.deployment.bucket, key, `pair-${pair}`);
    }
    await desk.bench(['fetch', 'twice', '--output', folder]);

    expect(measurementLinesOf(folder)).toHaveLength(8);
    for (const line of measurementLinesOf(folder)) expect(line).toContain('"pair":2');
    expect(readFileSync(join(folder, 'samples', name), 'utf8')).toContain('pair-2');
  });

  it('deletes a run only after it is fetched and while no pair is working on it', async () => {
    const folder = join(newFolder(), 'run');
    const { pairs } = await putRun('deleted', [4, 1]);
    const fetchAndDelete = ['fetch', 'deleted', '--delete', '--output', folder];

    expect(await desk.refusal(fetchAndDelete)).toMatchObject({ exitCode: 2, code: 'BENCH_BUSY' });
    expect(await desk.listKeys(runKeys.run('deleted'))).not.toEqual([]);

    await pairs.write(2);
    expect(await desk.bench(fetchAndDelete)).toMatchObject({ exitCode: 0 });
    expect(await desk.listKeys(runKeys.run('deleted'))).toEqual([]);
    expect(measurementLinesOf(folder)).toHaveLength(8);
  });

  it('deletes every run, but nothing that it has not fetched', async () => {
    const folder = newFolder();
    await putRun('one', [4, 4]);
    await putRun('two', [4, 4]);
    await putObject(desk.aws, desk.deployment.bucket, 'somebody/else', 'text');
    const fetchAll = ['fetch', '--all', '--delete', '--force', '--output', folder];

    expect(await desk.refusal(fetchAll)).toMatchObject({
      exitCode: 2,
      message: expect.stringContaining('somebody/else') as string,
    });
    expect(await desk.listKeys()).toEqual(['somebody/else']);
    expect(measurementLinesOf(join(folder, 'one'))).toHaveLength(8);
    expect(existsSync(join(folder, 'two/report.html'))).toBe(true);
    await deleteObjects(desk.aws, desk.deployment.bucket, ['somebody/else']);
  });

  it('deletes no run of a pair whose node is running but whose agent is offline', async () => {
    const folder = join(newFolder(), 'run');
    await putRun('offline', [4, 1]);
    await desk.emulator.set({ agentLost: 'pair=2' });
    const status = await desk.bench(['status', 'offline', '--json']);
    const refusal = await desk.refusal(['fetch', 'offline', '--delete', '--output', folder]);
    await desk.emulator.set({ agentLost: '' });

    expect(JSON.parse(status.stdout)).toMatchObject({
      runs: [{ pairs: [{ pair: 1 }, { pair: 2, state: 'lost' }] }],
    });
    expect(refusal).toMatchObject({ exitCode: 2, code: 'BENCH_BUSY' });
    await desk.bench(['fetch', 'offline', '--delete', '--force', '--output', folder]);
  });

  it('lists the existing runs if the named one is missing, and refuses the folder of another run', async () => {
    await putRun('known', [4, 4]);
    const folder = newFolder();
    writeFileSync(join(folder, 'plan.json'), '{}');

    expect(await desk.refusal(['fetch', 'unknown'])).toMatchObject({
      exitCode: 2,
      code: 'BENCH_NO_RUN',
      hint: expect.stringContaining('known') as string,
    });
    expect(await desk.refusal(['fetch', 'known', '--output', folder])).toMatchObject({
      exitCode: 2,
      code: 'BENCH_FOLDER_IN_USE',
    });
  });
});
