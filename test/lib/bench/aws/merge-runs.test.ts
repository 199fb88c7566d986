import { mergeRuns, type PairPart } from '../../../../lib/bench/aws/merge-runs.ts';
import type { AwsPair, Environment } from '../../../../lib/bench/model/environment.ts';
import type { ResultRecord } from '../../../../lib/bench/model/record.ts';
import { closed, failedMeasurement, recordedRun } from '../../../support/recorded-run.ts';

const { plan, environment, records } = recordedRun({ levels: [closed(1)], repeats: 2 });
const ofRepeat = (repeat: number): readonly ResultRecord[] =>
  records.filter((record) => record.kind !== 'measurement' || record.measurement.repeat === repeat);

const node = {
  instanceId: 'i',
  instanceType: 't',
  bootstrapVersion: 'v',
  machine: environment.machine,
};
const awsEnvironment = (pair: number): Environment => {
  const awsPair: AwsPair = {
    pair,
    since: '2026-01-02T03:00:00.000Z',
    availabilityZone: 'us-east-1a',
    pricePerHourUsd: 0.7,
    serving: node,
    middleware: node,
  };
  const aws = {
    deployment: 'd',
    region: 'r',
    images: { pulled: 'x', built: `id-${pair}` },
    pairs: [awsPair],
  };
  return { ...environment, where: 'aws', aws };
};
const part = (pair: number, extra: Partial<PairPart> = {}): PairPart => ({
  pair,
  plan,
  environment: awsEnvironment(pair),
  records: ofRepeat(pair),
  ...extra,
});
const measurements = (all: readonly ResultRecord[]) =>
  all.filter((record) => record.kind === 'measurement');
const [first] = measurements(ofRepeat(1));
if (first?.kind !== 'measurement' || first.state !== 'completed') throw new Error('no measurement');
const failed = failedMeasurement(first.measurement);

describe('the parts of a run', () => {
  it('are merged as if one runner had written them, and each record names its pair', () => {
    const merged = mergeRuns([part(2), part(1)]);

    expect(measurements(merged.records)).toHaveLength(plan.measurements.length);
    expect(merged.plan).toBe(plan);
    expect(new Set(merged.records.map(({ pair }) => pair))).toEqual(new Set([1, 2]));
    expect(merged.environment.aws).toMatchObject({
      images: { pulled: 'x', built: 'id-1, id-2' },
      pairs: [{ pair: 1 }, { pair: 2 }],
    });
  });

  it('are merged without a pair that measured nothing', () => {
    const merged = mergeRuns([part(1), part(2, { environment: undefined, records: [] })]);

    expect(measurements(merged.records)).toHaveLength(plan.measurements.length / 2);
    expect(merged.environment.aws?.pairs).toHaveLength(1);
  });

  it('give each repeat from the pair that it belongs to, and nothing from a pair without repeats', () => {
    const unfinished = ofRepeat(2).slice(0, -1);
    const parts = [
      part(1, { records: unfinished }),
      part(2, { records: [...ofRepeat(1), ...ofRepeat(2)] }),
      part(3, { records: ofRepeat(1) }),
    ];
    const merged = mergeRuns(parts, { 1: [], 2: [2], 3: [1] });

    expect(measurements(merged.records)).toHaveLength(plan.measurements.length);
    expect(new Set(merged.records.map(({ pair }) => pair))).toEqual(new Set([2, 3]));
  });

  it('give the last result of a measurement that failed and was repeated', () => {
    const merged = mergeRuns([part(1, { records: [failed, ...ofRepeat(1)] }), part(2)]);

    expect(merged.records).not.toContainEqual({ ...failed, pair: 1 });
    expect(measurements(merged.records)).toHaveLength(plan.measurements.length);
  });

  it.each([
    [
      'their plans differ',
      [part(1), part(2, { plan: { ...plan, hash: 'ee' } })],
      'BENCH_OTHER_PLAN',
    ],
    [
      'a measurement belongs to another plan',
      [part(1), part(2, { records: [{ ...first, planHash: 'ee' }] })],
      'BENCH_MIXED_RUNS',
    ],
    ['no pair has an environment', [part(1, { environment: undefined })], 'BENCH_NO_RESULTS'],
    ['there are none', [], 'BENCH_NO_RESULTS'],
  ])('are refused if %s', (_, parts, code) => {
    expect(() => mergeRuns(parts)).toThrow(expect.objectContaining({ code }) as Error);
  });
});
