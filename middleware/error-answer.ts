import type { FastifyError } from 'fastify';

import {
  ImageTooLarge,
  Internal,
  RequestAborted,
  RequestInvalid,
  TensorsTooLarge,
} from './errors.ts';
import { isTensors, wrongMediaType } from './upload.ts';

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

interface RequestFacts {
  readonly contentType: string | undefined;
  readonly maxImageBytes: number;
}

/** Our errors for requests that Fastify refuses before a route sees them, by Fastify's error code. */
const frameworkErrors: Readonly<
  Record<string, (error: FastifyError, facts: RequestFacts) => FastifyError>
> = {
  FST_ERR_CTP_BODY_TOO_LARGE: (_, { contentType, maxImageBytes }) =>
    new (isTensors(contentType) ? TensorsTooLarge : ImageTooLarge)(maxImageBytes / 1024 / 1024),
  FST_ERR_CTP_INVALID_MEDIA_TYPE: (_, { contentType }) => wrongMediaType(contentType),
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: () => new RequestAborted(),
  FST_ERR_CTP_EMPTY_JSON_BODY: (error) => new RequestInvalid(error.message),
  FST_ERR_VALIDATION: (error) => new RequestInvalid(`The request is not valid: ${error.message}.`),
  ECONNRESET: () => new RequestAborted(),
};

/** Whether an error is from errors.ts. Despite the type, a thrown value may have no code. */
const isOurs = ({ code }: Partial<FastifyError>): boolean => code?.startsWith('INFER_') ?? false;

const translate = (error: FastifyError, facts: RequestFacts): FastifyError | undefined => {
  if (isOurs(error)) return error;
  const known = frameworkErrors[error.code]?.(error, facts);
  if (known !== undefined) return known;
  const status = error.statusCode ?? 500;
  return status >= 400 && status < 500 ? new RequestInvalid(error.message) : undefined;
};

/** Turns anything thrown while a request was handled into an answer. */
export const errorAnswerOf = (
  error: FastifyError,
  facts: RequestFacts,
  serving: string | undefined,
): ErrorAnswer => {
  const translated = translate(error, facts);
  const { code, message, statusCode } = translated ?? new Internal();
  const body = serving === undefined ? { code, message } : { code, message, serving };
  const answer = { status: statusCode ?? 500, body };
  return translated === undefined ? { ...answer, fault: error } : answer;
};
