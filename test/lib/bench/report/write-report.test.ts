import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { writeReport } from '../../../../lib/bench/report/write-report.ts';
import { recordedRun } from '../../../support/recorded-run.ts';
import { writeRecordedRunFolder } from '../../../support/recorded-run-folder.ts';

jest.setTimeout(30_000);

const run = recordedRun({ durationSeconds: 2, repeats: 2, scenarios: ['warm'] });

describe('writing the report of a run folder', () => {
  let folder = '';

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'report-'));
    await writeRecordedRunFolder(folder, run);
  });

  afterEach(() => rm(folder, { recursive: true }));

  it('writes every file and leaves nothing else behind', async () => {
    const files = await writeReport(folder);
    expect((await readdir(folder)).toSorted()).toEqual([
      'cells.csv',
      'charts',
      'environment.json',
      'paths.csv',
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
    for (const name of charts.filter((file) => file.endsWith('.svg'))) {
      const png = sharp(join(folder, 'charts', name.replace(/svg$/, 'png')));
      const { format, width } = await png.metadata();
      const drawn = await sharp(join(folder, 'charts', name)).metadata();
      expect(format).toBe('png');
      expect(width).toBe(2 * (drawn.width ?? 0));
      // Lines and text, not an empty surface.
      expect((await png.stats()).entropy).toBeGreaterThan(0.3);
    }
    expect(JSON.parse(await readFile(files.json, 'utf8'))).toEqual(files.summary);
  });

  it('gives the same bytes when it is written anew', async () => {
    const { html, markdown, csv, json } = await writeReport(folder);
    const read = () =>
      Promise.all([html, markdown, csv, json].map((file) => readFile(file, 'utf8')));
    const before = await read();
    await writeReport(folder);
    expect(await read()).toEqual(before);
  });

  it('reports a run that was cut off', async () => {
    await writeRecordedRunFolder(folder, { ...run, records: run.records.slice(0, 20) });
    const files = await writeReport(folder);
    expect(await readFile(files.markdown, 'utf8')).toContain('cut off');
  });

  it('says what is wrong with a folder that is none of a run', async () => {
    await rm(join(folder, 'plan.json'));
    await expect(writeReport(folder)).rejects.toThrow(/plan\.json/);
  });
});
