import { counted } from '../../wording/counted.ts';
import { pathId, type Engine } from '../../model/cell.ts';
import { pathLabels } from '../../wording/labels.ts';
import { groupBy } from '../group-by.ts';
import type { SloRate } from '../slo/best-rate.ts';
import type { SummaryRow } from '../summary-row.ts';
import type { Summary } from '../summary.ts';
import { gateFacts } from './gate-facts.ts';
import { GATES, type GateResult, type Validity } from './gate.ts';
import type { uncheckedPaths } from './unchecked-paths.ts';

const nullText = (engine: Engine | undefined): string =>
  engine === 'null' ? ' with the null engine' : '';

/** Gates of a single row; the oracle is asked of the run. */
const failedGates = ({ gates = [] }: SummaryRow): readonly GateResult[] =>
  gates.filter(({ gate, state }) => state === 'failed' && gate !== 'oracle');

/** A path of which nothing is left to compare. */
const pathReason = (label: string, rows: readonly SummaryRow[]): readonly string[] => {
  const withFigures = rows.filter(({ repeats }) => repeats > 0);
  if (withFigures.length === 0) return [];
  if (withFigures.every(({ requestRatePerSecond }) => requestRatePerSecond?.value === 0)) {
    return [`${label} gave no right answer at any load: see its failures.`];
  }
  const failed = withFigures.map(failedGates);
  if (!failed.every(({ length }) => length > 0)) return [];
  const byGate = GATES.map((gate) => failed.flat().filter((result) => result.gate === gate))
    .filter(({ length }) => length > 0)
    .toSorted((a, b) => b.length - a.length);
  const names = byGate.map(({ length, 0: first }) =>
    first === undefined ? '' : `${gateFacts[first.gate].title} ${length}`,
  );
  return [
    `${label}: ${withFigures.length === 1 ? 'its only row fails' : `none of its ${withFigures.length} rows passes`} the gates (failed: ${names.join(', ')}). ${byGate[0]?.[0]?.advice ?? ''}`.trimEnd(),
  ];
};

/** Cells without a record of paths that were not measured, as their answers were wrong. */
const missingOf = (fallen: Summary['checks'], rows: readonly SummaryRow[]): number => {
  const keys = new Set(fallen.map(({ path, engine }) => `${pathId(path)}/${engine}`));
  return rows
    .filter(({ path, engine }) => keys.has(`${pathId(path)}/${engine}`))
    .reduce(
      (total, { plannedRepeats, repeats, failedRepeats }) =>
        total + Math.max(0, plannedRepeats - repeats - failedRepeats.length),
      0,
    );
};

/** Each path whose searches all have no result: what it carries is not known. */
const searchReasons = (
  rates: readonly SloRate[],
  labelOf: (id: string) => string,
): readonly string[] =>
  [...groupBy(rates, ({ path }) => pathId(path))].flatMap(([id, ofPath]) =>
    ofPath.every(({ search }) => search?.state === 'no-result')
      ? [`${labelOf(id)}: its searches have no result: ${ofPath[0]?.search?.reason ?? ''}`]
      : [],
  );

/** What a run is judged by beside its figures. */
export interface Grounds {
  readonly oracle: GateResult;
  /** Of {@link uncheckedPaths}. */
  readonly unchecked?: ReturnType<typeof uncheckedPaths>;
  /** The run has not ended, so that what is missing is still to come. */
  readonly isGoingOn?: boolean;
}

/**
 * Whether a run can be believed as a whole. What makes it invalid: an apparatus that measures a known latency wrong or
 * fails with an engine that never does; a path that answers wrongly, or of which nothing says that it answers rightly; cells that are missing or gave no figures; a path of
 * which no row passes its gates or has a right answer; a path all of whose searches have no result. A
 * gate that fails in some rows only greys these, and requests that a serving fails are a figure of it.
 *
 * @param grounds what is asked of the whole run, and of its records
 */
export const validityOf = (
  {
    cells,
    checks,
    rows,
    plan,
    sloRates = [],
  }: Pick<Summary, 'cells' | 'checks' | 'rows' | 'plan' | 'sloRates'>,
  { oracle, unchecked = [], isGoingOn = false }: Grounds,
): Validity => {
  const labels = pathLabels(
    rows.map(({ path }) => path),
    plan,
  );
  const labelOf = (id: string): string => labels.get(id) ?? id;
  const fallen = checks.filter(({ state }) => state === 'failed');
  const wrong = rows.filter(({ failures }) => (failures?.['wrong-answer'] ?? 0) > 0);
  const brokenCeilings = rows.filter(({ engine, failed = 0 }) => engine === 'null' && failed > 0);
  const wrongPaths = [...new Set(wrong.map(({ path }) => labelOf(pathId(path))))];
  const cut = cells.missing - Math.min(cells.missing, missingOf(fallen, rows));
  const resume = `npx serving-compare run ${plan.where === 'aws' ? '--on aws --resume RUN' : '--resume DIR'}`;
  const measured = groupBy(
    rows.filter(({ engine }) => engine !== 'null'),
    ({ path }) => pathId(path),
  );
  const reasons = [
    ...(oracle.state === 'failed' ? [`${oracle.finding} ${oracle.advice ?? ''}`.trimEnd()] : []),
    ...fallen.map(
      ({ path, engine, reason }) =>
        `${labelOf(pathId(path))}${nullText(engine)} gave wrong answers and was not measured: ${reason ?? 'no reason recorded'}`,
    ),
    ...(unchecked.length === 0
      ? []
      : [
          `Nothing says that the answers were right: ${unchecked.map(({ path, engine }) => `${labelOf(pathId(path))}${nullText(engine)}`).join(', ')} ${unchecked.length === 1 ? 'has' : 'have'} figures and no check of answers, which a run makes before them. Take results.jsonl as the run wrote it, or measure anew.`,
        ]),
    ...(wrongPaths.length === 0
      ? []
      : [
          `Wrong answers under load: ${wrongPaths.join(', ')}. ${wrongPaths.length === 1 ? 'Its' : 'Their'} speed does not count.`,
        ]),
    ...(brokenCeilings.length === 0
      ? []
      : [
          `Requests failed in ${counted(brokenCeilings.length, 'row')} of the null engine, which never fails: the apparatus loses them. See Failures.`,
        ]),
    ...(cells.failed === 0
      ? []
      : [`${counted(cells.failed, 'cell')} failed and gave no figures: see Failures.`]),
    ...(cut === 0 || isGoingOn
      ? []
      : [
          `The run was cut off: ${plan.cellCount - cells.missing} of ${counted(plan.cellCount, 'cell')} were recorded; go on with "${resume}".`,
        ]),
    ...(isGoingOn ? [] : sloRates)
      .filter(({ search }) => search?.state === 'going-on')
      .map(
        ({ path, boundMs }) =>
          `${labelOf(pathId(path))}: the search for the highest rate with p99 within ${boundMs} ms was cut off; go on with "${resume}".`,
      ),
    ...[...measured].flatMap(([id, ofPath]) => pathReason(labelOf(id), ofPath)),
    ...searchReasons(sloRates, labelOf),
  ];
  return { valid: reasons.length === 0, reasons };
};
