import { type Measurement, rowKey } from '../model/measurement.ts';
import {
  type CompletedMeasurement,
  type FailedMeasurement,
  isAnswerFault,
  type ResultRecord,
} from '../model/record.ts';
import type { Estimate } from '../stats/interval.ts';
import { sum, weightedMean } from '../stats/moments.ts';
import { bypassFailuresOf, bypassOf } from './checks/bypass.ts';
import { mergeFailures } from './merge-blocks.ts';
import { nodeUse, pairSpreadOf } from './nodes.ts';
import {
  averageOfMedians,
  distributionOf,
  latenciesOf,
  percentileEstimate,
  rateEstimate,
  readHistogram,
} from './figures-over-repeats.ts';
import { ANSWERS_NEEDED } from '../stats/percentile-claim.ts';
import type { SummaryRow } from './summary-row.ts';
import { timePartsOf } from './time-parts.ts';
import {
  wasUnsteady,
  type MeasuredRow,
  type MeasurementRecords,
  completeRepeats,
  failuresByTarget,
  measurementRecords,
  repeatsOfRow,
  schedulesOf,
  secondsPerRepeat,
} from './records.ts';
import { looksOf } from '../stats/looks.ts';
import { methodOf } from './method.ts';
import type { RunData } from '../results/run-folder.ts';
import { stabilityOf } from '../stability/summary.ts';
import { isOpen } from '../stats/judgement.ts';
import { answerChecksOf, oddImagesOf, wrongUnderLoadOf } from './answers.ts';
import { calibrationCheck } from './checks/calibration.ts';
import { type Checkable, usableRowsOf } from './checks/check.ts';
import { checkCountsOf, rowChecks } from './checks/checks.ts';
import { noopByTarget, noopLimitOf } from './checks/noop-limit.ts';
import { coldStartsOf, platformUsageOf } from './starts.ts';
import { costsOf, priceOf, rowCost } from './costs.ts';
import { groupBy } from './group-by.ts';
import { machineStateOf } from './machine.ts';
import { nextStepsOf } from './next-steps.ts';
import { noticesOf } from './notices.ts';
import { measuredRows as servingRows, noRankingReason, rankingOf } from './ranking.ts';
import { rowGroupsOf, inRowOrder } from './rows.ts';
import { bestRatesOf, sloRatesOf, rowCounts } from './slo/limits.ts';
import { searchRatesOf } from './slo/search.ts';
import { manyOf } from './many/summary.ts';
import { tuningOf } from './tuning/summary.ts';
import { modelDifferenceOf } from './shared-model.ts';
import { compareWithStudy } from './study-comparison.ts';
import type { Summary } from './summary.ts';
import type { Price, SloRate } from './slo-types.ts';
import { trustOf, validityOf } from './validity.ts';
import { whySlowerOf } from './why-slower.ts';
import { windowsOf } from './windows.ts';
import { cpuWithheldOf } from './verdicts/cpu-reasons.ts';
import { cpuFindingOf, cpuVerdictsOf, verdictsOf } from './verdicts/verdict-families.ts';

/** Correct answers that arrived in the window. `succeeded` is something else in an open loop: it counts by planned send time. */
const correctInWindow = ({ load }: CompletedMeasurement): number =>
  load.requestRatePerSecond * load.durationSeconds;

const answered = (measurement: CompletedMeasurement): number =>
  correctInWindow(measurement) + measurement.load.failed;

const ratio = (part: number, count: number): number | undefined =>
  count === 0 ? undefined : part / count;

/** CPU time in the windows ÷ requests that were answered or failed in them. */
const cpuPerRequest = (
  measurements: readonly CompletedMeasurement[],
  cpuMs: (measurement: CompletedMeasurement) => number,
): number | undefined => ratio(sum(measurements.map(cpuMs)), sum(measurements.map(answered)));

/** CPU time of the serving for whole loads ÷ the requests that it answered in them. */
const servingCpuPerRequest = (
  measurements: readonly CompletedMeasurement[],
): number | undefined => {
  const uses = measurements.flatMap(({ servingUse }) => servingUse ?? []);
  return ratio(sum(uses.map(({ cpuMs }) => cpuMs)), sum(uses.map(({ answers }) => answers)));
};

