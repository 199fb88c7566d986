import { shellWord } from '../../../../serving-configs/options/shell-word.ts';
import { type Engine, targetId } from '../../model/measurement.ts';
import { secondsToAnswer } from '../../plan/estimate-duration.ts';
import { faultWords } from '../../wording/answer-words.ts';
import { counted, sentenceStart } from '../../wording/format-number.ts';
import { labelOf, rowLabels } from '../../wording/labels.ts';
import { groupBy } from '../group-by.ts';
import type { SloRate } from '../slo/best-rate.ts';
import type { SummaryRow } from '../summary-row.ts';
import type { Summary } from '../summary.ts';
import { checkFacts } from './check-facts.ts';
import { type CheckResult, CHECKS, type Validity } from './check.ts';

type NameOf = (row: Pick<SummaryRow, 'target'>) => string;

const noopText = (engine: Engine | undefined): string =>
  engine === 'noop' ? ' with the no-op backend' : '';

/** Failed checks of a row, without the calibration, which belongs to the run. */
const failedChecks = ({ checks = [] }: SummaryRow): readonly CheckResult[] =>
  checks.filter(({ check, state }) => state === 'failed' && check !== 'calibration');

/** A target with its rows that have figures. */
interface MeasuredTarget {
  readonly label: string;
  readonly rows: readonly SummaryRow[];
}

const isSilent = ({ rows }: MeasuredTarget): boolean =>
  rows.every(({ requestRatePerSecond }) => requestRatePerSecond?.value === 0);

const isFailing = ({ rows }: MeasuredTarget): boolean =>
  rows.every((row) => failedChecks(row).length > 0);

/** How many pieces of advice are shown; readers skip a longer list. */
const SHOWN_ADVICE = 2;

/** Why a target has no correct answer in any window: its requests failed, or none ended. */
const silentReason = (
  { label, rows }: MeasuredTarget,
  answerChecks: Summary['answerChecks'],
): string => {
  if (rows.some(({ failed = 0 }) => failed > 0)) {
    return `${label} gave no correct answer at any level: see its failures.`;
  }
  const windows = rows.map(({ measuredSeconds = 0, repeats }) => measuredSeconds / repeats);
  const windowSeconds = Math.max(...windows);
  const fastestMs = answerChecks.flatMap((check) =>
    rows.some(({ target }) => targetId(target) === targetId(check.target))
      ? (check.fastestMs ?? [])
      : [],
  );
  const duration = secondsToAnswer(Math.max(1000 * windowSeconds, ...fastestMs));
  return `${label}: no request ended in the window of ${Number(windowSeconds.toPrecision(3))} s; measure with --duration ${duration}s.`;
};

/** Names the targets without a usable row. Each advice appears once, however many targets need it. */
const targetReasons = (
  targets: readonly MeasuredTarget[],
  answerChecks: Summary['answerChecks'],
): readonly string[] => {
  const measured = targets.filter(({ rows }) => rows.length > 0);
  const silent = measured.filter(isSilent);
  const failing = measured.filter((target) => !silent.includes(target) && isFailing(target));
  const reasons = silent.map((target) => silentReason(target, answerChecks));
  if (failing.length === 0) return reasons;
  const rows = failing.flatMap((target) => target.rows);
  const failed = rows.flatMap(failedChecks);
  const byCheck = [...groupBy(failed, ({ check }) => check).values()].toSorted(
    (a, b) => b.length - a.length || CHECKS.indexOf(a[0].check) - CHECKS.indexOf(b[0].check),
  );
  const names = byCheck.map((results) => `${checkFacts[results[0].check].title} ${results.length}`);
  const whose = failing.length === 1 ? 'its' : 'their';
  const none =
    rows.length === 1 ? 'its only result fails' : `none of ${whose} ${rows.length} results passes`;
  const advice = new Set(
    byCheck.flatMap((results) => results.flatMap((result) => result.advice ?? [])),
  );
  return [
    ...reasons,
    [
      `${failing.map(({ label }) => label).join(', ')}: ${none} the checks (failed: ${names.join(', ')}).`,
      ...[...advice].slice(0, SHOWN_ADVICE),
    ].join(' '),
  ];
};

/** Names the targets whose searches all have no result. */
const searchReasons = (rates: readonly SloRate[], nameOf: NameOf): readonly string[] =>
  [...groupBy(rates, ({ target }) => targetId(target)).values()].flatMap((ofTarget) =>
    ofTarget.every(({ search }) => search?.state === 'no-result')
      ? [`${nameOf(ofTarget[0])}: its searches have no result: ${ofTarget[0].search?.reason ?? ''}`]
      : [],
  );

