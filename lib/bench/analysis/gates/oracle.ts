import { formatFigure, formatPercent } from '../../report/format-number.ts';
import type { OracleCheck, OracleTry } from '../../results/record.ts';
import type { GateResult } from './gate.ts';

/** How far the figures of a known latency may be off, beside what the edges of its window add. */
export const ORACLE_LIMIT = 0.1;

const ADVICE =
  'Close what else works on the machine and measure anew; if it stays, the figures of this machine are wrong: report it.';

interface Judgement {
  readonly isRight: boolean;
  readonly figure: number;
  readonly limit: number;
  readonly finding: string;
}

/**
 * Holds what was measured of a known latency against it. A request takes the delay and what the middleware says that it
 * took itself; N users at that time each give N ÷ time requests a second (Little's law). No answer may be faster than the
 * delay, and none may fail. The window adds one request a user at its edges, as for {@link littleGate}.
 */
export const judgeOracle = (
  { delayMs, virtualUsers }: Pick<OracleCheck, 'delayMs' | 'virtualUsers'>,
  { succeeded, failed, requestRatePerSecond, meanMs, minMs, ownMs }: OracleTry,
): Judgement => {
  const knownMs = delayMs + ownMs;
  const knownRate = (virtualUsers * 1000) / knownMs;
  const limit = ORACLE_LIMIT + (succeeded === 0 ? 0 : virtualUsers / succeeded);
  const offMs = succeeded === 0 ? 1 : Math.abs(meanMs / knownMs - 1);
  const offRate = Math.abs(requestRatePerSecond / knownRate - 1);
  const figure = Math.max(offMs, offRate);
  const isTooFast = succeeded > 0 && minMs < delayMs * (1 - ORACLE_LIMIT);
  const parts = [
    `A serving that answers after ${formatFigure(delayMs)} ms, and ${formatFigure(ownMs)} ms in the middleware, was measured at ${formatFigure(meanMs)} ms and ${formatFigure(requestRatePerSecond)} of ${formatFigure(knownRate)} requests/s: ${formatPercent(figure)} % off, limit ${formatPercent(limit)} %`,
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
    return { gate, state: 'failed', finding, advice: ADVICE };
  }
  const { isRight, figure, limit, finding: text } = judgeOracle(check, last);
  const finding = check.pair === undefined ? text : `Pair ${check.pair}: ${text}`;
  return isRight
    ? { gate, state: 'passed', figure, limit, finding }
    : { gate, state: 'failed', figure, limit, finding, advice: ADVICE };
};

const isWorse = (one: GateResult, other: GateResult): boolean =>
  one.state === other.state ? (one.figure ?? 0) > (other.figure ?? 0) : one.state === 'failed';

/**
 * Whether this apparatus measures a known latency right: the worst of the run's checks. No run writes one yet, so that this
 * gate is unknown for now.
 */
export const oracleGate = (checks: readonly OracleCheck[]): GateResult => {
  const [first, ...rest] = checks.map(gateOf);
  if (first === undefined) {
    const finding = 'The run has no measurement of a known latency.';
    return { gate: 'oracle', state: 'unknown', finding };
  }
  return rest.reduce((worst, one) => (isWorse(one, worst) ? one : worst), first);
};