const nodesOf = (measurements: readonly CompletedMeasurement[]): SummaryRow['nodes'] => {
  const serving = nodeUse(measurements.map(({ nodes }) => nodes?.serving));
  const middleware = nodeUse(measurements.map(({ nodes }) => nodes?.middleware));
  return serving === undefined && middleware === undefined ? undefined : { serving, middleware };
};

/** A row without figures. */
const emptyRow = (
  planned: Measurement,
  plannedRepeats: number,
  failed: readonly FailedMeasurement[],
) => ({
  target: planned.target,
  engine: planned.engine,
  scenario: planned.scenario,
  level: planned.level,
  repeats: 0,
  plannedRepeats,
  failedRepeats: failed.map(({ measurement, message }) => ({
    repeat: measurement.repeat,
    message,
  })),
});

/**
 * Computes a row from its repeats.
 *
 * - request rate = Σ correct answers in the windows ÷ Σ durationSeconds
 * - failed share = Σ failed ÷ Σ (succeeded + failed)
 * - mean latency = Σ count·mean ÷ Σ count; percentiles are those of all answers, see {@link latenciesOf}
 * - CPU time per request = Σ CPU time in the windows ÷ Σ (correct answers in the windows + failed), because failed requests cost CPU, too;
 *   of the serving: Σ CPU time ÷ Σ answers of whole loads
 *
 * @param planned the row's measurements in the plan
 */
export const summariseRow = (
  planned: readonly [Measurement, ...(readonly Measurement[])],
  completed: readonly CompletedMeasurement[],
  failed: readonly FailedMeasurement[],
): SummaryRow => {
  const plannedRepeats = new Set(planned.map(({ repeat }) => repeat)).size;
  const empty = emptyRow(planned[0], plannedRepeats, failed);
  if (completed.length === 0) return empty;
  const loads = completed.map((measurement) => measurement.load);
  const succeeded = sum(loads.map((load) => load.succeeded));
  const failedRequests = sum(loads.map((load) => load.failed));
  const measuredSeconds = sum(loads.map((load) => load.durationSeconds));
  const latencies = latenciesOf(
    completed.map(({ measurement, load }) =>
      readHistogram(`the measurement "${measurement.id}"`, load.histogram, load.latency),
    ),
  );
  const percentile = (percent: number, needed = 1): Estimate | undefined =>
    latencies === undefined || latencies.merged.total < needed
      ? undefined
      : percentileEstimate(latencies, percent);
  const bypassFailures = bypassFailuresOf(completed);
  return {
    ...empty,
    repeats: completed.length,
    succeeded,
    failed: failedRequests,
    failures: mergeFailures(loads),
    offered: sum(loads.map((load) => load.offered)),
    unsent: sum(loads.map((load) => load.unsent)),
    measuredSeconds,
    unsteadyRepeats: completed.filter(wasUnsteady).map(({ measurement }) => measurement.repeat),
    requestRatePerSecond: rateEstimate(loads),
    failedShare: failedRequests / Math.max(1, succeeded + failedRequests),
    p50Ms: percentile(50),
    p95Ms: percentile(95, ANSWERS_NEEDED.p95),
    p99Ms: percentile(99, ANSWERS_NEEDED.p99),
    p999Ms: percentile(99.9, ANSWERS_NEEDED.p999),
    distribution: latencies && distributionOf(latencies),
    maxMs: latencies && Math.max(...loads.map(({ latency }) => latency.maxMs)),
    averageOfMediansMs: averageOfMedians(loads.map((load) => load.latency)),
    meanMs: weightedMean(
      loads.map(({ latency: { meanMs, count } }) => ({ value: meanMs, weight: count })),
    ),
    timeParts: timePartsOf(completed),
    middlewareCpuMsPerRequest: cpuPerRequest(
      completed,
      (measurement) => measurement.middleware.cpuMs,
    ),
    generatorCpuMsPerRequest: cpuPerRequest(
      completed,
      (measurement) => measurement.load.self.cpuMs,
    ),
    nodes: nodesOf(completed),
    servingCpuMsPerRequest: servingCpuPerRequest(completed),
    bypass: bypassOf(completed),
    bypassFailures: bypassFailures.length === 0 ? undefined : bypassFailures,
  };
};

