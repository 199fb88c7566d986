import { readFile } from 'node:fs/promises';
import { isRunningServer } from '../../../serving-configs/index.ts';
import { simulatedOf } from '../../../serving-configs/running-server.ts';
import { withTimeLimit } from '../../../serving-configs/time-limit.ts';
import { contentTypeOf } from '../load/job.ts';
import { isNotUnderstood } from '../load/outcome.ts';
import { messageOf } from '../model/errors.ts';
import type { Engine, Target } from '../model/measurement.ts';
import type { CheckedImage } from '../model/record.ts';

/** An answer of the middleware, or why there was none from the serving that could be read. */
export type Answered =
  | { readonly ok: true; readonly tookMs: number; readonly body: Buffer }
  | ({ readonly ok: false } & Required<Pick<CheckedImage, 'fault' | 'error'>>);

/** URL of a route of the middleware for a target. Routes for REST have no prefix. */
const routeUrl = (
  base: string,
  route: 'infer' | 'encode' | 'randinfer',
  { serving, protocol, payload, encoding }: Omit<Target, 'serving'> & { readonly serving: string },
): string => {
  const prefix = protocol === 'rest' ? '' : `/${protocol}`;
  return `${base}${prefix}/${route}/${serving}?payload=${payload}&encoding=${encoding}`;
};

/**
 * URL to which inputs for a target are posted.
 *
 * @param engine another one than `onnx` replaces a running server by the simulated server
 */
export const inferUrl = (base: string, target: Target, engine: Engine = 'onnx'): string => {
  const isReplaced = engine !== 'onnx' && isRunningServer(target.serving);
  const serving = isReplaced ? simulatedOf({ name: target.serving }).name : target.serving;
  return routeUrl(base, 'infer', { ...target, serving });
};

/** URL at which the middleware itself draws an image for each request to a target. */
export const drawUrl = (base: string, target: Target): string =>
  routeUrl(base, 'randinfer', target);

/** URL at which the middleware returns the request to the serving instead of sending it. */
export const encodeUrl = (base: string, target: Target): string => routeUrl(base, 'encode', target);

/** Describes why there was no answer, with the cause of an error such as `fetch failed`. */
export const transportErrorText = (error: unknown): string => {
  const message = messageOf(error);
  const isCaused = typeof error === 'object' && error !== null && 'cause' in error;
  return isCaused && error.cause !== undefined ? `${message}: ${messageOf(error.cause)}` : message;
};

/** Describes an error response: its code and message, or its first characters. */
const refusalText = (status: number, body: Buffer): string => {
  const text = body.toString('utf8');
  try {
    const { code = '', message } = JSON.parse(text) as { code?: string; message?: string };
    const place = code === 'INFER_INTERNAL' ? ' It is middleware.log in the run folder.' : '';
    if (message !== undefined) return `${status} ${code} ${message}${place}`;
  } catch {
    // It is not JSON.
  }
  return `${status} ${text.slice(0, 300)}`;
};

const FIRST_ANSWERS_MS = 30_000;

/**
 * How long a server may take for an answer outside the load: the timeout of the load, or half a minute if that is longer, because its
 * first answers are slow, and slower beside other programs.
 */
export const firstAnswersMs = (timeoutMs: number): number => Math.max(timeoutMs, FIRST_ANSWERS_MS);

/**
 * Posts a file. Errors become part of the result.
 *
 * @throws the signal's reason if it was aborted.
 */
export const post = async (
  url: string,
  file: string,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<Answered> => {
  try {
    const request = await readFile(file);
    const sentAtMs = performance.now();
    return await withTimeLimit(timeoutMs, signal, async (limited): Promise<Answered> => {
      const response = await fetch(url, {
        method: 'POST',
        headers: { 'content-type': contentTypeOf(file) },
        body: request,
        signal: limited,
      });
      const body = Buffer.from(await response.arrayBuffer());
      const tookMs = performance.now() - sentAtMs;
      if (response.status === 200) return { ok: true, tookMs, body };
      const isRead = !isNotUnderstood(response.status, response.headers.get('infer-code'));
      const fault = isRead ? 'no-answer' : 'not-understood';
      return { ok: false, fault, error: refusalText(response.status, body) };
    });
  } catch (error) {
    signal.throwIfAborted();
    return { ok: false, fault: 'no-answer', error: transportErrorText(error) };
  }
};
