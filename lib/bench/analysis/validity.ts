import { type Target, targetId } from '../model/measurement.ts';
import { secondsToAnswer } from '../plan/estimate-duration.ts';
import { faultWords } from '../wording/answer-words.ts';
import { counted, formatPercent, sentenceStart } from '../wording/format-number.ts';
import { labelOf, rowLabels } from '../wording/labels.ts';
import { calibration } from './checks/calibration.ts';
import { adviceOn, checkOf, CHECKS, findingOf } from './checks/checks.ts';
import { groupBy } from './group-by.ts';
import { searchReasonText } from './slo/search.ts';
import type { CheckResult, SummaryRow } from './summary-row.ts';
import type { InvalidReason, Summary, Validity, Trust } from './summary.ts';
import type { SloRate } from './slo-types.ts';
import { ANSWER_FAULTS, type AnswerFault } from '../model/record.ts';
import { sum } from '../stats/moments.ts';
import { failsCheck } from './checks/check.ts';
import { measuredRows } from './ranking.ts';

/** Failed checks of a row, without the calibration, which belongs to the run. */
const failedChecks = ({ checks = [] }: SummaryRow): readonly CheckResult[] =>
  checks.filter(({ check, state }) => state === 'failed' && check !== calibration.name);

/** A target with its rows that have figures. */
interface MeasuredTarget {
  readonly target: Target;
  readonly rows: readonly SummaryRow[];
}

const isSilent = ({ rows }: MeasuredTarget): boolean =>
  rows.every(({ requestRatePerSecond }) => requestRatePerSecond?.value === 0);

const isFailing = ({ rows }: MeasuredTarget): boolean =>
  rows.every((row) => failedChecks(row).length > 0);

/** Why a target has no correct answer in any window: its requests failed, or none ended. */
const silentReason = (
  { target, rows }: MeasuredTarget,
  answerChecks: Summary['answerChecks'],
): InvalidReason => {
  if (rows.some(({ failed = 0 }) => failed > 0)) return { code: 'no-correct-answer', target };
  const windows = rows.map(({ measuredSeconds = 0, repeats }) => measuredSeconds / repeats);
  const windowSeconds = Math.max(...windows);
  const fastestMs = answerChecks.flatMap((check) =>
    targetId(target) === targetId(check.target) ? (check.fastestMs ?? []) : [],
  );
  const neededSeconds = secondsToAnswer(Math.max(1000 * windowSeconds, ...fastestMs));
  return { code: 'no-request-ended', target, windowSeconds, neededSeconds };
};

const orderOf = ({ check }: CheckResult): number => CHECKS.findIndex(({ name }) => name === check);

/** The targets without a usable row. */
const targetReasons = (
  targets: readonly MeasuredTarget[],
  answerChecks: Summary['answerChecks'],
): readonly InvalidReason[] => {
  const measured = targets.filter(({ rows }) => rows.length > 0);
  const silent = measured.filter(isSilent);
  const failing = measured.filter((target) => !silent.includes(target) && isFailing(target));
  const reasons = silent.map((target) => silentReason(target, answerChecks));
  if (failing.length === 0) return reasons;
  const rows = failing.flatMap((target) => target.rows);
  const byCheck = [...groupBy(rows.flatMap(failedChecks), ({ check }) => check).values()].toSorted(
    (a, b) => b.length - a.length || orderOf(a[0]) - orderOf(b[0]),
  );
  return [
    ...reasons,
    {
      code: 'failed-checks',
      targets: failing.map(({ target }) => target),
      results: rows.length,
      checks: byCheck.map((results) => ({ check: results[0].check, results: results.length })),
    },
  ];
};

/** The targets whose searches all have no result. */
const searchReasons = (rates: readonly SloRate[]): readonly InvalidReason[] =>
  [...groupBy(rates, ({ target }) => targetId(target)).values()].flatMap((ofTarget) => {
    const [{ target, search }] = ofTarget;
    return ofTarget.every((rate) => rate.search?.state === 'no-result')
      ? [{ code: 'search-without-result', target, why: search?.reason } as const]
      : [];
  });

const answerReasons = ({
  answerChecks,
  wrongUnderLoad = [],
  rows,
}: Pick<Summary, 'answerChecks' | 'wrongUnderLoad' | 'rows'>): readonly InvalidReason[] => {
  const measured = new Set(
    rows.flatMap(({ target, engine, repeats }) =>
      repeats > 0 ? [`${targetId(target)}/${engine}`] : [],
    ),
  );
  const underLoad = (
    fault: 'wrong-answer' | 'not-understood',
    count: 'wrongAnswers' | 'notUnderstood',
  ): readonly InvalidReason[] => {
    const wrong = wrongUnderLoad.filter((counts) => counts[count] > 0);
    const targets = [...groupBy(wrong, ({ target }) => targetId(target)).values()].map(
      (ofTarget) => ({
        target: ofTarget[0].target,
        count: sum(ofTarget.map((counts) => counts[count])),
        answers: sum(ofTarget.map(({ answers }) => answers)),
      }),
    );
    return targets.length === 0 ? [] : [{ code: 'wrong-under-load', fault, targets }];
  };
  return [
    ...answerChecks
      .filter(({ state }) => state === 'failed')
      .map(
        ({ target, engine, fault = 'wrong-answer', reason: why }) =>
          ({
            code: 'answer-check',
            target,
            engine,
            fault,
            isMeasured: measured.has(`${targetId(target)}/${engine}`),
            why,
          }) as const,
      ),
    ...underLoad('wrong-answer', 'wrongAnswers'),
    ...underLoad('not-understood', 'notUnderstood'),
  ];
};

