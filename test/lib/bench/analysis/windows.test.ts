import { windowsOf } from '../../../../lib/bench/analysis/windows.ts';
import type { Measurement } from '../../../../lib/bench/model/measurement.ts';
import {
  completedMeasurement,
  evenLoad,
  failedMeasurement,
  planMeasurement,
} from '../../../support/recorded-run.ts';

const at = (seconds: number): string =>
  new Date(Date.UTC(2026, 0, 2) + 1000 * seconds).toISOString();

/** A window of two seconds. */
const windowAt = (seconds: number, of: Partial<Measurement>, answers: number, failed = 0) =>
  completedMeasurement(
    planMeasurement({ id: at(seconds), ...of }),
    evenLoad(answers, 20, 2, { startedAt: at(seconds), failed }),
  );

const byId = <Of extends { readonly measurement: Measurement }>(records: readonly Of[]) =>
  new Map(records.map((record) => [record.measurement.id, record]));

const windowsFrom = (
  completed: readonly ReturnType<typeof windowAt>[],
  failed: readonly ReturnType<typeof failedMeasurement>[] = [],
) =>
  windowsOf(
    [...completed, ...failed].map(({ measurement }) => measurement),
    byId(completed),
    byId(failed),
  );

describe('The windows of a row', () => {
  it('stand in the order of the run, those of failed measurements included', () => {
    const failure = { ...failedMeasurement(planMeasurement({ repeat: 2 })), startedAt: at(10) };
    const windows = windowsFrom(
      [windowAt(20, { repeat: 3 }, 80), windowAt(0, { repeat: 1 }, 60)],
      [failure],
    );

    expect(windows).toMatchObject([
      { repeat: 1, startedAt: at(0), requestRatePerSecond: 30 },
      { repeat: 2, startedAt: at(10) },
      { repeat: 3, startedAt: at(20), requestRatePerSecond: 40 },
    ]);
  });

  it('are those of each block of a repeat', () => {
    const windows = windowsFrom([windowAt(0, { block: 1 }, 60), windowAt(5, { block: 2 }, 62)]);

    expect(windows.map(({ requestRatePerSecond }) => requestRatePerSecond)).toEqual([30, 31]);
  });

  it('are those that were measured after an earlier failure', () => {
    const done = windowAt(20, { id: 'it' }, 80);

    expect(windowsFrom([done], [failedMeasurement(done.measurement)])[0]).toMatchObject({
      requestRatePerSecond: 40,
    });
  });

  it('have no response time without a correct answer, and the number of requests that failed', () => {
    const [window] = windowsFrom([windowAt(0, {}, 0, 7)]);

    expect(window?.p50Ms).toBeUndefined();
    expect(window).toMatchObject({ requestRatePerSecond: 0, failed: 7 });
  });
});
