import { HEADER_LENGTH } from '../../../../serving-configs/models/tensors/tensor-body.ts';
import { originOf } from '../../../../serving-configs/running-server.ts';
import { transportErrorText } from '../infer.ts';
import type { SaidServer } from './said-server.ts';

/** For one question. */
export const ANSWER_MS = 30_000;
const SHOWN_LETTERS = 120;

export interface Told {
  readonly status: number;
  readonly body: Buffer;
  readonly jsonLength: number | undefined;
}

export type Ask = (
  path: string,
  sent?: { readonly type: string; readonly body: Buffer; readonly jsonLength?: number | undefined },
) => Promise<Told>;

/** What was asked, and in words what came. */
export interface Heard {
  readonly path: string;
  readonly status: number;
  readonly words: string;
}

/** Asks a server, and writes down what came. */
export const asker = (said: SaidServer, heard: Heard[], signal: AbortSignal): Ask => {
  const origin = originOf(said);
  return async (path, sent) => {
    const words = `${sent === undefined ? 'GET' : 'POST'} ${path}`;
    const jsonLength = sent?.jsonLength;
    try {
      const response = await fetch(origin + path, {
        ...(sent && { method: 'POST', body: sent.body }),
        headers: {
          ...(sent && { 'content-type': sent.type }),
          ...(jsonLength !== undefined && { [HEADER_LENGTH]: String(jsonLength) }),
          ...said.headers,
        },
        signal: AbortSignal.any([signal, AbortSignal.timeout(ANSWER_MS)]),
      });
      const body = Buffer.from(await response.arrayBuffer());
      const text = body.toString('utf8', 0, SHOWN_LETTERS).replaceAll(/\s+/g, ' ').trim();
      const { status } = response;
      heard.push({ path, status, words: `${words} gave ${status} ${text}`.trimEnd() });
      const length = response.headers.get(HEADER_LENGTH);
      return { status, body, jsonLength: length === null ? undefined : Number(length) };
    } catch (error) {
      signal.throwIfAborted();
      heard.push({ path, status: 0, words: `${words} gave nothing: ${transportErrorText(error)}` });
      return { status: 0, body: Buffer.alloc(0), jsonLength: undefined };
    }
  };
};
