import { check } from 'k6';
import http from 'k6/http';
import { clockMs } from './clock.ts';
import type { Body } from './bodies.ts';

/** How a request ended. Times in milliseconds from the start of the load. */
export interface Ended {
  readonly sentMs: number;
  readonly doneMs: number;
  /** Whether there was a connection, so that the request was on its way. */
  readonly connected: boolean;
  /** 0 where there was no complete answer. */
  readonly status: number;
  /** Of k6; 0 where nothing went wrong. */
  readonly errorCode: number;
  /** Whether the answer is a 200 that holds what it must. */
  readonly right: boolean;
  /** What k6 itself took beside the exchange, before and after it. */
  readonly lagMs: number;
  readonly serverTiming: string;
}

/** Between these numbers the error codes of k6 only repeat the status. */
const STATUS_ERRORS = { from: 1400, to: 1600 } as const;

/** No answer, or a broken one: the connection is gone. */
export const isTransportError = (errorCode: number): boolean =>
  errorCode !== 0 && (errorCode < STATUS_ERRORS.from || errorCode >= STATUS_ERRORS.to);

/**
 * Sends a body, or asks without one, on a connection that stays open, and checks the answer.
 *
 * An exchange ends by k6's own trace of it, from the search for a connection to the last byte of the answer. The clock of
 * the script would add what the script had to do first. Where the exchange broke there is no whole trace, so there the
 * clock must do.
 */
export const exchange = async (
  url: string,
  { bytes, headers }: Body,
  timeoutMs: number,
  isRight: (body: string) => boolean,
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
  const right = status === 200 && !broken && isRight(response.body);
  check(response, {
    'the status is 200': () => status === 200,
    'the answer is right': () => right,
  });
  // Waiting for a connection holds the connecting; k6 counts neither in `duration`.
  const lagMs = broken ? 0 : Math.max(0, nowMs - sentMs - timings.blocked - timings.duration);
  return {
    sentMs,
    doneMs: nowMs - lagMs,
    connected: timings.blocked > 0,
    status,
    errorCode,
    right,
    lagMs,
    serverTiming: response.headers['Server-Timing'] ?? '',
  };
};
