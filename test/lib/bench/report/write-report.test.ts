import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Summary } from '../../../../lib/bench/analysis/summary.ts';
import { writeReport } from '../../../../lib/bench/report/write-report.ts';
import { lockRunFolder } from '../../../../lib/bench/results/run-lock.ts';
import { recordedRun } from '../../../support/recorded-run.ts';
import { writeRecordedRunFolder } from '../../../support/recorded-run-folder.ts';

const run = recordedRun({ durationSeconds: 2, repeats: 2, scenarios: ['warm'] });

describe('writing the report of a run folder', () => {
  let folder = '';

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'report-'));
    await writeRecordedRunFolder(folder, run);
  });

  afterEach(() => rm(folder, { recursive: true }));

  it('says how far a run in progress is, and does not judge its validity', async () => {
    await writeRecordedRunFolder(folder, { ...run, records: run.records.slice(0, -3) });
    const lock = join(folder, 'lock');
    await lockRunFolder(lock);
    // The parent process stands for the runner, since it is alive and another process.
    const held = JSON.parse(await readFile(lock, 'utf8')) as object;
    await writeFile(lock, JSON.stringify({ ...held, pid: process.ppid, startTicks: null }));
    const { files, summary } = await writeReport(folder);
    const measurements = run.plan.measurements.length;

    expect(summary).toMatchObject({ isGoingOn: true, measurements: { missing: 3 } });
    expect(summary.validity).toBeUndefined();
    expect(summary.notices).toContainEqual({
      code: 'going-on',
      recorded: measurements - 3,
      planned: measurements,
    });
    expect(await readFile(files.markdown, 'utf8')).toContain(
      `${measurements - 3} of ${measurements}`,
    );
  });

  it('says what to do if a file cannot be written', async () => {
    await writeFile(join(folder, 'charts'), 'a file in the place of the folder');

    await expect(writeReport(folder)).rejects.toMatchObject({
      code: 'BENCH_DISK',
      message: expect.stringContaining(folder) as string,
      hint: expect.stringContaining(`report ${folder}`) as string,
    });
  });

  it('writes every file and leaves nothing else behind', async () => {
    const { files, summary } = await writeReport(folder);

    expect((await readdir(folder)).toSorted()).toEqual([
      'charts',
      'environment.json',
      'measurements.csv',
      'plan.json',
      'report.html',
      'report.md',
      'results.jsonl',
      'summary.csv',
      'summary.json',
      'verdicts.csv',
    ]);
    const charts = await readdir(join(folder, 'charts'));
    expect(charts.map((name) => join(folder, 'charts', name)).toSorted()).toEqual(
      files.charts.toSorted(),
    );
    expect(summary).toMatchObject(JSON.parse(await readFile(files.json, 'utf8')) as Summary);
  });

  it('checks the run against the given limits, only this time', async () => {
    const { summary } = await writeReport(folder, { sloP99Ms: [77] });

    expect(summary.sloRates).toHaveLength(run.plan.targets.length);
    expect((await writeReport(folder)).summary.sloRates).toBeUndefined();
  });

  it('reports a run that was cut off', async () => {
    const records = run.records.slice(0, 20);
    const recorded = records.filter(({ kind }) => kind === 'measurement').length;
    await writeRecordedRunFolder(folder, { ...run, records });
    const { files, summary } = await writeReport(folder);

    expect(summary.validity?.reasons).toMatchObject([{ code: 'cut-off', recorded }]);
    expect(await readFile(files.markdown, 'utf8')).toContain(`--resume ${folder}`);
  });
});
