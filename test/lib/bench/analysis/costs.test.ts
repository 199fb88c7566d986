import { costsOf, priceOf, rowCost, usdPerMillion } from '../../../../lib/bench/analysis/costs.ts';
import { checksSupport } from '../../../../lib/bench/analysis/checks/check.ts';
import { summarise } from '../../../../lib/bench/analysis/summarise.ts';
import type { SloRate } from '../../../../lib/bench/analysis/slo-types.ts';
import { closed, recordedTargets, recordedRun } from '../../../support/recorded-run.ts';
import { sloRow } from '../../../support/slo-row.ts';
import { withSlowerAnswers } from '../../../support/slower-answers.ts';

const [target] = recordedTargets();

const price = { usdPerHour: 0.72, kind: 'given' } as const;

/** The rate that a search found within a limit. */
const found = (limitMs: number, ratePerSecond: number): SloRate => ({
  target,
  engine: 'onnx',
  scenario: 'warm',
  limitMs,
  state: 'kept',
  requests: 1000,
  overLimit: 0,
  search: { state: 'found', repeats: 3, trials: 21 },
  requestRatePerSecond: { value: ratePerSecond },
});

describe('The cost of a million answers', () => {
  it('is the price per hour divided by the answers per hour', () => {
    // 0.72 dollars for 200 × 3600 answers.
    expect(usdPerMillion(0.72, 200)).toBeCloseTo(1, 9);
  });

  it('is given for the highest rate, and for the highest rate within each limit', () => {
    const rows = [sloRow(1, 50, 10), sloRow(8, 100, 40)];
    const { price: priceOfRun, targets } = costsOf(rows, price, [found(15, 60), found(50, 90)]);

    expect(priceOfRun).toEqual(price);
    expect(
      targets.map(({ limitMs, requestRatePerSecond: rate, usdPerMillion: { value } }) => [
        limitMs,
        rate,
        value,
      ]),
    ).toEqual([
      [15, 60, usdPerMillion(0.72, 60)],
      [50, 90, usdPerMillion(0.72, 90)],
      [undefined, 100, usdPerMillion(0.72, 100)],
    ]);
  });

  it('is not given within a limit that no rate keeps', () => {
    const { requestRatePerSecond: _, ...lost } = found(15, 60);

    expect(costsOf([], price, [lost]).targets).toEqual([]);
  });

  it('is not given for a level that fails a check', () => {
    const checks = [{ check: 'noop-limit', state: 'failed' }] as const;
    const failing = sloRow(2, 80, 14, { checks });

    expect(costsOf([sloRow(1, 50, 10), failing], price, []).targets).toMatchObject([
      { level: closed(1), requestRatePerSecond: 50 },
    ]);
    expect(costsOf([failing], price, []).targets).toEqual([]);
  });

  it('has the inverse of the rate’s interval', () => {
    const interval = { low: 90, high: 110, confidence: 0.95 };
    const row = sloRow(1, 100, 10, { requestRatePerSecond: { value: 100, interval } });
    expect(costsOf([row], price, []).targets[0]?.usdPerMillion.interval).toEqual({
      low: usdPerMillion(0.72, 110),
      high: usdPerMillion(0.72, 90),
      confidence: 0.95,
    });
  });

  it('is not given for no-op limits and for rows without answers', () => {
    const rows = [sloRow(1, 500, 1, { engine: 'noop' }), sloRow(2, 0, 10)];
    expect(costsOf(rows, price, []).targets).toEqual([]);
    expect(rows.map((row) => rowCost(row, price))).toEqual([undefined, undefined]);
  });

  it('is in the summary of a run only if there is a price', () => {
    const run = recordedRun({ repeats: 2, durationSeconds: 2 });
    expect(summarise(run).costs).toBeUndefined();
    const priced = { ...run, plan: { ...run.plan, settings: { usdPerHour: 2 } } };
    const { costs, rows } = summarise(priced);
    expect(costs?.targets).toHaveLength(4 * 2);
    const usable = rows.filter((row) => row.engine !== 'noop' && checksSupport(row));
    expect(usable.length).toBeGreaterThan(0);
    expect(rows.filter((row) => row.usdPerMillion !== undefined)).toEqual(usable);
  });
});

