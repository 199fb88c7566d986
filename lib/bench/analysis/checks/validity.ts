import { type Engine, targetId } from '../../model/measurement.ts';
import { counted } from '../../wording/format-number.ts';
import { labelOf, rowLabels } from '../../wording/labels.ts';
import { groupBy } from '../group-by.ts';
import type { SloRate } from '../slo/best-rate.ts';
import type { SummaryRow } from '../summary-row.ts';
import type { Summary } from '../summary.ts';
import { checkFacts } from './check-facts.ts';
import { type CheckResult, CHECKS, type Validity } from './check.ts';

const noopText = (engine: Engine | undefined): string =>
  engine === 'noop' ? ' with the no-op backend' : '';

/** Checks of a single row; the calibration is asked of the run. */
const failedChecks = ({ checks = [] }: SummaryRow): readonly CheckResult[] =>
  checks.filter(({ check, state }) => state === 'failed' && check !== 'calibration');

/** Rows of one target that gave figures. */
interface Measured {
  readonly label: string;
  readonly rows: readonly SummaryRow[];
}

const isSilent = ({ rows }: Measured): boolean =>
  rows.every(({ requestRatePerSecond }) => requestRatePerSecond?.value === 0);

const isFailing = ({ rows }: Measured): boolean =>
  rows.every((row) => failedChecks(row).length > 0);

/** More of it would not be read. */
const SHOWN_ADVICE = 2;

/** Why nothing of some targets is left to compare: each advice once, whatever number of them fails a check. */
const targetReasons = (targets: readonly Measured[]): readonly string[] => {
  const measured = targets.filter(({ rows }) => rows.length > 0);
  const silent = measured.filter(isSilent);
  const failing = measured.filter((one) => !silent.includes(one) && isFailing(one));
  const reasons = silent.map(
    ({ label }) => `${label} gave no correct answer at any load: see its failures.`,
  );
  if (failing.length === 0) return reasons;
  const rows = failing.flatMap((one) => one.rows);
  const failed = rows.flatMap(failedChecks);
  const byCheck = [...groupBy(failed, ({ check }) => check).values()].toSorted(
    (a, b) => b.length - a.length || CHECKS.indexOf(a[0].check) - CHECKS.indexOf(b[0].check),
  );
  const names = byCheck.map((results) => `${checkFacts[results[0].check].title} ${results.length}`);
  const whose = failing.length === 1 ? 'its' : 'their';
  const none =
    rows.length === 1 ? 'its only result fails' : `none of ${whose} ${rows.length} results passes`;
  const advice = new Set(byCheck.flatMap(([{ advice: one }]) => one ?? []));
  return [
    ...reasons,
    [
      `${failing.map(({ label }) => label).join(', ')}: ${none} the checks (failed: ${names.join(', ')}).`,
      ...[...advice].slice(0, SHOWN_ADVICE),
    ].join(' '),
  ];
};

/** Each target whose searches all have no result. */
const searchReasons = (
  rates: readonly SloRate[],
  nameOf: (rate: SloRate) => string,
): readonly string[] =>
  [...groupBy(rates, ({ target }) => targetId(target)).values()].flatMap((ofTarget) =>
    ofTarget.every(({ search }) => search?.state === 'no-result')
      ? [`${nameOf(ofTarget[0])}: its searches have no result: ${ofTarget[0].search?.reason ?? ''}`]
      : [],
  );

/** What a run is judged by besides its rows. */
interface Grounds {
  readonly calibration: CheckResult;
  /** Folder of the run. */
  readonly folder?: string | undefined;
  /** The run has not ended: missing measurements are still to come. */
  readonly isGoingOn?: boolean;
}

/**
 * Whether a run can be believed as a whole. It is invalid if the rig measures a known latency wrong or fails with the no-op
 * backend, if a target answers wrongly, if measurements are missing or gave no figures, or if a target has no row that passes
 * its checks, no correct answer or no search with a result. A check that fails in some rows only greys these rows; requests
 * that a serving fails count as its figures.
 */
export const validityOf = (
  {
    measurements,
    answerChecks,
    rows,
    plan,
    sloRates = [],
    stability,
  }: Pick<Summary, 'measurements' | 'answerChecks' | 'rows' | 'plan' | 'sloRates' | 'stability'>,
  { calibration, folder = 'DIR', isGoingOn = false }: Grounds,
): Validity => {
  const labels = rowLabels(rows, plan);
  const nameOf = ({ target }: Pick<SummaryRow, 'target'>): string => labelOf(labels, target);
  const failedAnswers = answerChecks.filter(({ state }) => state === 'failed');
  const wrongRows = rows.filter(({ failures }) => (failures?.['wrong-answer'] ?? 0) > 0);
  const brokenNoopLimits = rows.filter(({ engine, failed = 0 }) => engine === 'noop' && failed > 0);
  const wrongTargets = [...new Set(wrongRows.map(nameOf))];
  const failed = measurements.failed - measurements.wrong;
  const resume = `npx serving-compare run ${plan.where === 'aws' ? '--on aws --resume RUN' : `--resume ${folder}`}`;
  const measured = groupBy(
    rows.filter(({ engine }) => engine !== 'noop'),
    ({ target }) => targetId(target),
  );
  const reasons = [
    calibration.state === 'failed' &&
      `${calibration.finding} ${calibration.advice ?? ''}`.trimEnd(),
    ...failedAnswers.map(
      (check) =>
        `${nameOf(check)}${noopText(check.engine)} gave wrong answers and was not measured: ${check.reason ?? 'no reason recorded'}`,
    ),
    wrongTargets.length > 0 &&
      `Wrong answers under load: ${wrongTargets.join(', ')}. ${wrongTargets.length === 1 ? 'Its' : 'Their'} speed does not count.`,
    brokenNoopLimits.length > 0 &&
      `Requests failed in ${counted(brokenNoopLimits.length, 'result')} of the no-op backend, which never fails, so the rig lost them. See Failures.`,
    failed > 0 && `${counted(failed, 'measurement')} failed: see Failures.`,
    measurements.missing > 0 &&
      !isGoingOn &&
      `The run was cut off: ${plan.measurementCount - measurements.missing} of ${counted(plan.measurementCount, 'measurement')} were recorded; continue with "${resume}".`,
    ...sloRates.map(
      (rate) =>
        rate.search?.state === 'going-on' &&
        !isGoingOn &&
        `${nameOf(rate)}: the search for the highest rate with p99 within ${rate.boundMs} ms was cut off; continue with "${resume}".`,
    ),
    // Of a test of stability, virtual users only tell the rate.
    ...(stability === undefined
      ? targetReasons(
          [...measured.values()].map((ofTarget) => ({
            label: nameOf(ofTarget[0]),
            rows: ofTarget.filter(({ repeats }) => repeats > 0),
          })),
        )
      : []),
    ...searchReasons(sloRates, nameOf),
  ].filter((reason) => reason !== false);
  const canResume = measurements.failed > 0 && !isGoingOn;
  return { valid: reasons.length === 0, reasons, resume: canResume ? resume : undefined };
};
