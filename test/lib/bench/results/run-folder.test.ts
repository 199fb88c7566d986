import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import {
  appendFile,
  mkdir,
  readdir,
  rm,
  stat,
  symlink,
  truncate,
  writeFile,
  readFile,
} from 'node:fs/promises';
import { join } from 'node:path';
import type { Plan } from '../../../../lib/bench/model/plan.ts';
import { planHash } from '../../../../lib/bench/plan/seal-plan.ts';
import {
  createRunFolder,
  readRecords,
  readRunFolder,
  runFilesIn,
} from '../../../../lib/bench/results/run-folder.ts';
import { lockRunFolder } from '../../../../lib/bench/results/run-lock.ts';
import { TYPESCRIPT_LOADER } from '../../../../lib/bench/run/child-process.ts';
import { readUntil } from '../../../support/read-until.ts';
import { writeRecordedRunFolder } from '../../../support/recorded-run-folder.ts';
import { closed, recordedRun } from '../../../support/recorded-run.ts';
import { newFolder } from '../../../support/temporary-folder.ts';

const data = recordedRun({ levels: [closed(1)], repeats: 1, durationSeconds: 1 });

const written = async (): Promise<string> => {
  const folder = newFolder();
  await writeRecordedRunFolder(folder, data);
  return folder;
};
/** Replaces the plan beside the results by a changed one with a valid hash. */
const changePlan = async (folder: string, change: Partial<Plan>): Promise<void> => {
  const plan = { ...data.plan, ...change } as Plan;
  await writeFile(runFilesIn(folder).plan, JSON.stringify({ ...plan, hash: planHash(plan) }));
};
const appendRecord = (folder: string, record: unknown): Promise<void> =>
  appendFile(runFilesIn(folder).results, `${JSON.stringify(record)}\n`);
const failure = (code: string) => expect.objectContaining({ code }) as unknown as Error;

/** Starts a process that holds a lock like a runner, until it is killed. */
const startHolder = async (lock: string): Promise<ChildProcess> => {
  const script = join(import.meta.dirname, '../../../support/hold-lock.ts');
  const holder = spawn(process.execPath, [...TYPESCRIPT_LOADER, script, lock]);
  await readUntil(() => existsSync(lock), Boolean, 60_000);
  return holder;
};

const resultsBytes = expect.any(Number) as number;

