import { compareWithStudy } from '../../../../lib/bench/analysis/study-comparison.ts';
import { summarise } from '../../../../lib/bench/analysis/summarise.ts';
import type { Summary } from '../../../../lib/bench/analysis/summary.ts';
import { recordedRun } from '../../../support/recorded-run.ts';
import { publishedRun, seriesOfServing, studySeries } from '../../../support/published-run.ts';

const ofRun = (...run: Parameters<typeof publishedRun>) =>
  summarise(publishedRun(...run)).study?.rows ?? [];

describe('The comparison with the study of 2021', () => {
  it('is absent if the run has no level in common with the study', () => {
    expect(summarise(recordedRun({ durationSeconds: 2 })).study).toBeUndefined();
  });

  it('gives ratios of 1 for a run with the figures of the study', () => {
    const rows = ofRun(studySeries('grpc', 'cold'));

    expect(rows).toHaveLength(40);
    for (const { requestRatePerSecond, medianMs } of rows) {
      expect(requestRatePerSecond?.ratio).toBeCloseTo(1, 2);
      expect(medianMs?.ratio).toBeCloseTo(1, 2);
    }
  });

  it('compares rate, average of medians and failed share with the study', () => {
    const [row] = ofRun([seriesOfServing('torchserve')], () => ({ rate: () => 100, failed: 60 }));

    expect(row).toMatchObject({
      target: { serving: 'torchserve' },
      scenario: 'cold',
      virtualUsers: 10,
      requestRatePerSecond: { ours: 100, study: 66.46 },
      medianMs: { study: 132.1 },
      failedPercent: { study: 1.63 },
    });
    expect(row?.requestRatePerSecond?.ratio).toBeCloseTo(100 / 66.46, 10);
    expect(row?.failedPercent?.ours).toBeCloseTo((100 * 60) / 6060, 10);
  });

  it('has no ratio to a figure of 0, and no rate if the study has none', () => {
    const [zero] = ofRun([seriesOfServing('triton_pytorch')]);
    const [warm] = ofRun([seriesOfServing('tfserving', 'rest', 'warm')]);

    expect(zero?.failedPercent).toEqual({ ours: 0, study: 0 });
    expect(warm?.requestRatePerSecond).toBeUndefined();
    expect(warm?.medianMs?.ratio).toBeCloseTo(1, 2);
  });

  it('has the notes on the study’s figures at the levels to which they apply', () => {
    const rows = ofRun([seriesOfServing('tfserving')]);
    const timedOut = rows.filter(({ notes }) => notes.some((note) => note.includes('timeout')));

    expect(timedOut.map(({ virtualUsers }) => virtualUsers)).toEqual([90, 100]);
  });

  it('leaves out a target with another payload than the study sent', () => {
    const rows = ofRun(
      [seriesOfServing('torchserve'), seriesOfServing('tfserving')],
      ({ target }) => (target.payload === 'image' ? {} : { target: { payload: 'tensor' } }),
    );

    expect(new Set(rows.map(({ target }) => target.serving))).toEqual(new Set(['torchserve']));
  });

  it('recognises the study’s machines by their instance types, one with more network included, with containers', () => {
    const { environment, rows } = summarise(publishedRun([seriesOfServing('torchserve')]));
    const isSame = (
      serving: string,
      runtime: 'container' | 'simulated',
      middleware = 'c5.xlarge',
    ): boolean | undefined => {
      const pair = {
        serving: { instanceType: serving },
        middleware: { instanceType: middleware },
      };
      const onAws = { ...environment, aws: { pairs: [pair] } } as unknown as Summary['environment'];
      return compareWithStudy({ runtime }, onAws, rows)?.sameMachines;
    };

    expect(isSame('g4dn.xlarge', 'container')).toBe(true);
    expect(isSame('g4dn.xlarge', 'container', 'c5n.xlarge')).toBe(true);
    expect(isSame('g4dn.xlarge', 'container', 'c5.2xlarge')).toBe(false);
    expect(isSame('g4dn.2xlarge', 'container')).toBe(false);
    expect(isSame('g4dn.xlarge', 'simulated')).toBe(false);
    expect(compareWithStudy({ runtime: 'container' }, environment, rows)?.sameMachines).toBe(false);
  });
});
