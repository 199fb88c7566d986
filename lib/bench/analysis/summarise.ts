import { rowKey, type Measurement } from '../model/measurement.ts';
import { isAnswerFault, type ResultRecord } from '../model/record.ts';
import type { RunData } from '../results/run-folder.ts';
import { stabilityOf } from '../stability/summary.ts';
import { isOpen } from '../stats/judgement.ts';
import { answerChecksOf, oddImagesOf, wrongUnderLoadOf } from './answers.ts';
import { calibrationCheck } from './checks/calibration.ts';
import { usableRowsOf } from './checks/check.ts';
import { checkCountsOf, rowChecks } from './checks/checks.ts';
import { noopByTarget, noopLimitOf } from './checks/noop-limit.ts';
import { coldStartsOf, platformUsageOf } from './starts.ts';
import { costsOf, priceOf, rowCost } from './costs.ts';
import { groupBy } from './group-by.ts';
import { type MeasuredRow, type MeasurementRecords, measurementRecords } from './records.ts';
import { nextStepsOf } from './next-steps.ts';
import { noticesOf } from './notices.ts';
import { pairSpreadOf } from './nodes.ts';
import { measuredRows as servingRows, noRankingReason, rankingOf, whySlowerOf } from './ranking.ts';
import { rowGroupsOf } from './row-groups.ts';
import { inRowOrder } from './row-order.ts';
import { bestRatesOf, sloRatesOf } from './slo/best-rate.ts';
import { rowCounts } from './slo/row-counts.ts';
import { searchRatesOf } from './slo/search.ts';
import { compareWithStudy } from './study-comparison.ts';
import { summariseRow } from './summarise-row.ts';
import type { CheckResult, SummaryRow } from './summary-row.ts';
import type { Summary } from './summary.ts';
import type { Price, SloRate } from './slo-types.ts';
import { trustOf, validityOf } from './validity.ts';
import { verdictsOf } from './verdicts/verdict-families.ts';

const orUndefined = <Item>(items: readonly Item[]): readonly Item[] | undefined =>
  items.length === 0 ? undefined : items;

/** One row for every target, engine, scenario and level of the plan, measured or not, without checks. */
const uncheckedRows = (
  planned: readonly Measurement[],
  { completed, failed }: MeasurementRecords,
): readonly MeasuredRow[] => {
  const noopLimits = noopByTarget(planned.flatMap(({ id }) => completed.get(id) ?? []));
  return [...groupBy(planned, rowKey).values()].map((measurements) => {
    const repeats = measurements.flatMap(({ id }) => completed.get(id) ?? []);
    const failedRepeats = measurements.flatMap(({ id }) => failed.get(id) ?? []);
    const row = summariseRow(measurements, repeats, failedRepeats);
    return { row: { ...row, noopLimit: noopLimitOf(repeats, noopLimits) }, repeats };
  });
};

const withChecks = (
  measuredRows: readonly MeasuredRow[],
  calibration: CheckResult,
  price: Price | undefined,
): readonly MeasuredRow[] => {
  const run = { rows: measuredRows, calibration };
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

/** Searches and stability runs need no verdict. */
const isDecided = ({
  headline,
  stability,
  sloRates = [],
}: Pick<Summary, 'headline' | 'stability' | 'sloRates'>): boolean =>
  stability !== undefined ||
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
  { folder, plan, environment, records, isGoingOn, plannedRepeats }: RunData,
  { sloP99Ms: requestedLimitsMs }: SummariseOptions = {},
): Summary => {
  const measurementsById = measurementRecords(plan, records);
  const { completed, failed, missing } = measurementsById;
  const planned = inRowOrder(plan.measurements.filter(({ stability }) => stability === undefined));
  const measured = planned.flatMap(({ id }) => completed.get(id) ?? []);
  const calibration = calibrationCheck(records);
  const price = priceOf(plan, environment);
  const measuredRows = withChecks(uncheckedRows(planned, measurementsById), calibration, price);
  const rows = measuredRows.map(({ row }) => row);
  const sloP99Ms = (requestedLimitsMs ?? plan.options.sloP99Ms)?.toSorted((a, b) => a - b);
  const searchRates = searchRatesOf(plan.searches ?? [], records);
  const usesLevels = requestedLimitsMs !== undefined || searchRates.length === 0;
  const sloRates = [
    ...searchRates,
    ...(usesLevels ? levelRates(measuredRows, sloP99Ms ?? []) : []),
  ];
  const answerChecks = answerChecksOf(records);
  const wrongUnderLoad = wrongUnderLoadOf(records);
  const stability = stabilityOf(
    plan,
    [...completed.values()].filter((record) => record.stability !== undefined),
  );
  // The virtual users of a stability test only find its rate.
  const verdicts =
    stability === undefined ? verdictsOf({ answerChecks, wrongUnderLoad }, measuredRows) : {};
  const { measurements, ...decided } = plan;
  const endedAt = endOf(records);
  const summary: Omit<Summary, 'trust' | 'notices' | 'nextSteps' | 'isDecided'> = {
    format: 2,
    isGoingOn,
    plannedRepeats,
    plan: { ...decided, measurementCount: measurements.length },
    environment,
    endedAt,
    tookSeconds:
      endedAt === undefined ? undefined : (Date.parse(endedAt) - Date.parse(plan.createdAt)) / 1000,
    measurements: {
      completed: completed.size,
      failed: failed.size,
      failedAnswerCheck: [...failed.values()].filter(({ code }) => isAnswerFault(code)).length,
      missing: missing.length,
    },
    answerChecks,
    wrongUnderLoad: orUndefined(wrongUnderLoad),
    oddImages: orUndefined(oddImagesOf(records)),
    coldStarts: coldStartsOf(measured),
    platformUsage: orUndefined(platformUsageOf(plan, [...completed.values()])),
    costs: price && costsOf(rows, price, sloRates, verdicts.verdicts),
    rows,
    groups: rowGroupsOf(servingRows({ rows })),
    usableRows: usableRowsOf(rows),
    checkCounts: checkCountsOf(rows),
    study: compareWithStudy(plan, environment, rows),
    ...verdicts,
    stability,
    pairSpread: pairSpreadOf(measured),
    sloP99Ms,
    sloRates: orUndefined(sloRates),
    bestRates: orUndefined(bestRatesOf(sloRates)),
  };
  const validity = validityOf(summary, { calibration, folder, isGoingOn });
  // A run that is going on may still become invalid.
  const judged = isGoingOn === true && validity.valid ? summary : { ...summary, validity };
  const ranked = { ...judged, ranking: rankingOf(judged) };
  const isUnranked = ranked.ranking === undefined && validity.valid;
  return {
    ...ranked,
    isDecided: isDecided(summary),
    noRanking: isUnranked ? noRankingReason(summary) : undefined,
    whySlower: whySlowerOf(ranked),
    trust: trustOf(ranked),
    notices: noticesOf(ranked),
    nextSteps: nextStepsOf(ranked),
  };
};
