import type { FastifyError } from 'fastify';

import { Internal, RequestAborted, RequestInvalid } from './errors.ts';
import { wrongMediaType } from './upload.ts';

interface ErrorBody {
  readonly code: string;
  readonly message: string;
  readonly serving?: string;
}

export interface ErrorAnswer {
  readonly status: number;
  readonly body: ErrorBody;
  /** The error to log if the middleware itself is at fault. */
  readonly fault?: unknown;
}

/** Our errors for requests that Fastify refuses before a route sees them, by Fastify's error code. */
const frameworkErrors: Readonly<
  Record<string, (error: FastifyError, contentType: string | undefined) => FastifyError>
> = {
  FST_ERR_CTP_INVALID_MEDIA_TYPE: (_, contentType) => wrongMediaType(contentType),
  FST_ERR_CTP_EMPTY_JSON_BODY: (error) => new RequestInvalid(error.message),
  FST_ERR_VALIDATION: (error) => new RequestInvalid(`The request is not valid: ${error.message}.`),
  ECONNRESET: () => new RequestAborted(),
};

/** Whether an error is from errors.ts. Despite the type, a thrown value may have no code. */
const isOurs = ({ code }: Partial<FastifyError>): boolean => code?.startsWith('INFER_') ?? false;

const translate = (
  error: FastifyError,
  contentType: string | undefined,
): FastifyError | undefined => {
  if (isOurs(error)) return error;
  const known = frameworkErrors[error.code]?.(error, contentType);
  if (known !== undefined) return known;
  const status = error.statusCode ?? 500;
  return status >= 400 && status < 500 ? new RequestInvalid(error.message) : undefined;
};

/** Turns anything thrown while a request was handled into an answer. */
export const errorAnswerOf = (
  error: FastifyError,
  contentType: string | undefined,
  serving: string | undefined,
): ErrorAnswer => {
  const translated = translate(error, contentType);
  const { code, message, statusCode } = translated ?? new Internal();
  const body = serving === undefined ? { code, message } : { code, message, serving };
  const answer = { status: statusCode ?? 500, body };
  return translated === undefined ? { ...answer, fault: error } : answer;
};
