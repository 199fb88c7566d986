import { timePartsOf } from '../../../../lib/bench/analysis/time-parts.ts';
import type { CompletedMeasurement } from '../../../../lib/bench/model/record.ts';
import {
  closed,
  completedMeasurement,
  evenLoad,
  planMeasurement,
} from '../../../support/recorded-run.ts';

const phase = (meanMs: number) => ({ meanMs });

/** The middleware's phases of requests that took 100 ms, of which 90 ms were in the middleware. */
const PHASES: Readonly<Record<string, ReturnType<typeof phase>>> = {
  receive: phase(2),
  queue: phase(1),
  decode: phase(5),
  encode: phase(1),
  upstream: phase(80),
  parse: phase(1),
  total: phase(90),
};

const measurementOf = (
  count: number,
  serving?: CompletedMeasurement['serving'],
  { repeat = 1, phases = PHASES } = {},
): CompletedMeasurement =>
  completedMeasurement(
    planMeasurement({ level: closed(1), repeat }),
    evenLoad(count, 100, 10, { phases }),
    serving === undefined ? {} : { serving },
  );

const meansOf = (measurements: readonly CompletedMeasurement[]): Record<string, number> =>
  Object.fromEntries(
    timePartsOf(measurements)?.parts.map(({ name, meanMs }) => [name, Number(meanMs.toFixed(6))]) ??
      [],
  );

const reported = (
  count: number,
  times: { requestMs?: number; queueMs?: number; computeMs?: number },
) => ({ state: 'reported', count, ...times }) as const;

describe('Where the time goes', () => {
  it('is split at the serving if it reports its times', () => {
    const split = timePartsOf([
      measurementOf(10, reported(10, { requestMs: 700, queueMs: 200, computeMs: 450 })),
    ]);

    expect(split?.parts.map(({ name, meanMs }) => [name, Math.round(meanMs)])).toEqual([
      ['client', 12],
      ['queue', 1],
      ['decode', 5],
      ['encode', 1],
      ['wire', 10],
      ['serving_queue', 20],
      ['serving_compute', 45],
      ['serving_rest', 5],
      ['parse', 1],
    ]);
    expect(split).toMatchObject({
      addsUp: true,
      servingTells: ['request', 'queue', 'compute'],
      unreported: [],
    });
  });

  it('has `upstream` as one part if the serving reports nothing', () => {
    expect(meansOf([measurementOf(10)])).toMatchObject({ upstream: 80 });
    expect(Object.keys(meansOf([measurementOf(10)]))).not.toContain('wire');
    expect(timePartsOf([measurementOf(10)])?.servingTells).toEqual([]);
  });

  it('counts time that the serving does not report as wire time', () => {
    const means = meansOf([measurementOf(10, reported(10, { computeMs: 500 }))]);

    expect(means).toMatchObject({ wire: 30, serving_compute: 50 });
    expect(Object.keys(means)).not.toContain('serving_rest');
  });

  it('weights the repeats by their answers, for the serving’s times, too', () => {
    const means = meansOf([
      measurementOf(30, reported(30, { requestMs: 30 * 40, queueMs: 0, computeMs: 30 * 40 })),
      measurementOf(10, reported(12, { requestMs: 12 * 80, queueMs: 0, computeMs: 12 * 80 }), {
        repeat: 2,
      }),
    ]);

    expect(means['serving_compute']).toBeCloseTo((30 * 40 + 10 * 80) / 40);
  });

  it('is not split at the serving if a repeat lacks its times, and says why', () => {
    const split = timePartsOf([
      measurementOf(10, reported(10, { computeMs: 500 })),
      measurementOf(
        10,
        { state: 'unreported', reason: 'http://serving/stats gave 503' },
        { repeat: 2 },
      ),
    ]);

    expect(split?.parts.map(({ name }) => name)).toContain('upstream');
    expect(split?.unreported).toEqual([{ repeat: 2, why: 'http://serving/stats gave 503' }]);
  });

  it('has a negative rest if the serving reports more time than the middleware waited', () => {
    const split = timePartsOf([
      measurementOf(10, reported(9, { requestMs: 9 * 90, computeMs: 9 * 90 })),
    ]);

    expect(split?.addsUp).toBe(false);
    expect(split?.unattributedMs).toBeCloseTo(-10, 0);
  });

  it('has a rest if the middleware’s phases are less than its total', () => {
    const split = timePartsOf([
      measurementOf(10, undefined, { phases: { ...PHASES, decode: phase(1) } }),
    ]);

    expect(split?.addsUp).toBe(false);
    expect(split?.unattributedMs).toBeCloseTo(4, 0);
  });

  it('is absent if the middleware reported no phases or nothing was answered', () => {
    expect(timePartsOf([measurementOf(10, undefined, { phases: {} })])).toBeUndefined();
    expect(timePartsOf([measurementOf(0)])).toBeUndefined();
    expect(timePartsOf([])).toBeUndefined();
  });
});