const answerReasons = (
  { answerChecks, wrongUnderLoad = [] }: Pick<Summary, 'answerChecks' | 'wrongUnderLoad'>,
  nameOf: NameOf,
): readonly string[] => {
  const underLoad = (fault: 'wrongAnswers' | 'notUnderstood', what: string): readonly string[] => {
    const targets = [...new Set(wrongUnderLoad.filter((counts) => counts[fault] > 0).map(nameOf))];
    if (targets.length === 0) return [];
    const whose = targets.length === 1 ? 'Its' : 'Their';
    return [
      `${sentenceStart(what)} under load: ${targets.join(', ')}. ${whose} speed does not count.`,
    ];
  };
  return [
    ...answerChecks
      .filter(({ state }) => state === 'failed')
      .map(
        ({ fault = 'wrong-answer', reason = 'no reason recorded', ...check }) =>
          `${nameOf(check)}${noopText(check.engine)} ${faultWords[fault].gave} and was not measured: ${reason}`,
      ),
    ...underLoad('wrongAnswers', faultWords['wrong-answer'].what),
    ...underLoad('notUnderstood', faultWords['not-understood'].what),
  ];
};

/** Requests and measurements that failed although the serving is not to blame. */
const failureReasons = ({
  measurements,
  rows,
}: Pick<Summary, 'measurements' | 'rows'>): readonly string[] => {
  const lossyLimits = rows.filter(({ engine, failed = 0 }) => engine === 'noop' && failed > 0);
  const failed = measurements.failed - measurements.failedAnswerCheck;
  return [
    lossyLimits.length > 0 &&
      `Requests failed in ${counted(lossyLimits.length, 'result')} of the no-op backend, which never fails, so the rig lost them. See Failures.`,
    failed > 0 && `${counted(failed, 'measurement')} failed: see Failures.`,
  ].filter((reason) => reason !== false);
};

const cutOffReasons = (
  { measurements, plan, sloRates = [] }: Pick<Summary, 'measurements' | 'plan' | 'sloRates'>,
  nameOf: NameOf,
  resume: string,
): readonly string[] => {
  const { missing } = measurements;
  const planned = plan.measurementCount;
  const unfinished = sloRates.filter(({ search }) => search?.state === 'going-on');
  const searches = unfinished.map(
    (rate) =>
      `${nameOf(rate)}: the search for the highest rate with p99 within ${rate.limitMs} ms was cut off; continue it: ${resume}`,
  );
  if (missing === 0) return searches;
  return [
    `The run was cut off: ${planned - missing} of ${counted(planned, 'measurement')} were recorded; continue it: ${resume}`,
    ...searches,
  ];
};

/** What decides on validity, besides the summary. */
interface ValidityContext {
  readonly calibration: CheckResult;
  /** Folder of the run. */
  readonly folder?: string | undefined;
  /** True if the run has not ended, so that missing measurements are still to come. */
  readonly isGoingOn?: boolean | undefined;
}

/**
 * Whether a run can be trusted as a whole. It is invalid if
 * - the rig measures a known latency wrong, or requests fail with the no-op backend;
 * - a target gives wrong answers, answers that are not understood, or none in its answer check;
 * - measurements are missing or have no figures;
 * - a target has no row that passes its checks, no correct answer, or no search with a result.
 *
 * If a check fails in some rows of a target, only these rows are greyed. Failed requests of a serving do not make a run invalid.
 */
export const validityOf = (
  summary: Pick<
    Summary,
    'measurements' | 'answerChecks' | 'wrongUnderLoad' | 'rows' | 'plan' | 'sloRates' | 'stability'
  >,
  { calibration, folder = 'DIR', isGoingOn = false }: ValidityContext,
): Validity => {
  const { measurements, answerChecks, rows, plan, sloRates = [], stability } = summary;
  const labels = rowLabels(rows, plan);
  const nameOf: NameOf = ({ target }) => labelOf(labels, target);
  const resume = `npx serving-compare run ${plan.where === 'aws' ? '--on aws --resume RUN' : `--resume ${shellWord(folder)}`}`;
  const rowsByTarget = groupBy(
    rows.filter(({ engine }) => engine !== 'noop'),
    ({ target }) => targetId(target),
  );
  const targets = [...rowsByTarget.values()].map((ofTarget) => ({
    label: nameOf(ofTarget[0]),
    rows: ofTarget.filter(({ repeats }) => repeats > 0),
  }));
  const reasons = [
    ...(calibration.state === 'failed'
      ? [`${calibration.finding} ${calibration.advice ?? ''}`.trimEnd()]
      : []),
    ...answerReasons(summary, nameOf),
    ...failureReasons(summary),
    ...(isGoingOn ? [] : cutOffReasons(summary, nameOf, resume)),
    // The virtual users of a stability test only find its rate.
    ...(stability === undefined ? targetReasons(targets, answerChecks) : []),
    ...searchReasons(sloRates, nameOf),
  ];
  const canResume = measurements.failed > 0 && !isGoingOn;
  return { valid: reasons.length === 0, reasons, resume: canResume ? resume : undefined };
};
