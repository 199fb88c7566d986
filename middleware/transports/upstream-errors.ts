import { isTlsFault } from '../../serving-configs/tls.ts';
import { MalformedAnswer } from '../servings/serving.ts';
import {
  ClientGone,
  UpstreamFailed,
  UpstreamIncomplete,
  UpstreamMalformed,
  UpstreamOverloaded,
  UpstreamRejected,
  UpstreamReset,
  UpstreamTimeout,
  UpstreamTooLarge,
  UpstreamUnavailable,
  withUpstreamStatus,
} from '../errors.ts';
import { AnswerTooLarge, DeadlineExceeded, type Stage } from './pending-answer.ts';

export interface FailedExchange {
  readonly serving: string;
  readonly timeoutMs: number;
  readonly stage: Stage;
}

type Meaning = 'unavailable' | 'broken-off' | 'cut-short' | 'timeout' | 'malformed';

/** The meaning of the error codes of undici and of the system. */
const meaningByCode: Readonly<Record<string, Meaning>> = {
  ECONNREFUSED: 'unavailable',
  EHOSTUNREACH: 'unavailable',
  ENETUNREACH: 'unavailable',
  EADDRNOTAVAIL: 'unavailable',
  ENOTFOUND: 'unavailable',
  EAI_AGAIN: 'unavailable',
  EMFILE: 'unavailable',
  UND_ERR_CONNECT_TIMEOUT: 'unavailable',
  UND_ERR_DESTROYED: 'unavailable',
  UND_ERR_CLOSED: 'unavailable',
  ECONNRESET: 'broken-off',
  EPIPE: 'broken-off',
  ECONNABORTED: 'broken-off',
  UND_ERR_SOCKET: 'broken-off',
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: 'cut-short',
  ETIMEDOUT: 'timeout',
  UND_ERR_HEADERS_TIMEOUT: 'timeout',
  UND_ERR_BODY_TIMEOUT: 'timeout',
  UND_ERR_HEADERS_OVERFLOW: 'malformed',
};

/** A property of a thrown value if it is a string, else ''. */
const textOf = (error: unknown, property: 'code' | 'name'): string => {
  const value: unknown = (error as Partial<Record<string, unknown>> | undefined)?.[property];
  return typeof value === 'string' ? value : '';
};
const codeOf = (error: unknown): string => textOf(error, 'code');

const meaningOf = (error: unknown): Meaning | undefined => {
  if (error instanceof DeadlineExceeded) return 'timeout';
  if (error instanceof AnswerTooLarge) return 'malformed';
  // undici's parser has many error codes but one error name.
  if (textOf(error, 'name') === 'HTTPParserError') return 'malformed';
  const code = codeOf(error);
  return meaningByCode[code] ?? (isTlsFault(code) ? 'unavailable' : undefined);
};

/** Turns the failure of an exchange into an error with an answer; returns any other error unchanged. */
export const exchangeErrorOf = (error: unknown, failed: FailedExchange): unknown => {
  if (error instanceof ClientGone) return error;
  const { serving, stage, timeoutMs } = failed;
  const options = { cause: error };
  const meaning = meaningOf(error);
  switch (meaning) {
    case 'unavailable':
      return new UpstreamUnavailable(serving, codeOf(error), options);
    case 'timeout':
      return new UpstreamTimeout(serving, timeoutMs, options);
    case 'malformed':
      return new UpstreamMalformed(
        serving,
        error instanceof AnswerTooLarge ? error.message : 'its bytes are not a valid HTTP answer',
        options,
      );
    case 'cut-short':
      return new UpstreamIncomplete(serving, options);
    case 'broken-off':
      return stage === 'in-body'
        ? new UpstreamIncomplete(serving, options)
        : new UpstreamReset(serving, options);
    case undefined:
      return error;
    default:
      return meaning satisfies never;
  }
};

const refusalOfStatus = (status: number) => {
  if (status === 429 || status === 503) return UpstreamOverloaded;
  if (status === 413) return UpstreamTooLarge;
  return status >= 500 ? UpstreamFailed : UpstreamRejected;
};

/** The error for a response with this status; `undefined` for 200. */
export const statusErrorOf = (status: number, serving: string): Error | undefined => {
  if (status === 200) return undefined;
  if (status < 400) return new UpstreamMalformed(serving, `status ${status} instead of 200`);
  const Refusal = refusalOfStatus(status);
  return withUpstreamStatus(new Refusal(serving, status), status);
};

/** Turns the error of a codec that could not read an answer into one with an answer; returns any other error unchanged. */
export const answerErrorOf = (error: unknown, serving: string): unknown =>
  error instanceof MalformedAnswer
    ? new UpstreamMalformed(serving, error.message.replace(/\.$/, ''), { cause: error })
    : error;
