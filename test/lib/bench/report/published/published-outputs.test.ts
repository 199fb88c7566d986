import { readFileSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { Ajv } from 'ajv';
import {
  publishedSeries,
  type PublishedStudy,
  type Reading,
} from '../../../../../lib/bench/published/published-points.ts';
import { writePublished } from '../../../../../lib/bench/report/published/write-published.ts';
import { NO_FIGURE } from '../../../../../lib/bench/wording/format-number.ts';
import { publishedSchemas } from '../../../../../lib/json-schemas.ts';
import { manifestOf } from '../../../../../serving-configs/index.ts';
import { csvRecords, htmlTables, markdownTables } from '../../../../support/read-tables.ts';
import { useTemporaryFolders } from '../../../../support/temporary-folder.ts';

const root = path.resolve(__dirname, '../../../../..');
const newFolder = useTemporaryFolders();

const readingText = (reading: Reading | undefined): string =>
  reading === undefined ? NO_FIGURE : `${reading.value} ± ${reading.error}`;

const csvReading = (value = '', error = ''): string =>
  value === '' ? NO_FIGURE : `${value} ± ${error}`;

describe('what is written of the study of 2021', () => {
  let files: readonly string[] = [];
  let texts: ReadonlyMap<string, string> = new Map();
  const text = (file: string): string => texts.get(file) ?? '';

  beforeAll(async () => {
    const folder = newFolder();
    await writePublished(folder);
    files = await readdir(folder);
    const read = await Promise.all(
      ['report.html', 'report.md', 'points.csv', 'points.json'].map(
        async (file) => [file, await readFile(path.join(folder, file), 'utf8')] as const,
      ),
    );
    texts = new Map(read);
  }, 180_000);

  it('is a page, Markdown, CSV, JSON and charts', () => {
    expect(files.toSorted()).toEqual([
      'charts',
      'points.csv',
      'points.json',
      'report.html',
      'report.md',
    ]);
  });

  it('has every point with its reading error in HTML, Markdown, CSV and JSON, the same in all of them', () => {
    const { series } = JSON.parse(text('points.json')) as PublishedStudy;
    const wanted = series.flatMap(({ path: { serving }, points }) =>
      points.map((point) => [
        manifestOf(serving).title,
        String(point.virtualUsers),
        readingText(point.requestRatePerSecond),
        readingText(point.medianMs),
        readingText(point.failedPercent),
      ]),
    );
    const lines = csvRecords(text('points.csv')).map((line) => [
      manifestOf(line.serving as Parameters<typeof manifestOf>[0]).title,
      line.virtual_users,
      csvReading(line.requests_per_second, line.requests_per_second_error),
      csvReading(line.median_ms, line.median_error_ms),
      csvReading(line.failed_percent, line.failed_percent_error),
    ]);
    const page = htmlTables(text('report.html'));
    const markdown = markdownTables(text('report.md'));

    expect(wanted).toHaveLength(publishedSeries.flatMap(({ points }) => points).length);
    expect(lines).toEqual(wanted);
    expect(markdown.map(({ head }) => head)).toEqual(page.map(({ head }) => head));
    expect(markdown.map(({ rows }) => rows)).toEqual(page.map(({ rows }) => rows));
    // A table holds the series of a protocol and scenario; they stand apart in the data.
    const ofPage = page.flatMap(({ rows }) => rows);
    expect(ofPage.map((row) => row.join()).toSorted()).toEqual(
      wanted.map((row) => row.join()).toSorted(),
    );
  });

  it('says in Markdown what is known of each series, where the figures are from, and that they are those of others', () => {
    const markdown = text('report.md').replaceAll('\\', '');
    const known = publishedSeries.flatMap(({ plateau, caveats }) => [
      plateau.text,
      ...caveats.map((caveat) => caveat.text),
    ]);
    const missing = known.filter((sentence) => !markdown.includes(sentence));

    expect(missing).toEqual([]);
    expect(markdown.indexOf('Figures of others')).toBeLessThan(markdown.indexOf('\n## '));
    expect(markdown).toContain('## Source');
  });

  it('shows in Markdown every chart that is written', async () => {
    const shown = [...text('report.md').matchAll(/\]\((charts\/[^)]*\.svg)\)/g)];
    const drawn = [...text('report.html').matchAll(/<figure id="([^"]*)"/g)];

    expect(shown.map(([, file]) => file)).toEqual(drawn.map(([, name]) => `charts/${name}.svg`));
  });

  it('is in JSON as its published schema says', () => {
    const file = publishedSchemas.find(({ type }) => type === 'PublishedStudy')?.file ?? '';
    const schema = JSON.parse(readFileSync(path.join(root, file), 'utf8')) as object;
    const validate = new Ajv({ strict: false }).compile(schema);
    const study = JSON.parse(text('points.json')) as PublishedStudy;

    expect(validate(study)).toBe(true);
    expect(validate({ ...study, series: [{ points: [] }] })).toBe(false);
    expect(validate({ series: study.series })).toBe(false);
  });
});
