import { check } from 'k6';
import http from 'k6/http';
import { isNotUnderstood, statusOfFailure } from './answer-check.ts';
import { clockMs } from './clock.ts';
import type { RequestBody } from './bodies.ts';

/** How a request ended. Times are in milliseconds since the start of the load. */
export interface Ended {
  readonly sentMs: number;
  readonly doneMs: number;
  /** Whether a connection was made, so that the request was on its way. */
  readonly connected: boolean;
  /** 0 if there was no complete answer; greater than `UPSTREAM_STATUS` if it is that of the serving. */
  readonly status: number;
  /** The error code of k6; 0 if nothing went wrong. */
  readonly errorCode: number;
  /** Whether the answer is a 200 with the correct content. */
  readonly correct: boolean;
  /** Whether the middleware could not read the answer of the serving. */
  readonly notUnderstood: boolean;
  /** The time that k6 itself added before and after the exchange. */
  readonly lagMs: number;
  readonly serverTiming: string;
}

/** The error codes of k6 that repeat the status of an answer; `to` is excluded. */
const STATUS_ERRORS = { from: 1400, to: 1600 } as const;

/** Whether there was no complete answer, so that the connection is gone. */
export const isTransportError = (errorCode: number): boolean =>
  errorCode !== 0 && (errorCode < STATUS_ERRORS.from || errorCode >= STATUS_ERRORS.to);

/**
 * Sends a POST with a body, or a GET without one, over a keep-alive connection and checks the answer.
 *
 * The end of an exchange comes from k6's own trace, which runs from waiting for a connection to the last byte of the answer. The
 * clock of the script would add the time until the script runs again. A broken exchange has no complete trace, so there the
 * clock must do.
 */
export const exchange = async (
  url: string,
  { bytes, headers }: RequestBody,
  timeoutMs: number,
  isCorrect: (body: string) => boolean,
): Promise<Ended> => {
  const sentMs = clockMs();
  const response = await http.asyncRequest(bytes === null ? 'GET' : 'POST', url, bytes, {
    headers,
    timeout: timeoutMs,
    responseType: 'text',
  });
  const nowMs = clockMs();
  const { status, error_code: errorCode, timings } = response;
  const broken = isTransportError(errorCode);
  const correct = status === 200 && !broken && isCorrect(response.body);
  check(response, {
    'the status is 200': () => status === 200,
    'the answer is correct': () => correct,
  });
  // `blocked` includes connecting; `duration` includes neither.
  const lagMs = broken ? 0 : Math.max(0, nowMs - sentMs - timings.blocked - timings.duration);
  return {
    sentMs,
    doneMs: nowMs - lagMs,
    connected: timings.blocked > 0,
    status:
      status === 200 ? status : statusOfFailure(status, response.headers['Infer-Upstream-Status']),
    errorCode,
    correct,
    notUnderstood: !broken && isNotUnderstood(status, response.headers['Infer-Code']),
    lagMs,
    serverTiming: response.headers['Server-Timing'] ?? '',
  };
};
