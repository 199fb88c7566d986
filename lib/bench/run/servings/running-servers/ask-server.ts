import { once } from 'node:events';
import { request as httpRequest, type IncomingMessage, type OutgoingHttpHeaders } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { HEADER_LENGTH } from '../../../../../serving-configs/models/tensors/tensor-body.ts';
import { originOf } from '../../../../../serving-configs/running-server.ts';
import { endpointAt, trusting } from '../../../../../serving-configs/tls.ts';
import { withTimeLimit } from '../../../../../serving-configs/time-limit.ts';
import { BenchError, causeOf, systemCodeOf } from '../../../model/errors.ts';
import { formatBytes } from '../../../wording/format-number.ts';
import type { GivenServer } from './given-server.ts';

/** Timeout of one request. */
export const ANSWER_TIMEOUT_MS = 30_000;
/** Of a longer answer, the rest is not read. */
const MAX_ANSWER_BYTES = 64 * 1024 * 1024;
/** Length of the quote from an answer in messages. */
const QUOTE_BYTES = 120;

export interface Reply {
  readonly status: number;
  readonly body: Buffer;
  readonly jsonLength: number | undefined;
}

export type Ask = (
  path: string,
  sent?: { readonly type: string; readonly body: Buffer; readonly jsonLength?: number | undefined },
) => Promise<Reply>;

/** A request and its answer, for messages. */
export interface Attempt {
  readonly path: string;
  /** 0 if there was no answer. */
  readonly status: number;
  readonly description: string;
}

/** Whether the answer was not HTTP/1.1, for instance from a gRPC server: a code of Node's parser. */
const isNotHttp = (error: unknown): boolean => systemCodeOf(error)?.startsWith('HPE_') === true;

/**
 * Reads an answer.
 *
 * @throws BenchError `BENCH_SERVER_ANSWER` if it is longer than {@link MAX_ANSWER_BYTES}
 */
const readBody = async (response: IncomingMessage, { name, url }: GivenServer): Promise<Buffer> => {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > MAX_ANSWER_BYTES) {
      throw new BenchError(
        'BENCH_SERVER_ANSWER',
        `${name} at ${url} sends an answer of more than ${formatBytes(MAX_ANSWER_BYTES)}`,
        { hint: 'give the address of a model server, and a model with smaller outputs' },
      );
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
};

/** The first characters of an answer, without those that a terminal would obey. */
const quoteOf = (body: Buffer): string =>
  body
    .toString('utf8', 0, QUOTE_BYTES)
    .replaceAll(/[\s\p{Cc}]+/gu, ' ')
    .trim();

/** Whether the server did not answer within the limit. */
const isSilence = (error: unknown): boolean =>
  error instanceof DOMException && error.name === 'TimeoutError';

/**
 * Sends a request on a connection of its own and reads its answer.
 *
 * @throws the reason of the signal if that was aborted
 */
const exchange = async (
  given: GivenServer,
  path: string,
  body: Buffer | undefined,
  headers: OutgoingHttpHeaders,
  signal: AbortSignal,
): Promise<{ readonly response: IncomingMessage; readonly body: Buffer }> => {
  const origin = originOf(given);
  const { isTls } = endpointAt(origin);
  const request = (isTls ? httpsRequest : httpRequest)(origin + path, {
    method: body === undefined ? 'GET' : 'POST',
    headers,
    signal,
    agent: false,
    ...(isTls && trusting(given.caFile)),
  });
  // Once there is a response, that reports what goes wrong.
  request.on('error', () => undefined);
  try {
    request.end(body);
    const [response] = (await once(request, 'response')) as [IncomingMessage];
    return { response, body: await readBody(response, given) };
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  } finally {
    request.destroy();
  }
};

/**
 * Returns a function that sends requests to a server and records each in `attempts`.
 *
 * It throws a BenchError if the server does not answer at all, because it would let every other request wait as long.
 */
export const createAsk =
  (given: GivenServer, attempts: Attempt[], signal: AbortSignal): Ask =>
  async (path, sent) => {
    const request = `${sent === undefined ? 'GET' : 'POST'} ${path}`;
    const jsonLength = sent?.jsonLength;
    try {
      return await withTimeLimit(ANSWER_TIMEOUT_MS, signal, async (limited) => {
        const sentHeaders = {
          ...(sent && { 'content-type': sent.type }),
          ...(jsonLength !== undefined && { [HEADER_LENGTH]: String(jsonLength) }),
          ...given.headers,
        };
        const { response, body } = await exchange(given, path, sent?.body, sentHeaders, limited);
        const text = quoteOf(body);
        const { statusCode: status = 0, headers } = response;
        attempts.push({ path, status, description: `${request} gave ${status} ${text}`.trimEnd() });
        const { [HEADER_LENGTH]: length } = headers;
        return { status, body, jsonLength: length === undefined ? undefined : Number(length) };
      });
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof BenchError) throw error;
      if (isSilence(error)) {
        throw new BenchError(
          'BENCH_SERVER_ANSWER',
          `${given.name} at ${given.url} takes connections, but did not answer ${request} in ${ANSWER_TIMEOUT_MS / 1000} s`,
          { hint: 'wait until it is ready, restart it, or correct its address', cause: error },
        );
      }
      if (isNotHttp(error)) {
        throw new BenchError(
          'BENCH_SERVER_PROTOCOL',
          `${given.name} does not answer in HTTP/1.1 at ${given.url}`,
          {
            hint: 'give grpc://HOST:PORT if this is its gRPC port, or else its HTTP port',
            cause: error,
          },
        );
      }
      attempts.push({
        path,
        status: 0,
        description: `${request} gave nothing: ${causeOf(error)}`,
      });
      return { status: 0, body: Buffer.alloc(0), jsonLength: undefined };
    }
  };
