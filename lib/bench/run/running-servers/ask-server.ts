import { HEADER_LENGTH } from '../../../../serving-configs/models/tensors/tensor-body.ts';
import { originOf } from '../../../../serving-configs/running-server.ts';
import { BenchError } from '../../model/errors.ts';
import { transportErrorText } from '../infer.ts';
import type { GivenServer } from './given-server.ts';

/** For one request. */
export const ANSWER_MS = 30_000;
const SHOWN_LETTERS = 120;

export interface Reply {
  readonly status: number;
  readonly body: Buffer;
  readonly jsonLength: number | undefined;
}

export type Ask = (
  path: string,
  sent?: { readonly type: string; readonly body: Buffer; readonly jsonLength?: number | undefined },
) => Promise<Reply>;

/** A request, and in words what came. */
export interface Attempt {
  readonly path: string;
  readonly status: number;
  readonly words: string;
}

/** Whether something answered that its parser does not know, as servers of gRPC do. */
const isNoHttp = (error: unknown): boolean =>
  (error as { readonly cause?: Partial<Error> }).cause?.name === 'HTTPParserError';

/** Sends requests to a server, and notes each with its answer. */
export const asker = (given: GivenServer, attempts: Attempt[], signal: AbortSignal): Ask => {
  const origin = originOf(given);
  return async (path, sent) => {
    const words = `${sent === undefined ? 'GET' : 'POST'} ${path}`;
    const jsonLength = sent?.jsonLength;
    try {
      const response = await fetch(origin + path, {
        ...(sent && { method: 'POST', body: sent.body }),
        headers: {
          ...(sent && { 'content-type': sent.type }),
          ...(jsonLength !== undefined && { [HEADER_LENGTH]: String(jsonLength) }),
          ...given.headers,
        },
        signal: AbortSignal.any([signal, AbortSignal.timeout(ANSWER_MS)]),
      });
      const body = Buffer.from(await response.arrayBuffer());
      const text = body.toString('utf8', 0, SHOWN_LETTERS).replaceAll(/\s+/g, ' ').trim();
      const { status } = response;
      attempts.push({ path, status, words: `${words} gave ${status} ${text}`.trimEnd() });
      const length = response.headers.get(HEADER_LENGTH);
      return { status, body, jsonLength: length === null ? undefined : Number(length) };
    } catch (error) {
      signal.throwIfAborted();
      if (isNoHttp(error)) {
        throw new BenchError(
          'BENCH_TARGET',
          `${given.name} does not answer in HTTP/1.1 at ${given.url}`,
          {
            hint: 'give grpc://HOST:PORT if this is its port for gRPC, or the one for HTTP',
            cause: error,
          },
        );
      }
      attempts.push({
        path,
        status: 0,
        words: `${words} gave nothing: ${transportErrorText(error)}`,
      });
      return { status: 0, body: Buffer.alloc(0), jsonLength: undefined };
    }
  };
};
