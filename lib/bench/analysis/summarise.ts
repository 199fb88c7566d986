import { targetId } from '../model/measurement.ts';
import type { RunData } from '../results/run-folder.ts';
import type { AnswerCheck, CheckedImage, ResultRecord } from '../model/record.ts';
import { statementOf } from '../wording/statement.ts';
import { measurementRecords } from './measurement-records.ts';
import { noopByTarget, noopLimitOf } from './checks/noop-limit.ts';
import { coldStartsOf } from './cold-starts.ts';
import { costsOf, priceOf, rowCost } from './costs.ts';
import { calibrationCheck } from './checks/calibration.ts';
import { rowChecks } from './checks/row-checks.ts';
import { peakRates } from './checks/gpu.ts';
import { validityOf } from './checks/validity.ts';
import { usableRowsOf } from './checks/check.ts';
import { groupBy } from './group-by.ts';
import { compareTargets, inRowOrder, rowKey } from './row-order.ts';
import { oddImagesOf } from './odd-images.ts';
import { sloRatesOf } from './slo/best-rate.ts';
import { rowCounts, type RowCounts } from './slo/row-counts.ts';
import { searchRatesOf } from './slo/search-rates.ts';
import { pairSpreadOf } from './pair-spread.ts';
import { platformUsageOf } from './platform-usage.ts';
import { compareWithStudy } from './study-comparison.ts';
import { summariseRow } from './summarise-row.ts';
import type { SummaryRow } from './summary-row.ts';
import type { Summary } from './summary.ts';
import { stabilityOf } from '../stability/summary.ts';
import { areRight, checkedOutputs } from './checked-outputs.ts';
import { verdictsOf } from './verdicts/verdict-families.ts';

/** Two best classes with almost the same probability may change places. */
const hasRightClass = (image: CheckedImage): boolean =>
  image.answeredClass === image.expectedClass ||
  (image.answeredClass !== undefined && image.difference === undefined);

const isRight = (image: CheckedImage): boolean =>
  hasRightClass(image) && image.difference === undefined;

/** A list, or undefined if it is empty. */
const someOf = <Item>(items: readonly Item[]): readonly Item[] | undefined =>
  items.length === 0 ? undefined : items;

/** One entry for each target and engine. A resumed run checks targets again; one failed check is enough. */
const checksOf = (records: readonly ResultRecord[]): Summary['answerChecks'] => {
  const answerChecks = new Map<string, AnswerCheck>();
  for (const record of records) {
    if (record.kind !== 'answer-check') continue;
    const key = `${targetId(record.target)}/${record.engine}`;
    if (answerChecks.get(key)?.state !== 'failed') answerChecks.set(key, record);
  }
  return [...answerChecks.values()]
    .toSorted((a, b) => compareTargets(a.target, b.target))
    .map(({ target, engine, state, reason, trained, relativeTolerance, images, tensors }) => {
      const wrong = images.filter((image) => !isRight(image));
      const shares = images.flatMap((image) => image.largestRelativeDifference ?? []);
      if (tensors !== undefined) {
        const right = tensors.filter(areRight).length;
        const outputs = checkedOutputs(tensors);
        const common = { target, engine, state, trained, reason, outputs };
        return { ...common, images: tensors.length, right };
      }
      return {
        target,
        engine,
        state,
        trained,
        images: images.length,
        right: images.filter(hasRightClass).length,
        relativeTolerance,
        largestRelativeDifference: shares.length === 0 ? undefined : Math.max(...shares),
        wrong: someOf(wrong),
        reason,
      };
    });
};

/** Options of a summary. */
export interface SummariseOptions {
  /** Bounds of p99 in milliseconds, instead of those that the run was made with. */
  readonly sloP99Ms?: readonly number[] | undefined;
}

/**
 * All figures of a run, from its plan and its records alone. The formulas are with {@link summariseRow}; there is a row for
 * every target, engine, scenario and level of the plan, measured or not.
 */