/** Requests and measurements that failed although the serving is not to blame. */
const failureReasons = ({
  measurements,
  rows,
}: Pick<Summary, 'measurements' | 'rows'>): readonly InvalidReason[] => {
  const lossy = rows.filter(({ engine, failed = 0 }) => engine === 'noop' && failed > 0);
  return [
    ...(lossy.length > 0 ? [{ code: 'noop-failures', results: lossy.length } as const] : []),
    ...measurements.failures.map(
      (failure) => ({ code: 'failed-measurements', ...failure }) as const,
    ),
  ];
};

const cutOffReasons = ({
  measurements,
  plan,
  tuning,
  manyModels,
  sloRates = [],
}: Pick<
  Summary,
  'measurements' | 'plan' | 'sloRates' | 'tuning' | 'manyModels'
>): readonly InvalidReason[] => {
  const planned = plan.measurementCount + (manyModels === undefined ? 0 : plan.targets.length);
  const recorded = planned - measurements.missing - (manyModels?.missing ?? 0);
  const searches = sloRates
    .filter(({ search }) => search?.state === 'going-on')
    .map(({ target, limitMs }) => ({ code: 'search-cut-off', target, limitMs }) as const);
  const settings = tuning?.isOver === false ? [{ code: 'tuning-cut-off' } as const] : [];
  return recorded === planned
    ? [...searches, ...settings]
    : [{ code: 'cut-off', recorded, planned }, ...searches, ...settings];
};

/** What decides on validity, besides the summary. */
interface ValidityContext {
  readonly calibration: CheckResult;
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
    | 'measurements'
    | 'answerChecks'
    | 'wrongUnderLoad'
    | 'rows'
    | 'plan'
    | 'sloRates'
    | 'stability'
    | 'tuning'
    | 'manyModels'
  >,
  { calibration: calibrated, isGoingOn = false }: ValidityContext,
): Validity => {
  const { answerChecks, rows, sloRates = [], stability, tuning } = summary;
  const rowsByTarget = groupBy(
    rows.filter(({ engine }) => engine !== 'noop'),
    ({ target }) => targetId(target),
  );
  const targets = [...rowsByTarget.values()].map((ofTarget) => ({
    target: ofTarget[0].target,
    rows: ofTarget.filter(({ repeats }) => repeats > 0),
  }));
  const reasons: readonly InvalidReason[] = [
    ...(calibrated.state === 'failed'
      ? [{ code: 'calibration', result: calibrated } as const]
      : []),
    // A setting with wrong answers is out of a search, and no result.
    ...(tuning === undefined ? answerReasons(summary) : []),
    ...failureReasons(summary),
    ...(isGoingOn ? [] : cutOffReasons(summary)),
    // The virtual users of a stability test only find its rate.
    ...(stability === undefined ? targetReasons(targets, answerChecks) : []),
    ...searchReasons(sloRates),
  ];
  return { valid: reasons.length === 0, reasons };
};

const failedChecksText = (
  { targets, results, checks }: Extract<InvalidReason, { code: 'failed-checks' }>,
  nameOf: (target: Target) => string,
): string => {
  const whose = targets.map(nameOf).join(', ');
  const fail =
    results === 1
      ? `The only result of ${whose} fails`
      : `${results === 2 ? 'Both' : `All ${results}`} results of ${whose} fail`;
  const isOne = results === 1 || checks.length === 1;
  const names = checks.map((failed) => {
    const { title } = checkOf(failed);
    return isOne ? title : `${title} in ${failed.results === results ? 'all' : failed.results}`;
  });
  const what = checks.length === 1 ? 'the check' : 'checks:';
  return `${fail} ${what} ${names.join(', ')}.`;
};

/**
 * Why a run is not valid, as a sentence.
 *
 * @param nameOf names a target
 */
