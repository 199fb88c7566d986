import { check } from 'k6';
import http, { type RefinedResponse } from 'k6/http';
import { clockMs } from './clock.ts';
import type { Body } from './bodies.ts';

/** How a request ended, before anybody judges it. */
export interface Ended {
  readonly doneMs: number;
  readonly status: number;
  readonly errorCode: number;
  readonly right: boolean;
  readonly bytes: number;
  readonly transportMs: number;
  readonly process: string;
  readonly serverTiming: string;
}

/** From here to the next such number, k6's error codes only repeat the status. */
const STATUS_ERRORS = { from: 1400, to: 1600 } as const;

/** No answer, or a broken one: the connection is gone. */
export const isTransportError = (errorCode: number): boolean =>
  errorCode !== 0 && (errorCode < STATUS_ERRORS.from || errorCode >= STATUS_ERRORS.to);

/** Sends a body on the virtual user's own connection, which stays open, and checks the answer. */
export const exchange = (
  url: string,
  { bytes, contentType }: Body,
  timeoutMs: number,
  isRight: (body: string) => boolean,
): Ended => {
  const response = http.post(url, bytes, {
    headers: { 'Content-Type': contentType },
    timeout: timeoutMs,
    responseType: 'text',
  });
  const doneMs = clockMs();
  const { status, error_code: errorCode } = response;
  const complete = status === 200 && !isTransportError(errorCode);
  const right = complete && isRight(response.body);
  check(response, {
    'the status is 200': () => status === 200,
    'the answer is right': () => right,
  });
  return {
    doneMs,
    status,
    errorCode,
    right,
    bytes: bytesOf(response),
    transportMs: transportMsOf(response),
    process: response.headers['Middleware-Process'] ?? '',
    serverTiming: response.headers['Server-Timing'] ?? '',
  };
};

/** The body is text here, whose length is that of its characters. */
const bytesOf = ({ headers, body }: RefinedResponse<'text'>): number => {
  const told = headers['Content-Length'];
  return told === undefined ? (body?.length ?? 0) : Number(told);
};

/** Waiting for a connection holds the connecting; k6 counts neither in `duration`. */
const transportMsOf = ({ timings }: RefinedResponse<'text'>): number =>
  timings.blocked + timings.duration;