export const summarise = (
  { folder, plan, environment, records, isGoingOn: goesOn, plannedRepeats }: RunData,
  { sloP99Ms: asked }: SummariseOptions = {},
): Summary => {
  const isGoingOn = goesOn === true;
  const { completed, failed, missing } = measurementRecords(plan, records);
  const measured = [...completed.values()].filter(({ stability }) => stability === undefined);
  const searched = searchRatesOf(plan.searches ?? [], records);
  const noopLimits = noopByTarget(measured);
  const price = priceOf(plan, environment);
  // Trials of searches are in no row.
  const endedAt = records
    .flatMap((record) => ('finishedAt' in record ? [record.finishedAt] : []))
    .toSorted()
    .at(-1);
  const ordered = inRowOrder(plan.measurements.filter(({ stability }) => stability === undefined));
  const groups = [...groupBy(ordered, rowKey).values()].map((planned) => {
    const own = planned.flatMap(({ id }) => completed.get(id) ?? []);
    const row = summariseRow(
      planned,
      own,
      planned.flatMap(({ id }) => failed.get(id) ?? []),
    );
    return { own, row: { ...row, noopLimit: noopLimitOf(own, noopLimits) } satisfies SummaryRow };
  });
  const calibration = calibrationCheck(records);
  const peaks = peakRates(groups.map(({ row }) => row));
  const rows = groups.map(({ own, row }): SummaryRow => {
    if (row.engine === 'noop' || own.length === 0) return row;
    const checked = { ...row, checks: rowChecks(row, own, peaks, calibration) };
    return { ...checked, usdPerMillion: rowCost(checked, price) };
  });
  const { measurements, ...decided } = plan;
  const answerChecks = checksOf(records);
  const sides = rows.map((row, index) => ({ row, repeats: groups[index]?.own ?? [] }));
  const sloP99Ms = (asked ?? plan.options.sloP99Ms)?.toSorted((a, b) => a - b);
  const repeatsOf = new Map(sides.map(({ row, repeats }) => [row, repeats]));
  const countsOf = (row: SummaryRow, boundMs: number): RowCounts =>
    rowCounts(repeatsOf.get(row) ?? [], boundMs);
  const sloRates = [
    ...searched,
    ...(sloP99Ms === undefined || (asked === undefined && searched.length > 0)
      ? []
      : sloRatesOf(rows, sloP99Ms, countsOf)),
  ];
  const stability = stabilityOf(
    plan,
    [...completed.values()].filter((one) => one.stability !== undefined),
  );
  const costs = price === undefined ? undefined : costsOf(rows, price, sloRates);
  const summary: Summary = {
    schema: 1,
    statement: statementOf(plan),
    isGoingOn: isGoingOn || undefined,
    plannedRepeats,
    plan: { ...decided, measurementCount: measurements.length },
    environment,
    endedAt,
    measurements: {
      completed: completed.size,
      failed: failed.size,
      wrong: [...failed.values()].filter(({ code }) => code === 'BENCH_WRONG_ANSWER').length,
      missing: missing.length,
    },
    answerChecks,
    oddImages: someOf(oddImagesOf(records)),
    coldStarts: coldStartsOf(ordered.flatMap(({ id }) => completed.get(id) ?? [])),
    platformUsage: someOf(platformUsageOf(plan, [...completed.values()])),
    costs,
    rows,
    usableRows: usableRowsOf(rows),
    study: compareWithStudy(plan, environment, rows),
    // Virtual users only tell a test of stability its rate.
    ...(stability === undefined ? verdictsOf({ plan, environment, answerChecks }, sides) : {}),
    stability,
    pairSpread: pairSpreadOf(measured),
    sloP99Ms,
    sloRates: someOf(sloRates),
  };
  const validity = validityOf(summary, { calibration, folder, isGoingOn });
  // What goes on may still turn out invalid.
  return isGoingOn && validity.valid ? summary : { ...summary, validity };
};
