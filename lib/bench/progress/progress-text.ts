import type { LoadEvent } from '../model/load-result.ts';
import type { Measurement } from '../model/measurement.ts';
import {
  counted,
  durationText,
  FIGURE_DIGITS,
  formatFigure,
  formatPercent,
} from '../wording/format-number.ts';
import { labelOf, levelLabel, type Labels } from '../wording/labels.ts';
import type { CompletedMeasurement, MeasurementRecord, Pilot } from '../model/record.ts';
import { groupBy } from '../analysis/group-by.ts';
import { faultFacts } from '../model/fault.ts';
import { isTuningMeasurement } from '../plan/tuning.ts';
import type { MeasurementPosition } from '../run/run-event.ts';
import { ONE_AT_A_TIME } from '../wording/turn-words.ts';

const noopText = ({ engine }: Measurement): string =>
  engine === 'noop' ? ', no-op (limit of the rig)' : '';

/** The load level, or the fault or soak of a stability measurement. */
const testText = ({ stability, level, durationSeconds }: Measurement): string => {
  if (stability === undefined) return levelLabel(level);
  return stability === 'soak'
    ? `constant load for ${durationText(durationSeconds)}`
    : `with ${faultFacts[stability].title}`;
};

/** The target and load of a measurement, and whether its serving starts cold. */
export const measurementText = (measurement: Measurement, labels: Labels): string => {
  const cold = measurement.scenario === 'cold' ? ', cold' : '';
  return `${labelOf(labels, measurement.target)}${cold}, ${testText(measurement)}${noopText(measurement)}`;
};

const positionText = ({
  number,
  total,
  isBound,
}: Pick<MeasurementPosition, 'number' | 'total' | 'isBound'>): string =>
  `[${String(number).padStart(String(total).length)}/${isBound === true ? 'at most ' : ''}${total}]`;

/** Intermediate figures of a load; `p50Ms` is null or absent before the first answer. */
interface LoadFigures {
  readonly phase: 'warmup' | 'window' | 'drain';
  readonly answers: number;
  readonly requestRatePerSecond: number;
  readonly p50Ms?: number | null;
  readonly failed: number;
}

/** A rate with as many digits as its number of answers has, since more would be chance: `4 req/s` of 7 answers. */
const rateText = (ratePerSecond: number, answers: number): string => {
  const digits = String(answers).length;
  const rounded = Number(ratePerSecond.toPrecision(digits));
  return `${digits < FIGURE_DIGITS ? rounded : formatFigure(ratePerSecond)} req/s`;
};

/** `85.2 req/s · p50 110 ms` */
const loadText = ({ phase, answers, requestRatePerSecond, p50Ms, failed }: LoadFigures): string => {
  const figures =
    answers === 0
      ? 'no answer yet'
      : `${rateText(requestRatePerSecond, answers)} · p50 ${formatFigure(p50Ms ?? undefined)} ms`;
  return `${phase === 'warmup' ? 'warm-up, ' : ''}${figures}${failed > 0 ? ` · ${failed} failed` : ''}`;
};

/**
 * The line that is redrawn during a measurement. The most important part comes first, because a narrow terminal cuts off the end.
 *
 * @param activity the progress of the load, or a description of another step
 * @param sinceSeconds time since the position was reported
 */
export const liveText = (
  position: MeasurementPosition,
  labels: Labels,
  activity: Extract<LoadEvent, { event: 'progress' }> | string,
  sinceSeconds = 0,
): string => {
  const left = `${durationText(position.secondsLeft - sinceSeconds)} left`;
  const now = typeof activity === 'string' ? activity : loadText(activity);
  return `${positionText(position)} ${left} · ${now} · ${measurementText(position.measurement, labels)}`;
};

const bypassText = ({ bypass }: CompletedMeasurement): string => {
  if (bypass === undefined) return '';
  return bypass.state === 'failed'
    ? `, no bypass run: ${bypass.reason}`
    : `, ${formatPercent(bypass.rateShare)} % of the bypass run’s rate`;
};

/**
 * Whether the load generator was too late. Not judged in stability measurements, because their faults also delay the sender, and in a search for
 * settings, which goes beyond every limit.
 */
export const isLate = ({ measurement, load }: CompletedMeasurement): boolean =>
  measurement.stability === undefined && !isTuningMeasurement(measurement) && !load.self.keptUp;

const outcomeText = (record: MeasurementRecord): string => {
  if (record.state === 'failed') return `failed: ${record.message} (${record.code})`;
  const { load } = record;
  const failed = load.failed === 0 ? '' : `, ${counted(load.failed, 'request')} failed`;
  const late = isLate(record)
    ? `, the load generator did not keep up: ${load.self.reason ?? ''}`
    : '';
  const latency =
    load.succeeded === 0 ? 'no correct answer' : `p50 ${formatFigure(load.latency.p50Ms)} ms`;
  return `${rateText(load.requestRatePerSecond, load.succeeded)} · ${latency}${bypassText(record)}${failed}${late}`;
};

/** The line of a finished measurement, in the order of {@link liveText}. */
export const finishedText = (
  position: MeasurementPosition,
  record: MeasurementRecord,
  labels: Labels,
): string =>
  `${positionText(position)} ${durationText(position.secondsLeft)} left · ${outcomeText(record)} · ${measurementText(position.measurement, labels)}`;

/** How the servers of a run with some targets take turns, and the lengths of its windows. */
export const pilotText = ({ order, because, windows }: Pilot, targets: number): string => {
  const how =
    order === 'side-by-side'
      ? 'the servers run side by side and take turns'
      : `the servers run one at a time, because ${because === undefined ? 'the plan says so' : ONE_AT_A_TIME[because]}`;
  const bySeconds = groupBy(windows, ({ seconds }) => String(seconds));
  const lengths = [...bySeconds.values()].map((same) => {
    const at =
      bySeconds.size === 1 ? '' : ` at ${same.map(({ level }) => levelLabel(level)).join(', ')}`;
    return `${formatFigure(same[0].seconds)} s${at}`;
  });
  const inWindows = `in windows of ${lengths.join(' and ')}`;
  return targets === 1 ? `the server is measured ${inWindows}` : `${how}, ${inWindows}`;
};
