import { appendFile, cp, mkdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readPastRuns } from '../../../../lib/bench/report/past-runs.ts';
import { writeReport } from '../../../../lib/bench/report/write-report.ts';
import { lockRunFolder } from '../../../../lib/bench/results/run-lock.ts';
import { failedMeasurement, isCompleted, recordedRun } from '../../../support/recorded-run.ts';
import { writeRecordedRunFolder } from '../../../support/recorded-run-folder.ts';
import { newFolder } from '../../../support/temporary-folder.ts';

const run = recordedRun({ durationSeconds: 2, repeats: 2, scenarios: ['warm'] });
const root = newFolder();
const inRoot = (name: string): string => join(root, name);

/** Writes a run that began on a day of January. */
const writeRun = async (name: string, day: number, records = run.records): Promise<string> => {
  const folder = inRoot(name);
  const plan = { ...run.plan, createdAt: `2026-01-0${day}T12:00:00.000Z` };
  await writeRecordedRunFolder(folder, { ...run, plan, records });
  return folder;
};

beforeAll(async () => {
  const cutOff = run.records.slice(0, -3);
  await writeReport(await writeRun('first', 1));
  await writeReport(await writeRun('cut-off', 2, cutOff));
  await writeRun('without-report', 3, cutOff);
  const running = await writeRun('running', 4, cutOff);
  await lockRunFolder(join(running, 'lock'));
  // The parent process stands for the runner, since it is alive and another process.
  const held = JSON.parse(await readFile(join(running, 'lock'), 'utf8')) as object;
  const runner = JSON.stringify({ ...held, pid: process.ppid, startTicks: null });
  await writeFile(join(running, 'lock'), runner);
  const failed = run.records.map((record, at) =>
    at === run.records.length - 1 && isCompleted(record)
      ? failedMeasurement(record.measurement)
      : record,
  );
  await writeRun('invalid', 5, failed);
  await writeReport(inRoot('invalid'));
  // A comparison, and something else.
  await mkdir(inRoot('comparison-a-b'));
  await writeFile(inRoot('note.txt'), 'mine');
});

describe('The runs of a folder', () => {
  it('are listed with what they found, the newest first', async () => {
    expect(await readPastRuns(root)).toMatchObject([
      {
        folder: inRoot('invalid'),
        state: 'invalid',
        answer: expect.stringContaining('failed') as string,
        resume: `npx serving-compare run --resume ${inRoot('invalid')}`,
      },
      { folder: inRoot('running'), state: 'running', answer: '' },
      {
        folder: inRoot('without-report'),
        state: 'interrupted',
        resume: `npx serving-compare run --resume ${inRoot('without-report')}`,
      },
      {
        folder: inRoot('cut-off'),
        state: 'interrupted',
        resume: `npx serving-compare run --resume ${inRoot('cut-off')}`,
      },
      {
        folder: inRoot('first'),
        state: 'valid',
        createdAt: '2026-01-01T12:00:00.000Z',
        profile: run.plan.profile,
        targets: run.plan.targets.length,
        answer: expect.stringContaining('No verdict') as string,
      },
    ]);
  });

  it('are listed without reading their records', async () => {
    const results = join(inRoot('first'), 'results.jsonl');
    const { size } = await stat(results);
    await writeFile(results, ''.padEnd(size));

    expect((await readPastRuns(root)).at(-1)).toMatchObject({ state: 'valid' });
  });

  it('are the same in a copy, which has other times', async () => {
    const copy = newFolder();
    await cp(inRoot('invalid'), join(copy, 'invalid'), { recursive: true });
    const later = new Date(Date.now() + 60_000);
    await utimes(join(copy, 'invalid/results.jsonl'), later, later);

    expect(await readPastRuns(copy)).toMatchObject([{ state: 'invalid' }]);
  });

  it('tell of one that was continued after its report that measurements are missing', async () => {
    await appendFile(join(inRoot('invalid'), 'results.jsonl'), '{"kind":"');

    expect((await readPastRuns(root))[0]).toMatchObject({ state: 'interrupted' });
  });

  it('tell which one cannot be read, and why', async () => {
    const other = newFolder();
    await writeRecordedRunFolder(join(other, 'old'), run);
    await writeFile(join(other, 'old/plan.json'), '{ "format": 1 }');
    await writeRecordedRunFolder(join(other, 'new'), run);
    await writeFile(join(other, 'new/summary.json'), '{}');
    const runs = await readPastRuns(other);

    expect(runs).toHaveLength(2);
    expect(runs).toEqual(
      expect.arrayContaining([
        {
          folder: join(other, 'old'),
          state: 'unreadable',
          answer: expect.stringContaining('another version') as string,
        },
        {
          folder: join(other, 'new'),
          state: 'unreadable',
          answer: expect.stringContaining('npx serving-compare report') as string,
        },
      ]),
    );
    await rm(other, { recursive: true });
    await expect(readPastRuns(other)).rejects.toMatchObject({
      code: 'BENCH_NO_RUN',
      message: expect.stringContaining(`no folder ${other}`) as string,
    });
  });
});