const orUndefined = <Item>(items: readonly Item[]): readonly Item[] | undefined =>
  items.length === 0 ? undefined : items;

/** One row for every target, engine, scenario and level of the plan, measured or not, without checks. */
const uncheckedRows = (
  planned: readonly Measurement[],
  records: MeasurementRecords,
): readonly MeasuredRow[] => {
  const noopLimits = noopByTarget(planned.flatMap(({ id }) => records.completed.get(id) ?? []));
  return [...groupBy(planned, rowKey).values()].map((measurements) => {
    const { repeats, failedRepeats } = repeatsOfRow(measurements, records);
    const row = summariseRow(measurements, repeats, failedRepeats);
    const windows = windowsOf(measurements, records.completed, records.failed);
    return { row: { ...row, windows, noopLimit: noopLimitOf(repeats, noopLimits) }, repeats };
  });
};

const withChecks = (
  measuredRows: readonly MeasuredRow[],
  found: Omit<Checkable['run'], 'rows'>,
  price: Price | undefined,
): readonly MeasuredRow[] => {
  const run = { rows: measuredRows, ...found };
  return measuredRows.map((measuredRow) => {
    const { row, repeats } = measuredRow;
    if (row.engine === 'noop' || repeats.length === 0) return measuredRow;
    const checked = { ...row, checks: rowChecks({ row, repeats, run }) };
    return { repeats, row: { ...checked, usdPerMillion: rowCost(checked, price) } };
  });
};

/** The best rate of each level within the limits. */
const levelRates = (
  measuredRows: readonly MeasuredRow[],
  limitsMs: readonly number[],
): readonly SloRate[] => {
  const repeatsOf = new Map(measuredRows.map(({ row, repeats }) => [row, repeats]));
  return sloRatesOf([...repeatsOf.keys()], limitsMs, (row: SummaryRow, limitMs: number) =>
    rowCounts(repeatsOf.get(row) ?? [], limitMs),
  );
};

/** The end of the last measurement, trials of searches included. */
const endOf = (records: readonly ResultRecord[]): string | undefined =>
  records
    .flatMap((record) => ('finishedAt' in record ? [record.finishedAt] : []))
    .toSorted()
    .at(-1);

const pausedSecondsOf = (records: readonly ResultRecord[]): number =>
  sum(records.map((record) => (record.kind === 'resumed' ? record.pausedSeconds : 0)));

/** Searches and stability runs need no verdict. */
const isDecided = ({
  headline,
  cpu,
  stability,
  tuning,
  manyModels,
  sloRates = [],
}: Pick<
  Summary,
  'headline' | 'cpu' | 'stability' | 'sloRates' | 'tuning' | 'manyModels'
>): boolean =>
  (stability ?? tuning ?? manyModels) !== undefined ||
  (cpu?.decided ?? 0) > 0 ||
  sloRates.some(({ search }) => search !== undefined) ||
  (headline?.verdicts ?? []).some(
    ({ judgement }) => !isOpen(judgement) && judgement.kind !== 'withheld',
  );

/** Options of a summary. */
export interface SummariseOptions {
  /** Replaces the p99 limits that the run was made with. */
  readonly sloP99Ms?: readonly number[] | undefined;
}