export const invalidText = (reason: InvalidReason, nameOf: (target: Target) => string): string => {
  switch (reason.code) {
    case 'calibration':
      return `${findingOf(reason.result)} ${adviceOn(reason.result) ?? ''}`.trimEnd();
    case 'answer-check': {
      const { target, engine, fault, isMeasured, why = 'no reason recorded' } = reason;
      const backend = engine === 'noop' ? ' with the no-op backend' : '';
      const figures = isMeasured
        ? 'in an answer check, so its figures do not count'
        : 'and was not measured';
      return `${nameOf(target)}${backend} ${faultWords[fault].gave} ${figures}: ${why}`;
    }
    case 'wrong-under-load': {
      const { fault, targets } = reason;
      const whose = targets.length === 1 ? 'Its' : 'Their';
      const shares = targets.map(
        ({ target, count, answers }) =>
          `${nameOf(target)}, ${count} of ${answers} (${formatPercent(count / answers)} %)`,
      );
      return `${sentenceStart(faultWords[fault].what)} under load: ${shares.join('; ')}. ${whose} speed does not count.`;
    }
    case 'noop-failures':
      return `Requests failed in ${counted(reason.results, 'result')} of the no-op backend, which never fails, so the rig lost them. See Failures.`;
    case 'failed-measurements':
      return `${counted(reason.count, 'measurement')} of ${nameOf(reason.target)} failed: ${reason.message.replace(/\.$/, '')}.`;
    case 'cut-off':
      return `The run was cut off: ${reason.recorded} of ${counted(reason.planned, 'measurement')} were recorded.`;
    case 'search-cut-off':
      return `${nameOf(reason.target)}: the search for the highest rate with p99 within ${reason.limitMs} ms was cut off.`;
    case 'tuning-cut-off':
      return 'The search for the best settings was cut off.';
    case 'no-correct-answer':
      return `${nameOf(reason.target)} gave no correct answer at any level: see its failures.`;
    case 'no-request-ended':
      return `${nameOf(reason.target)}: no request ended in the window of ${Number(reason.windowSeconds.toPrecision(3))} s.`;
    case 'failed-checks':
      return failedChecksText(reason, nameOf);
    case 'search-without-result':
      return `${nameOf(reason.target)}: its searches have no result: ${searchReasonText(reason.why)}`;
    default:
      return reason satisfies never;
  }
};

/** Why a run is not valid, as sentences; empty if it is valid. */
export const invalidTexts = ({
  validity,
  rows,
  plan,
}: Pick<Summary, 'validity' | 'rows' | 'plan'>): readonly string[] => {
  const labels = rowLabels(rows, plan);
  return (validity?.reasons ?? []).map((reason) =>
    invalidText(reason, (target) => labelOf(labels, target)),
  );
};

/** The number of targets; each may have several engines. */
const targetsIn = (items: readonly Pick<SummaryRow, 'target'>[]): number =>
  new Set(items.map(({ target }) => targetId(target))).size;

type Trusted = Pick<
  Summary,
  'answerChecks' | 'measurements' | 'rows' | 'stability' | 'wrongUnderLoad'
>;

/** How the answers were in the answer checks and under load. */
const answersOf = ({ answerChecks, wrongUnderLoad = [] }: Trusted): Trust['answers'] => {
  const countOf = (fault: AnswerFault): number => {
    const ofChecks = answerChecks.filter(
      ({ state, fault: found = 'wrong-answer' }) => state === 'failed' && found === fault,
    );
    const underLoad = wrongUnderLoad.filter(
      ({ wrongAnswers, notUnderstood }) =>
        (fault === 'wrong-answer' && wrongAnswers > 0) ||
        (fault === 'not-understood' && notUnderstood > 0),
    );
    return targetsIn([...ofChecks, ...underLoad]);
  };
  const faults = Object.fromEntries(ANSWER_FAULTS.map((fault) => [fault, countOf(fault)]));
  return { targets: targetsIn(answerChecks), faults: faults as Record<AnswerFault, number> };
};

const checksOf = (rows: readonly SummaryRow[]): Trust['checks'] => {
  const failing = rows.filter(failsCheck);
  const failed = failing
    .flatMap(({ checks = [] }) => checks)
    .filter(({ state }) => state === 'failed')
    .map(({ check }) => check);
  return { results: rows.length, failing: failing.length, failed: [...new Set(failed)] };
};

/** What a reader must know to believe the figures. */
export const trustOf = (summary: Trusted): Trust => {
  const { answerChecks, measurements, stability } = summary;
  const rows = measuredRows(summary);
  const isMeasured = rows.some(({ repeats }) => repeats > 0);
  const lost = measurements.failed - measurements.failedAnswerCheck;
  const limits = rows.flatMap(({ noopLimit }) => noopLimit ?? []);
  const share = Math.max(0, ...limits.map((limit) => limit.share));
  return {
    answers: answerChecks.length > 0 ? answersOf(summary) : undefined,
    failures:
      isMeasured || lost > 0
        ? {
            measurements: lost,
            requests: sum(rows.map(({ failed = 0 }) => failed)),
            areFaultsLeftOut: (stability?.targets ?? []).length > 0,
          }
        : undefined,
    checks: isMeasured ? checksOf(rows) : undefined,
    rig:
      limits.length > 0
        ? {
            share,
            atLimit: limits.filter(({ near }) => near).length,
          }
        : undefined,
  };
};
