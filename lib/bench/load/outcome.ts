import { UPSTREAM_STATUS } from '../../../k6/answer-check.ts';
import type { FailureClass } from '../model/load-result.ts';
import { grpcStatusName } from './grpc-status.ts';

export { isNotUnderstood, statusOfFailure } from '../../../k6/answer-check.ts';

/**
 * How a planned request ended, as a small number, so that millions of samples stay compact. Numbers from 100 on are the HTTP
 * status of a failed answer; those from {@link UPSTREAM_STATUS} on, that of the serving behind the middleware.
 */
export const OUTCOME = {
  succeeded: 0,
  connect: 1,
  timeout: 2,
  reset: 3,
  wrongAnswer: 4,
  /** Planned, but not sent; only in an open loop. */
  unsent: 5,
  /** The middleware could not read the answer of the serving. */
  notUnderstood: 6,
} as const;

const WITHOUT_ANSWER: readonly number[] = [
  OUTCOME.connect,
  OUTCOME.timeout,
  OUTCOME.reset,
  OUTCOME.unsent,
];

/** Whether a request had an answer, correct or not. */
export const isAnswer = (outcome: number): boolean => !WITHOUT_ANSWER.includes(outcome);

const NAMES = [
  'succeeded',
  'connect',
  'timeout',
  'reset',
  'wrong-answer',
  'unsent',
  'not-understood',
] as const;

/** The failure class of an HTTP status, or of a status of the serving behind the middleware. */
const statusClass = (outcome: number): FailureClass => {
  const upstream = outcome - UPSTREAM_STATUS;
  if (upstream < 0) return `http-${outcome}`;
  return `server-${upstream < 100 ? grpcStatusName(String(upstream)) : upstream}`;
};

/** The name of an outcome in the raw samples: a failure class, `succeeded` or `unsent`. */
export const outcomeName = (outcome: number): string =>
  outcome >= 100 ? statusClass(outcome) : (NAMES[outcome] ?? `unknown-${outcome}`);

/** The failure class of an outcome; undefined if it does not count as failed. */
export const failureClassOf = (outcome: number): FailureClass | undefined => {
  if (outcome >= 100) {
    return statusClass(outcome);
  }
  const name = NAMES[outcome];
  return name === 'succeeded' || name === 'unsent' ? undefined : name;
};