describe('A run folder', () => {
  it('gives back what was written', async () => {
    const folder = await written();

    expect(await readRunFolder(folder)).toEqual({ ...data, folder, resultsBytes });
  });

  it('is refused if its last record is incomplete, with the command that continues without it', async () => {
    const folder = await written();
    const { results } = runFilesIn(folder);
    await truncate(results, (await stat(results)).size - 300);

    await expect(readRunFolder(folder)).rejects.toMatchObject({
      code: 'BENCH_DAMAGED',
      message: expect.stringContaining(`(${data.records.length})`) as string,
      hint: expect.stringContaining(`--resume ${folder}`) as string,
    });
    expect((await readRecords(folder, data.plan)).records).toEqual(data.records.slice(0, -1));
  });

  it('tells how often each measurement was completed, of which only the last record counts', async () => {
    const folder = await written();
    const { results } = runFilesIn(folder);
    const lines = (await readFile(results, 'utf8')).trimEnd().split('\n');
    const again = lines.findLast((line) => line.includes('"state":"completed"')) ?? '';
    await appendFile(results, `${again}\n`);
    const { records, timesCompleted } = await readRecords(folder, data.plan);

    expect(records).toHaveLength(data.records.length);
    expect(new Set(timesCompleted.values())).toEqual(new Set([1, 2]));
  });

  it('is read without a last line that a running process may be writing', async () => {
    const folder = await written();
    const { results, lock } = runFilesIn(folder);
    await appendFile(results, '{"kind":"measurement","state":"comp');
    const release = await lockRunFolder(lock);

    expect((await readRunFolder(folder)).records).toEqual(data.records);
    await release();
    await expect(readRunFolder(folder)).rejects.toThrow(failure('BENCH_DAMAGED'));
  });

  it.each(['lock', 'runnerLock'] as const)(
    'is in progress as long as another process that holds its %s lives, and damaged afterwards',
    async (lock) => {
      const folder = await written();
      const files = runFilesIn(folder);
      await appendFile(files.results, '{"kind":"measurement","state":"comp');
      const runner = await startHolder(files[lock]);
      try {
        expect(await readRunFolder(folder)).toEqual({
          ...data,
          folder,
          resultsBytes,
          isGoingOn: true,
        });
      } finally {
        runner.kill('SIGKILL');
        await once(runner, 'exit');
      }

      await expect(readRunFolder(folder)).rejects.toThrow(failure('BENCH_DAMAGED'));
    },
  );

  it('is not in progress for the process that holds its lock itself', async () => {
    const folder = await written();
    const release = await lockRunFolder(runFilesIn(folder).lock);

    expect(await readRunFolder(folder)).toEqual({ ...data, folder, resultsBytes });
    await release();
  });

  it('counts a measurement that was written twice only once', async () => {
    const folder = await written();
    await appendRecord(folder, data.records.at(-1));

    expect((await readRunFolder(folder)).records).toEqual(data.records);
  });

  it('keeps the last result of a measurement that failed and was repeated', async () => {
    const folder = await written();
    const last = data.records.at(-1);
    if (last?.kind !== 'measurement') throw new Error('no measurement');
    const failed = { ...last, state: 'failed', code: 'BENCH_SERVING_DIED', message: 'died' };
    const again = { ...last, finishedAt: '2026-01-02T05:00:00.000Z' };
    const lines = [...data.records.slice(0, -1), failed, again].map((one) => JSON.stringify(one));
    await writeFile(runFilesIn(folder).results, `${lines.join('\n')}\n`);

    expect((await readRunFolder(folder)).records).toEqual([...data.records.slice(0, -1), again]);
  });

  it('has only the repeats within the time limit, unless the run was continued', async () => {
    const long = recordedRun({ levels: [closed(1)], repeats: 3, durationSeconds: 1 });
    const records = long.records.filter(
      (record) => record.kind !== 'measurement' || record.measurement.repeat <= 2,
    );
    const folder = newFolder();
    await writeRecordedRunFolder(folder, { ...long, records });
    await appendRecord(folder, { kind: 'stopped', why: 'time-up', repeats: 2 });
    const { plan, stopped, ...read } = await readRunFolder(folder);

    expect(stopped).toEqual({ why: 'time-up', repeats: 2, planned: long.plan.options.repeats });
    expect(plan.options.repeats).toBe(2);
    expect(new Set(plan.measurements.map(({ repeat }) => repeat))).toEqual(new Set([1, 2]));
    expect(read.records.slice(0, -1)).toEqual(records);

    for (const record of long.records)
      if (!records.includes(record)) await appendRecord(folder, record);
    expect((await readRunFolder(folder)).plan).toEqual(long.plan);
  });

  it('refuses a measurement of a plan that differs only in its model', async () => {
    const folder = await written();
    await changePlan(folder, { model: { ...data.plan.model, weights: 'trained' } });
    const last = data.records.at(-1);
    if (last?.kind !== 'measurement') throw new Error('no measurement');
    const { results } = runFilesIn(folder);
    await writeFile(results, `${JSON.stringify({ ...last, planHash: data.plan.hash })}\n`);

    await expect(readRunFolder(folder)).rejects.toThrow(failure('BENCH_MIXED_RUNS'));
  });

  it.each<[string, object | string]>([
    ['a truncated plan', '{"format":4'],
    ['a plan with half of its measurements', { measurements: data.plan.measurements.slice(1) }],
    [
      'a plan with another duration',
      { measurements: data.plan.measurements.map((one) => ({ ...one, durationSeconds: 2 })) },
    ],
    ['a plan without targets', { targets: undefined }],
    ['a plan without settings', { settings: undefined }],
    ['a plan without a hash', { hash: undefined }],
  ])('refuses %s', async (_, change) => {
    const folder = await written();
    const { plan } = runFilesIn(folder);
    const changed =
      typeof change === 'string' ? change : JSON.stringify({ ...data.plan, ...change });
    await writeFile(plan, changed);

    await expect(readRunFolder(folder)).rejects.toMatchObject({
      code: 'BENCH_FOLDER',
      message: expect.stringContaining(plan) as string,
      hint: expect.any(String) as string,
    });
  });

  it.each([
    ['{}', 'required'],
    ['null', 'object'],
    [JSON.stringify({ ...data.environment, machine: { cores: 2 } }), 'machine'],
    ['{"where":', 'JSON'],
  ])('refuses the environment %s', async (content, why) => {
    const folder = await written();
    const { environment } = runFilesIn(folder);
    await writeFile(environment, content);

    await expect(readRunFolder(folder)).rejects.toMatchObject({
      code: 'BENCH_FOLDER',
      message: expect.stringMatching(new RegExp(`${environment}.*${why}`)) as string,
      hint: expect.any(String) as string,
    });
  });

  it.each(['plan', 'environment', 'results'] as const)(
    'is refused if its file %s is a folder',
    async (name) => {
      const folder = await written();
      const file = runFilesIn(folder)[name];
      await rm(file);
      await mkdir(file);
      const error = expect.objectContaining({
        code: 'BENCH_FOLDER',
        message: expect.stringContaining(file) as string,
      }) as Error;

      await expect(readRunFolder(folder)).rejects.toThrow(error);
    },
  );

  it('refuses a complete last line that is not a record', async () => {
    const folder = await written();
    await appendFile(runFilesIn(folder).results, '{"kind":"prophecy"}\n');

    await expect(readRunFolder(folder)).rejects.toThrow(failure('BENCH_DAMAGED'));
  });

  it.each([1, 2, undefined])('of format %s is refused', async (format) => {
    const folder = await written();
    await changePlan(folder, { format: format as never });

    await expect(readRunFolder(folder)).rejects.toThrow(failure('BENCH_FORMAT'));
  });

  it('is refused if it holds no run', async () => {
    await expect(readRunFolder(join(newFolder(), 'nothing'))).rejects.toThrow(
      failure('BENCH_NO_RUN'),
    );
  });

  it('is refused if the run was cut off before its first measurement', async () => {
    const folder = newFolder();
    await createRunFolder(folder, data.plan);

    await expect(readRunFolder(folder)).rejects.toThrow(failure('BENCH_NO_RESULTS'));
  });

  it('is not begun on a full disk', async () => {
    const folder = newFolder();
    await symlink('/dev/full', join(folder, `plan.json.${process.pid}.tmp`));

    await expect(createRunFolder(folder, data.plan)).rejects.toThrow(failure('BENCH_DISK_FULL'));
    expect(await readdir(folder)).toEqual([]);
  });

  it('is refused at once if the file system cannot create folders', async () => {
    await expect(createRunFolder('/proc/self/nothing/run', data.plan)).rejects.toThrow(
      failure('BENCH_FOLDER'),
    );
  });

  it('leaves nothing behind after a mere test, and keeps a folder that existed', async () => {
    const folder = join(newFolder(), 'run');
    await createRunFolder(folder, undefined);
    expect(existsSync(folder)).toBe(false);

    const { samples } = runFilesIn(folder);
    await mkdir(samples, { recursive: true });
    await createRunFolder(folder, undefined);
    expect(existsSync(samples)).toBe(true);
  });

  it('is not created twice', async () => {
    const folder = newFolder();
    await createRunFolder(folder, data.plan);

    await expect(createRunFolder(folder, data.plan)).rejects.toThrow(
      failure('BENCH_FOLDER_IN_USE'),
    );
  });
});
