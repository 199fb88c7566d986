import { OUTCOME } from '../outcome.ts';

/** What k6 says about the end of a request. */
export interface K6End {
  /** Whether there was a connection. */
  readonly connected: boolean;
  /** 0 where there was no complete answer. */
  readonly status: number;
  /** See https://grafana.com/docs/k6/latest/javascript-api/error-codes/; 0 where nothing went wrong. */
  readonly errorCode: number;
  /** Whether the answer holds what it must. */
  readonly right: boolean;
}

const TIMEOUT = 1050;
/** Names that cannot be resolved, hosts that k6 must not ask, connections that cannot be made, TLS. */
const CONNECT_CODES: readonly (readonly [from: number, to: number])[] = [
  [1020, 1020],
  [1100, 1199],
  [1210, 1213],
  [1300, 1399],
];
/** They only repeat the status of a complete answer. */
const STATUS_CODES = [1400, 1599] as const;

const isIn = (code: number, [from, to]: readonly [number, number]): boolean =>
  code >= from && code <= to;

/**
 * The outcome in the classes of the embedded engine, by the same rules: what broke before a connection stood is
 * `connect`, also where time ran out; what broke after it, or was not HTTP, is `reset`, whatever status came before.
 */
export const outcomeOf = ({ connected, status, errorCode, right }: K6End): number => {
  const broke = errorCode !== 0 && !isIn(errorCode, STATUS_CODES);
  if (broke) {
    if (!connected || CONNECT_CODES.some((range) => isIn(errorCode, range))) return OUTCOME.connect;
    return errorCode === TIMEOUT ? OUTCOME.timeout : OUTCOME.reset;
  }
  if (status !== 200) return status;
  return right ? OUTCOME.succeeded : OUTCOME.wrongAnswer;
};