/** Computes all figures of a run from its plan and its records. The formulas are in {@link summariseRow}. */
export const summarise = (
  { folder, plan, environment, records, resultsBytes, isGoingOn, stopped }: RunData,
  { sloP99Ms: requestedLimitsMs }: SummariseOptions = {},
): Summary => {
  const measurementsById = measurementRecords(plan, records);
  const { completed, failed, missing } = measurementsById;
  const planned = inRowOrder(
    plan.measurements.filter(({ stability }) => stability === undefined),
    plan,
  );
  const measured = planned.flatMap(({ id }) => completed.get(id) ?? []);
  const calibration = calibrationCheck(records);
  const price = priceOf(plan, environment);
  const machine = machineStateOf(environment, measured);
  const measuredRows = withChecks(
    uncheckedRows(planned, measurementsById),
    {
      calibration,
      answerChecks: records.filter((record) => record.kind === 'answer-check'),
      isBusy: machine?.isBusy === true,
    },
    price,
  );
  const rows = measuredRows.map(({ row }) => row);
  const sloP99Ms = (requestedLimitsMs ?? plan.options.sloP99Ms)?.toSorted((a, b) => a - b);
  const searchRates = searchRatesOf(plan.searches ?? [], records);
  const usesLevels = requestedLimitsMs !== undefined || searchRates.length === 0;
  const sloRates = [
    ...searchRates,
    ...(usesLevels ? levelRates(measuredRows, sloP99Ms ?? []) : []),
  ];
  const answerChecks = answerChecksOf(records, plan);
  const wrongUnderLoad = wrongUnderLoadOf(records);
  const stability = stabilityOf(
    plan,
    [...completed.values()].filter((record) => record.stability !== undefined),
  );
  const looks = looksOf(schedulesOf(records), completeRepeats(plan, measurementsById));
  // The virtual users of a stability test only find its rate.
  const answers = { answerChecks, wrongUnderLoad };
  const cpuWithheld = cpuWithheldOf(plan, measuredRows);
  const verdicts: Pick<Summary, 'headline' | 'cpu'> =
    stability === undefined
      ? {
          ...verdictsOf(answers, measuredRows, looks),
          cpu: cpuVerdictsOf(cpuWithheld, answers, measuredRows, looks),
        }
      : {};
  const { measurements, ...decided } = plan;
  const endedAt = endOf(records);
  const summary: Omit<Summary, 'trust' | 'notices' | 'nextSteps' | 'isDecided'> = {
    format: 2,
    isGoingOn,
    stopped,
    resultsBytes,
    plan: { ...decided, measurementCount: measurements.length },
    environment,
    machine,
    method: methodOf(plan, measurementsById, records),
    endedAt,
    tookSeconds:
      endedAt === undefined
        ? undefined
        : (Date.parse(endedAt) - Date.parse(plan.createdAt)) / 1000 - pausedSecondsOf(records),
    measurements: {
      completed: completed.size,
      failed: failed.size,
      failedAnswerCheck: [...failed.values()].filter(({ code }) => isAnswerFault(code)).length,
      missing: missing.length,
      failures: failuresByTarget(failed),
    },
    answerChecks,
    wrongUnderLoad: orUndefined(wrongUnderLoad),
    oddImages: orUndefined(oddImagesOf(records, plan)),
    coldStarts: coldStartsOf(measured),
    platformUsage: orUndefined(platformUsageOf(plan, [...completed.values()])),
    costs: price && costsOf(rows, price, sloRates, verdicts.headline),
    rows,
    groups: rowGroupsOf(servingRows({ rows })),
    usableRows: usableRowsOf(rows),
    checkCounts: checkCountsOf(rows),
    study: compareWithStudy(plan, environment, rows),
    ...verdicts,
    cpuWithheld: orUndefined(cpuWithheld),
    stability,
    pairSpread: pairSpreadOf(measured),
    sloP99Ms,
    tuning: tuningOf(plan, records, price),
    manyModels: manyOf(plan, records),
    sloRates: orUndefined(sloRates),
    bestRates: orUndefined(bestRatesOf(sloRates)),
  };
  const validity = validityOf(summary, { calibration, isGoingOn });
  // A run that is going on may still become invalid.
  const judged = isGoingOn === true && validity.valid ? summary : { ...summary, validity };
  const ranking = rankingOf(judged);
  const isUnranked = ranking === undefined && validity.valid;
  const noRanking = isUnranked ? noRankingReason(summary) : undefined;
  const ranked = {
    ...judged,
    isDecided: isDecided(summary),
    cpuFinding: cpuFindingOf({ ...judged, noRanking }),
    ranking,
    noRanking,
  };
  return {
    ...ranked,
    whySlower: whySlowerOf(ranked),
    trust: trustOf(ranked),
    notices: noticesOf(ranked, modelDifferenceOf(plan, measured)),
    nextSteps: nextStepsOf(ranked, {
      folder,
      secondsPerRepeat: secondsPerRepeat(measurementsById),
    }),
  };
};
