import type { PlanPlace } from '../../plan/plan.ts';
import { formatFigure, formatPercent } from '../../report/format-number.ts';
import type { OracleCheck, OracleTry } from '../../results/record.ts';
import type { GateResult } from './gate.ts';
import { knownLoad } from './known-load.ts';

/**
 * How far the figures of a known latency may be off, beside what the edges of its window add. Half of what a harness is off
 * that loses a fifth of the answers, or whose clock goes wrong by a fifth.
 */
export const ORACLE_LIMIT = 0.1;

const ADVICE =
  'Close what else works on the machine and measure anew; if it stays, the figures of this machine are wrong: report it.';
const FAILED_ADVICE = 'Mend that, and start a new run.';

interface Judgement {
  readonly isRight: boolean;
  readonly figure: number;
  readonly limit: number;
  readonly finding: string;
}

/**
 * Holds rate and mean latency of a known latency against those of {@link knownLoad}. No answer may be faster than the delay,
 * and none may fail. The edges of the window widen the limit by what may fall to either side of them, as a share of the
 * requests that it must hold, so that a harness that loses some does not widen it.
 */
export const judgeOracle = (
  check: Pick<OracleCheck, 'delayMs' | 'virtualUsers'>,
  one: OracleTry,
): Judgement => {
  const { delayMs, virtualUsers } = check;
  const { durationSeconds, succeeded, failed, requestRatePerSecond, meanMs, minMs, ownMs } = one;
  const known = knownLoad(check, ownMs);
  const limit = ORACLE_LIMIT + known.atEdges / (known.ratePerSecond * durationSeconds);
  const offMs = succeeded === 0 ? 1 : Math.abs(meanMs / known.meanMs - 1);
  const offRate = Math.abs(requestRatePerSecond / known.ratePerSecond - 1);
  const figure = Math.max(offMs, offRate);
  const isTooFast = succeeded > 0 && minMs < delayMs * (1 - ORACLE_LIMIT);
  const parts = [
    `Of a serving that takes ${formatFigure(delayMs)} ms for a request, one at a time, and ${formatFigure(ownMs)} ms in the middleware, ${virtualUsers} virtual ${virtualUsers === 1 ? 'user gets' : 'users get'} ${formatFigure(known.ratePerSecond)} requests/s at ${formatFigure(known.meanMs)} ms. Measured: ${formatFigure(requestRatePerSecond)} requests/s at ${formatFigure(meanMs)} ms, ${formatPercent(figure)} % off, limit ${formatPercent(limit)} %`,
    ...(isTooFast ? [`an answer came after ${formatFigure(minMs)} ms already`] : []),
    ...(failed > 0 ? [`${failed} of ${failed + succeeded} requests failed`] : []),
  ];
  return {
    isRight: figure <= limit && !isTooFast && failed === 0,
    figure,
    limit,
    finding: `${parts.join('; ')}.`,
  };
};

/** What one check says: its last try, since a try follows only one that was not right. */
const gateOf = (check: OracleCheck): GateResult => {
  const gate = 'oracle';
  const last = check.tries.at(-1);
  if (check.state === 'failed' || last === undefined) {
    const finding = `The known latency could not be measured: ${check.reason ?? 'no try was recorded'}`;
    return { gate, state: 'failed', finding, advice: FAILED_ADVICE };
  }
  const { isRight, figure, limit, finding: text } = judgeOracle(check, last);
  const finding = check.pair === undefined ? text : `Pair ${check.pair}: ${text}`;
  return isRight
    ? { gate, state: 'passed', figure, limit, finding }
    : { gate, state: 'failed', figure, limit, finding, advice: ADVICE };
};

const isWorse = (one: GateResult, other: GateResult): boolean =>
  one.state === other.state ? (one.figure ?? 0) > (other.figure ?? 0) : one.state === 'failed';

/** Why a run has no measurement of a known latency, by where it ran. */
const ABSENCES: Readonly<Record<PlanPlace['where'], string>> = {
  local: 'The run has no measurement of a known latency: it was made before there was one.',
  aws: 'There is no measurement of a known latency: what starts servings on a serving node starts none of known latency.',
};

/**
 * Whether this apparatus measures a known latency right: the worst of the run's checks.
 *
 * @param where the run was made
 */
export const oracleGate = (
  checks: readonly OracleCheck[],
  where: PlanPlace['where'],
): GateResult => {
  const [first, ...rest] = checks.map(gateOf);
  if (first === undefined) return { gate: 'oracle', state: 'unknown', finding: ABSENCES[where] };
  return rest.reduce((worst, one) => (isWorse(one, worst) ? one : worst), first);
};