/** A run whose machine costs 0.72 dollars an hour. */
const priced = (options: Parameters<typeof recordedRun>[0]) => {
  const run = recordedRun({ repeats: 5, scenarios: ['warm'], ...options });
  return { ...run, plan: { ...run.plan, settings: { usdPerHour: 0.72 } } };
};

describe('The cheapest target', () => {
  it('is the one with the lowest cost, if the verdicts say that it is faster', () => {
    const clear = priced({ durationSeconds: 60, targets: recordedTargets().slice(1, 3) });

    expect(summarise(clear).costs?.cheapest).toMatchObject({
      cost: { target: { serving: 'triton_pytorch' } },
      notDearer: [],
    });
  });

  it('may not be cheaper than another if their ratio at the level is not clear', () => {
    const run = priced({ durationSeconds: 4, levels: [closed(4), closed(16)] });
    const { costs, rows, headline } = summarise(run);
    if (headline === undefined) throw new Error('no verdicts');
    const interval = { low: 0.9, high: 1.1, confidence: 0.99 };
    const verdicts = headline.verdicts.map((verdict) => ({
      ...verdict,
      loads: verdict.loads.map((load) => ({ ...load, ratio: { value: 1, interval } })),
    }));
    const atSixteen = rows.filter(
      ({ level }) => level.loop === 'closed' && level.virtualUsers === 16,
    );

    expect(
      costsOf(atSixteen, costs?.price ?? price, [], { ...headline, verdicts }).cheapest?.notDearer,
    ).toHaveLength(3);
  });

  it('is not cheaper for a shorter median response time in an open loop, since both have the same rate', () => {
    const open = priced({
      durationSeconds: 30,
      levels: [{ loop: 'open', ratePerSecond: 20, arrivals: 'poisson' }],
      targets: recordedTargets().slice(2),
    });
    const summary = summarise(
      withSlowerAnswers(open, ({ measurement }) =>
        measurement.target.serving === 'triton_pytorch' ? 0.5 : 1,
      ),
    );

    expect(summary.headline?.verdicts[0]?.judgement.kind).toBe('faster');
    expect(summary.costs?.cheapest?.notDearer).toHaveLength(1);
  });

  it('is unknown if no level has a usable rate', () => {
    const failing = sloRow(2, 80, 14, { checks: [{ check: 'noop-limit', state: 'failed' }] });

    expect(costsOf([failing], price, [])).toMatchObject({ unknown: 'failed-checks' });
    expect(costsOf([sloRow(2, 0, 10)], price, [])).toMatchObject({ unknown: 'no-rate' });
  });
});

describe('The price of a run', () => {
  const node = {} as never;
  const pair = (pricePerHourUsd?: number) => ({
    pair: 1,
    since: '',
    availabilityZone: '',
    ...(pricePerHourUsd === undefined ? {} : { pricePerHourUsd }),
    priceDate: '2026-10-08',
    serving: node,
    middleware: node,
  });
  const aws = (...prices: readonly (number | undefined)[]) => ({
    aws: { deployment: 'd', region: 'us-east-1', images: {}, pairs: prices.map(pair) },
  });

  it('is that of the most expensive node pair on AWS, with the day on which it was read', () => {
    expect(priceOf({ settings: {} }, aws(0.7, 0.8))).toEqual({
      usdPerHour: 0.8,
      kind: 'list',
      region: 'us-east-1',
      date: '2026-10-08',
    });
  });

  it('is the given one, whatever the list says', () => {
    expect(priceOf({ settings: { usdPerHour: 3 } }, aws(0.7))).toEqual({
      usdPerHour: 3,
      kind: 'given',
    });
  });

  it('is unknown on one machine if none was given, and on AWS if a pair has no list price', () => {
    expect(priceOf({ settings: {} }, {})).toBeUndefined();
    expect(priceOf({ settings: {} }, aws(undefined))).toBeUndefined();
    expect(priceOf({ settings: {} }, aws(0.7, undefined))).toBeUndefined();
  });
});
