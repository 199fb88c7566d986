import type { SummaryRow } from '../../lib/bench/analysis/summary-row.ts';
import type { MeasuredRow } from '../../lib/bench/analysis/records.ts';
import type { Level, Target } from '../../lib/bench/model/measurement.ts';
import type { CompletedMeasurement } from '../../lib/bench/model/record.ts';
import { closed, completedMeasurement, loadResult, planMeasurement } from './recorded-run.ts';

const SECONDS = 60;
const template = loadResult([100], SECONDS);

/** A row with a repeat of one minute for each rate. The row itself has no figures. */
export const measuredRow = (
  target: Target,
  level: Level,
  rates: readonly number[],
  {
    row = {},
    measurement = {},
  }: {
    readonly row?: Partial<SummaryRow>;
    readonly measurement?: Partial<CompletedMeasurement>;
  } = {},
): MeasuredRow => ({
  row: {
    target,
    engine: 'onnx',
    scenario: 'warm',
    level,
    repeats: rates.length,
    plannedRepeats: rates.length,
    failedRepeats: [],
    ...row,
  },
  repeats: rates.map((requestRatePerSecond, index) =>
    completedMeasurement(
      planMeasurement({ target, level, repeat: index + 1, durationSeconds: SECONDS }),
      { ...template, requestRatePerSecond },
      measurement,
    ),
  ),
});

export const openLevel = {
  loop: 'open',
  ratePerSecond: 10,
  arrivals: 'poisson',
} as const satisfies Level;

const ANSWERS = openLevel.ratePerSecond * SECONDS;

/** Latencies within 5 % of their median. */
const around = (medianMs: number): readonly number[] =>
  Array.from(
    { length: ANSWERS },
    (_, index) => medianMs * (0.95 + (0.1 * (index + 0.5)) / ANSWERS),
  );

/** A row of an open loop that answered all offered requests, with a repeat of one minute for each median response time. */
export const openLoopRow = (
  target: Target,
  mediansMs: readonly number[],
  row: Partial<SummaryRow> = {},
): MeasuredRow => {
  const rate = openLevel.ratePerSecond;
  const offered = ANSWERS * mediansMs.length;
  const withoutLatencies = measuredRow(
    target,
    openLevel,
    mediansMs.map(() => rate),
    {
      row: {
        requestRatePerSecond: { value: rate },
        offered,
        succeeded: offered,
        failed: 0,
        measuredSeconds: SECONDS * mediansMs.length,
        ...row,
      },
    },
  );
  return {
    ...withoutLatencies,
    repeats: withoutLatencies.repeats.map((measurement, index) => ({
      ...measurement,
      load: loadResult(around(mediansMs[index] ?? Number.NaN), SECONDS),
    })),
  };
};

const CPU_ANSWERS = 1000;

/** A row whose server needs so many milliseconds of CPU time for each of 1,000 answers in each repeat. */
export const cpuRow = (
  target: Target,
  cpuMs: readonly number[],
  {
    users = 4,
    rate = 50,
    row = {},
    measurement = {},
  }: {
    readonly users?: number;
    readonly rate?: number;
    readonly row?: Partial<MeasuredRow['row']>;
    readonly measurement?: Partial<CompletedMeasurement>;
  } = {},
): MeasuredRow => {
  const measured = measuredRow(
    target,
    closed(users),
    cpuMs.map(() => rate),
    { row, measurement },
  );
  return {
    ...measured,
    repeats: measured.repeats.map((record, at) => ({
      ...record,
      servingUse: { cpuMs: (cpuMs[at] ?? 0) * CPU_ANSWERS, answers: CPU_ANSWERS },
    })),
  };
};
