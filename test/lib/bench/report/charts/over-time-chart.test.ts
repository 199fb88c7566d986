import { summarise } from '../../../../../lib/bench/analysis/summarise.ts';
import type { Summary } from '../../../../../lib/bench/analysis/summary.ts';
import type { CompletedMeasurement, ResultRecord } from '../../../../../lib/bench/model/record.ts';
import {
  closed,
  failedMeasurement,
  isCompleted,
  recordedRun,
} from '../../../../support/recorded-run.ts';
import { chartOf, linesOf, textsOf } from '../../../../support/run-charts.ts';

const SECONDS = 5;
const START = Date.parse('2026-01-02T03:00:00.000Z');

const failed = ({ measurement, startedAt }: CompletedMeasurement): ResultRecord => ({
  ...failedMeasurement(measurement, 'It ended.'),
  startedAt,
});

/** A run whose windows begin every five seconds, with a pause before one of them. */
const summaryWith = ({
  levels = [1, 4],
  repeats = 3,
  pauseSeconds = 0,
  change = (record: ResultRecord): ResultRecord => record,
} = {}): Summary => {
  const data = recordedRun({
    levels: levels.map(closed),
    scenarios: ['warm'],
    engines: ['onnx'],
    durationSeconds: 2,
    repeats,
  });
  let at = 0;
  const records = data.records.map((record) => {
    if (!isCompleted(record)) return record;
    const startedAt = new Date(START + 1000 * at).toISOString();
    at += SECONDS + (at === 10 * SECONDS ? pauseSeconds : 0);
    return change({ ...record, startedAt, load: { ...record.load, startedAt } });
  });
  return summarise({ ...data, records });
};

const overTime = (summary: Summary) => chartOf(summary, 'over-time-warm');
const pointsIn = (summary: Summary) => linesOf(overTime(summary)).flatMap(({ points }) => points);
const endOf = (summary: Summary): number => overTime(summary).plot.x.scale.domain()[1] ?? NaN;

describe('the chart of a run over its time', () => {
  const summary = summaryWith();

  it('has all windows, each with its rate and its response time', () => {
    const { plot } = overTime(summary);
    const panels = plot.kind === 'lines' ? plot.panels : [];
    expect(panels.map(({ y }) => y.title)).toEqual(['requests/s', expect.stringMatching(/^ms/)]);
    for (const { lines } of panels) {
      const times = lines.flatMap(({ points }) => points.map(({ x }) => x));
      expect(times.toSorted((a, b) => a - b)).toEqual(
        Array.from({ length: 4 * 2 * 3 }, (_, index) => SECONDS * index),
      );
    }
    expect(panels[0]?.y.scale.domain()[0]).toBe(0);
  });

  it('has a line of one colour for each target and level', () => {
    const lines = linesOf(overTime(summary)).slice(0, 4);
    expect(lines.map(({ look, stroke, figure }) => [look.colour.name, stroke, figure])).toEqual([
      ['target1', 'thin-dotted', '1 VU'],
      ['target1', 'thin', '4 VUs'],
      ['target2', 'thin-dotted', '1 VU'],
      ['target2', 'thin', '4 VUs'],
    ]);
    expect(textsOf(overTime(summaryWith({ levels: [1, 2, 4] })))).toContain('other levels');
  });

  it('tells when each window began', () => {
    expect(pointsIn(summary)[0]?.tip).toMatch(/^repeat 1, 03:00:00 UTC\n[\d.]+ requests\/s/);
  });

  it('shows windows that failed, which interrupt their line', () => {
    const failing = summaryWith({
      change: (record) =>
        isCompleted(record) && record.measurement.repeat === 2 ? failed(record) : record,
    });
    const missing = pointsIn(failing).filter(({ mark }) => mark === 'missing');

    expect(missing).toHaveLength(4 * 2);
    expect(missing[0]).toMatchObject({ x: 8 * SECONDS, y: 0 });
    expect(missing[0]?.tip).toMatch(/\nfailed: It ended\.$/);
    expect(textsOf(overTime(failing))).toContain('failed');
    expect(textsOf(overTime(summary))).not.toContain('failed');
  });

  it('cuts the pause of a run that was resumed', () => {
    const resumed = summaryWith({ pauseSeconds: 36_000 });

    expect(endOf(resumed)).toBe(endOf(summary) + 29 * SECONDS);
    expect(overTime(resumed).caption).not.toBe(overTime(summary).caption);
    expect(endOf(summaryWith({ pauseSeconds: 60 }))).toBe(endOf(summary) + 60);
  });

  it('has only the highest level of a run with very many windows', () => {
    const long = summaryWith({ levels: [1, 2, 4, 8, 16], repeats: 31 });
    const strokes = new Set(linesOf(overTime(long)).map(({ stroke }) => stroke));

    expect([...strokes]).toEqual(['thin']);
    expect(pointsIn(long)).toHaveLength(2 * 4 * 31);
  });

  it('has no panel of response times without any', () => {
    const silent = summaryWith({
      change: (record) => (isCompleted(record) ? failed(record) : record),
    });
    const { plot } = overTime(silent);

    expect(plot.kind === 'lines' && plot.panels.map(({ y }) => y.title)).toEqual(['requests/s']);
    expect(textsOf(overTime(silent))).toContain('failed');
  });
});
