import { reproductionOf } from '../../../../../lib/bench/analysis/reproduction/reproduce.ts';
import type { Reproduction } from '../../../../../lib/bench/analysis/reproduction/reproduction.ts';
import { summarise } from '../../../../../lib/bench/analysis/summarise.ts';
import type { Summary } from '../../../../../lib/bench/analysis/summary.ts';
import { recordedRun } from '../../../../support/recorded-run.ts';
import { publishedRun, seriesOfServing, studySeries } from '../../../../support/published-run.ts';

const demand = (reproduction: Reproduction | undefined): Reproduction => {
  if (reproduction === undefined) throw new Error('there is no reproduction');
  return reproduction;
};
const ofRun = (...run: Parameters<typeof publishedRun>): Reproduction =>
  demand(summarise(publishedRun(...run)).reproduction);

describe('a run beside the study', () => {
  it('is absent where they have no level in common', () => {
    expect(summarise(recordedRun({ durationSeconds: 2 })).reproduction).toBeUndefined();
  });

  it('agrees everywhere where it measured what the study printed', () => {
    const { series } = ofRun(studySeries('grpc', 'cold'));

    expect(series).toHaveLength(4);
    for (const { rows, shapes } of series) {
      expect(rows).toHaveLength(10);
      for (const row of rows) {
        expect(row.requestRatePerSecond).toMatchObject({ outcome: 'agrees' });
        expect(row.requestRatePerSecond?.ratio).toBeCloseTo(1, 2);
        expect(row.medianMs?.ratio).toBeCloseTo(1, 2);
      }
      expect(shapes.rateSpread?.reproduced).toBe(true);
      expect(shapes.linearity?.reproduced).toBe(true);
      expect(shapes.msPerUser?.ratio).toBeCloseTo(1, 2);
    }
  });

  it('holds the average of the medians and the share of failures against the study’s, with its reading error', () => {
    const series = seriesOfServing('torchserve');
    const [row] = ofRun([series], () => ({ rate: () => 100, failed: 60 })).series[0]?.rows ?? [];

    expect(row).toMatchObject({
      virtualUsers: 10,
      requestRatePerSecond: {
        ours: 100,
        published: { value: 66.46, error: 0.19 },
        outcome: 'differs',
      },
      medianMs: { published: { value: 132.1, error: 1.4 } },
      failedPercent: { published: { value: 1.63 } },
    });
    expect(row?.requestRatePerSecond?.ratio).toBeCloseTo(100 / 66.46, 10);
    expect(row?.failedPercent?.ours).toBeCloseTo((100 * 60) / 6060, 10);
  });

  it('does not agree with everything where its repeats scatter', () => {
    const scatter = [0.6, 1.4, 1];
    const [row] =
      ofRun([seriesOfServing('torchserve')], () => ({
        rate: ({ requestRatePerSecond }, repeat) =>
          (requestRatePerSecond?.value ?? 0) * (scatter[repeat - 1] ?? 1),
        repeats: scatter.length,
      })).series[0]?.rows ?? [];

    expect(row?.requestRatePerSecond).toMatchObject({ outcome: 'too noisy' });
  });

  it('has no ratio to a figure that is 0, and no rate where the study printed none', () => {
    const zero = ofRun([seriesOfServing('triton_pytorch')]).series[0]?.rows[0];
    const warm = ofRun([seriesOfServing('tfserving', 'rest', 'warm')]).series[0]?.rows[0];

    expect(zero?.failedPercent).toEqual({
      ours: 0,
      published: { value: 0, error: 0 },
      outcome: 'agrees',
    });
    expect(warm?.requestRatePerSecond).toBeUndefined();
    expect(warm?.medianMs).toMatchObject({ outcome: 'agrees' });
  });

  it('leaves out a path with another payload, and says so', () => {
    const { series, otherPayloads } = ofRun(
      [seriesOfServing('torchserve'), seriesOfServing('tfserving')],
      ({ path }) => (path.payload === 'image' ? {} : { path: { payload: 'tensor' } }),
    );

    expect(series.map(({ path }) => path.serving)).toEqual(['torchserve']);
    expect(otherPayloads).toMatchObject([{ serving: 'tfserving', payload: 'tensor' }]);
  });

  it('sees a plateau that is none any more, and response times that do not grow in a line', () => {
    const [series] = ofRun([seriesOfServing('torchserve')], () => ({
      rate: ({ virtualUsers }) => virtualUsers,
      medianMs: ({ virtualUsers }) => virtualUsers ** 3 / 100,
    })).series;

    expect(series?.shapes.rateSpread).toMatchObject({ ours: 10, reproduced: false });
    expect(series?.shapes.linearity).toMatchObject({ reproduced: false });
  });

  it('compares absolute figures only where machines and software are of the study’s kind', () => {
    const run = publishedRun([seriesOfServing('torchserve')], () => ({ rate: () => 500 }));
    const summary = summarise(run);
    const onAws = (serving: string, middleware: string) =>
      demand(
        reproductionOf({
          sides: summary.rows.map((row) => ({ row, repeats: [] })),
          plan: { ...run.plan, runtime: 'container' },
          environment: {
            ...run.environment,
            aws: {
              pairs: [
                { serving: { instanceType: serving }, middleware: { instanceType: middleware } },
              ],
            },
          } as unknown as Summary['environment'],
        }),
      );

    const there = onAws('g4dn.xlarge', 'c5.xlarge');
    expect(there).toMatchObject({ sameMachines: true, card: { card: 'NVIDIA T4' } });
    expect(there.sentences[0]).toContain('absolute figures may be compared');
    expect(there.series[0]?.rows[0]?.explanations.map(({ kind }) => kind)).toContain('card');
    expect(onAws('g4dn.2xlarge', 'c5.xlarge')).toMatchObject({ sameMachines: false });
    expect(onAws('g6.xlarge', 'c5.xlarge')).not.toHaveProperty('card');
    expect(summary.reproduction).toMatchObject({ sameMachines: false });
    expect(summary.reproduction?.sentences[0]).toContain('absolute figures may not');
  });
});
