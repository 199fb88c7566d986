import { rigLimitOf } from '../../../../lib/bench/analysis/rig-limit.ts';
import type { Bypass, SummaryRow } from '../../../../lib/bench/analysis/summary-row.ts';
import type { Target } from '../../../../lib/bench/model/measurement.ts';
import { closed, recordedTargets } from '../../../support/recorded-run.ts';

const [first, second, third] = recordedTargets();

const NEEDED = 4;

/** Of a target with some users, at a rate; at the limit of the rig unless another state is given. */
const row = (
  target: Target,
  users: number,
  rate: number,
  state: 'at-limit' | 'passed' | 'failed' = 'at-limit',
  bypass?: Bypass,
): SummaryRow => ({
  target,
  engine: 'onnx',
  scenario: 'warm',
  level: closed(users),
  repeats: 4,
  plannedRepeats: 4,
  failedRepeats: [],
  requestRatePerSecond: { value: rate },
  checks: [{ check: 'noop-limit', state }],
  bypass,
});

describe('The limit of the rig', () => {
  it('is that of one level, the highest at which a target is at it, also if another was at it with fewer users only', () => {
    const rows = [
      row(first, 1, 740),
      row(first, 4, 976, 'passed'),
      row(second, 1, 700),
      row(second, 4, 1000),
      row(third, 1, 500, 'passed'),
      row(third, 4, 690, 'passed'),
    ];

    expect(rigLimitOf(rows, NEEDED)).toMatchObject({
      load: { scenario: 'warm', level: closed(4) },
      targets: [{ target: second, requestRatePerSecond: 1000 }],
      below: [
        { target: first, requestRatePerSecond: 976 },
        { target: third, requestRatePerSecond: 690 },
      ],
    });
  });

  it('is at a lower level if no target is at it at the highest', () => {
    const rows = [row(first, 1, 740), row(first, 4, 976, 'passed'), row(second, 4, 900, 'passed')];

    expect(rigLimitOf(rows, NEEDED)).toMatchObject({
      load: { level: closed(1) },
      targets: [{ target: first, requestRatePerSecond: 740 }],
      below: [],
    });
  });

  it('leaves out results that fail a check, and is none without a result at it', () => {
    expect(rigLimitOf([row(first, 4, 900), row(second, 4, 800, 'failed')], NEEDED)).toMatchObject({
      targets: [{ target: first }],
      below: [],
    });
    expect(rigLimitOf([row(first, 4, 900, 'passed')], NEEDED)).toBeUndefined();
  });
});

const bypassOf = (rates: readonly number[]): Bypass => ({
  repeats: rates.length,
  requestRatePerSecond: rates.reduce((a, b) => a + b) / rates.length,
  slowestRepeat: Math.min(...rates),
  fastestRepeat: Math.max(...rates),
  share: 0.5,
  p50Ms: 1,
  failed: 0,
  keptUp: true,
});

describe('Bypass runs at the limit of the rig', () => {
  it.each([
    ['each repeat of the faster is above each of the slower', [900, 950, 990, 910], true],
    ['a repeat of the slower was faster', [900, 400, 1300, 1000], false],
    ['there are too few repeats', [900, 900, 900], false],
    ['it is not 1.5 times as fast', [1150, 1190, 1100, 1180], false],
  ])('tell targets apart or not: %s', (_, rates, isBypassApart) => {
    const rows = [
      row(first, 4, 600, 'at-limit', bypassOf(rates)),
      row(second, 4, 600, 'at-limit', bypassOf([1500, 1200, 1800, 1600])),
    ];

    expect(rigLimitOf(rows, NEEDED)).toMatchObject({
      bypass: [{ target: second }, { target: first }],
      isBypassApart,
    });
  });

  it('are those of the same level, and of all its targets or of none', () => {
    const rows = [
      row(first, 1, 600, 'at-limit', bypassOf([5000])),
      row(first, 4, 600, 'at-limit', bypassOf([2000])),
      row(second, 4, 600, 'passed', bypassOf([1000])),
    ];

    expect(rigLimitOf(rows, NEEDED)).toMatchObject({
      bypass: [{ requestRatePerSecond: 2000 }, { requestRatePerSecond: 1000 }],
    });
    expect(rigLimitOf([...rows, row(third, 4, 600)], NEEDED)).toMatchObject({ bypass: [] });
  });
});
