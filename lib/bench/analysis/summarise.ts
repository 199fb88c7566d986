import { pathId } from '../model/cell.ts';
import type { RunData } from '../results/run-folder.ts';
import type { AnswerCheck, CheckedImage, ResultRecord } from '../model/record.ts';
import { statementOf } from '../wording/statement.ts';
import { cellRecords } from './cell-records.ts';
import { ceilingCellsByPath, ceilingOf } from './ceiling.ts';
import { coldStartsOf } from './cold-starts.ts';
import { costsOf, rowCost } from './costs.ts';
import { oracleGate } from './gates/oracle.ts';
import { rowGates } from './gates/row-gates.ts';
import { peakRates } from './gates/server-idle.ts';
import { uncheckedPaths } from './gates/unchecked-paths.ts';
import { usableRowsOf } from './gates/usable-rows.ts';
import { validityOf } from './gates/validity.ts';
import { groupBy } from './group-by.ts';
import { priceOf } from './price.ts';
import { rowKey } from './row-key.ts';
import { oddPicturesOf } from './odd-pictures.ts';
import { comparePaths, inRowOrder } from './row-order.ts';
import { sloRatesOf } from './slo/best-rate.ts';
import { rowCounts, type RowCounts } from './slo/row-counts.ts';
import { searchRatesOf } from './slo/search-rates.ts';
import { pairSpreadOf } from './pair-spread.ts';
import { compareWithStudy } from './study-comparison.ts';
import { summariseRow } from './summarise-row.ts';
import { timeSeriesOf } from './time-series.ts';
import type { SummaryRow } from './summary-row.ts';
import type { Summary } from './summary.ts';
import { verdictFamilies } from './verdicts/verdict-families.ts';

/** Another class is right too where no probability is off: two best classes may change places. */
const hasRightClass = (image: CheckedImage): boolean =>
  image.answeredClass === image.expectedClass ||
  (image.answeredClass !== undefined && image.difference === undefined);

const isRight = (image: CheckedImage): boolean =>
  hasRightClass(image) && image.difference === undefined;

/** One entry a path and engine; after a resume a path was checked again, and one fallen check is enough to tell. */
const checksOf = (records: readonly ResultRecord[]): Summary['checks'] => {
  const checks = new Map<string, AnswerCheck>();
  for (const record of records) {
    if (record.kind !== 'check') continue;
    const key = `${pathId(record.path)}/${record.engine}`;
    if (checks.get(key)?.state !== 'failed') checks.set(key, record);
  }
  return [...checks.values()]
    .toSorted((a, b) => comparePaths(a.path, b.path))
    .map(({ path, engine, state, reason, trained, relativeTolerance, images }) => {
      const wrong = images.filter((image) => !isRight(image));
      const shares = images.flatMap((image) => image.largestRelativeDifference ?? []);
      return {
        path,
        engine,
        state,
        trained,
        images: images.length,
        right: images.filter(hasRightClass).length,
        relativeTolerance,
        ...(shares.length === 0 ? {} : { largestRelativeDifference: Math.max(...shares) }),
        ...(wrong.length === 0 ? {} : { wrong }),
        ...(reason === undefined ? {} : { reason }),
      };
    });
};

/** What a summary is made for. */
export interface SummariseOptions {
  /** Bounds of p99 in milliseconds, instead of those that the run was made with. */
  readonly sloP99Ms?: readonly number[] | undefined;
}

/**
 * All figures of a run, from its plan and its records. Pure: the same data give the same summary. The formulas are with
 * {@link summariseRow}; a row has an entry for every path, engine, scenario and level of the plan, measured or not.
 *
 * @throws BenchError on a record of a cell that is not in the plan
 */
export const summarise = (
  { plan, environment, records, isGoingOn: goesOn }: RunData,
  { sloP99Ms: asked }: SummariseOptions = {},
): Summary => {
  const isGoingOn = goesOn === true;
  const { completed, failed, missing } = cellRecords(plan, records);
  const searched = searchRatesOf(plan.searches ?? [], records);
  const oddPictures = oddPicturesOf(records);
  const ceilings = ceilingCellsByPath(completed.values());
  const price = priceOf(plan, environment);
  const ordered = inRowOrder(plan.cells);
  const groups = [...groupBy(ordered, rowKey).values()].map((planned) => {
    const own = planned.flatMap(({ id }) => completed.get(id) ?? []);
    const row = summariseRow(
      planned,
      own,
      planned.flatMap(({ id }) => failed.get(id) ?? []),
    );
    const ceiling = ceilingOf(own, ceilings);
    return {
      own,
      row: {
        ...row,
        ...(ceiling === undefined ? {} : { ceiling }),
      } satisfies SummaryRow,
    };
  });
  const oracle = oracleGate(records);
  const peaks = peakRates(groups.map(({ row }) => row));
  const rows = groups.map(({ own, row }): SummaryRow => {
    if (row.engine === 'null' || own.length === 0) return row;
    const gated = { ...row, gates: rowGates(row, own, peaks, oracle) };
    return { ...gated, ...rowCost(gated, price) };
  });
  const { cells, ...decided } = plan;
  const checks = checksOf(records);
  const sides = rows.map((row, index) => ({ row, repeats: groups[index]?.own ?? [] }));
  const verdicts = verdictFamilies({ plan, environment, checks }, sides);
  const sloP99Ms = (asked ?? plan.options.sloP99Ms)?.toSorted((a, b) => a - b);
  const repeatsOf = new Map(sides.map(({ row, repeats }) => [row, repeats]));
  const countsOf = (row: SummaryRow, boundMs: number): RowCounts =>
    rowCounts(repeatsOf.get(row) ?? [], boundMs);
  const costs =
    price === undefined ? undefined : costsOf(rows, price, countsOf, searched, sloP99Ms);
  const sloRates = [
    ...searched,
    ...(sloP99Ms === undefined || (asked === undefined && searched.length > 0)
      ? []
      : sloRatesOf(rows, sloP99Ms, countsOf)),
  ];
  const study = compareWithStudy(plan, environment, rows);
  const timeSeries = timeSeriesOf(completed.values());
  const pairSpread = pairSpreadOf(completed.values());
  const summary: Summary = {
    schema: 1,
    statement: statementOf(plan),
    ...(isGoingOn ? { isGoingOn } : {}),
    plan: { ...decided, cellCount: cells.length },
    environment,
    cells: {
      completed: completed.size,
      failed: failed.size,
      missing: missing.length,
      missingIds: missing.map(({ id }) => id),
    },
    checks,
    ...(oddPictures.length === 0 ? {} : { oddPictures }),
    coldStarts: coldStartsOf(ordered.flatMap(({ id }) => completed.get(id) ?? [])),
    ...(costs === undefined ? {} : { costs }),
    rows,
    usableRows: usableRowsOf(rows),
    ...(study === undefined ? {} : { study }),
    ...(verdicts.length === 0 ? {} : { verdicts }),
    ...(timeSeries.length === 0 ? {} : { timeSeries }),
    ...(pairSpread === undefined ? {} : { pairSpread }),
    ...(sloP99Ms === undefined ? {} : { sloP99Ms }),
    ...(sloRates.length === 0 ? {} : { sloRates }),
  };
  const validity = validityOf(summary, {
    oracle,
    unchecked: uncheckedPaths(records),
    isGoingOn,
  });
  // What goes on may still turn out invalid.
  return isGoingOn && validity.valid ? summary : { ...summary, validity };
};
