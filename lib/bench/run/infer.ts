import { readFile } from 'node:fs/promises';
import { runningServerOf } from '../../../serving-configs/index.ts';
import { simulatedOf } from '../../../serving-configs/running-server.ts';
import { contentTypeOf } from '../load/load-target.ts';
import { messageOf } from '../model/errors.ts';
import type { Engine, Target } from '../model/measurement.ts';
import type { ScoredClass } from '../model/record.ts';

/** One answer of the middleware, or why there was none. */
export type Answered =
  | { readonly ok: true; readonly tookMs: number; readonly body: Buffer }
  | { readonly ok: false; readonly error: string };

/** The same for an image. */
export type InferOutcome =
  | {
      readonly ok: true;
      /** At least one class, best first. */
      readonly top: readonly [ScoredClass, ...(readonly ScoredClass[])];
      /** Undefined if unknown. */
      readonly trained: boolean | undefined;
      readonly tookMs: number;
    }
  | { readonly ok: false; readonly error: string };

/** The routes of the middleware for a target; those of REST have no prefix. */
const routeUrl = (
  base: string,
  route: 'infer' | 'encode' | 'randinfer',
  { serving, protocol, payload, encoding }: Omit<Target, 'serving'> & { readonly serving: string },
): string => {
  const prefix = protocol === 'rest' ? '' : `/${protocol}`;
  return `${base}${prefix}/${route}/${serving}?payload=${payload}&encoding=${encoding}`;
};

/**
 * Where the middleware takes images for a target.
 *
 * @param engine where none computes, something else answers in the place of a running server
 */
export const inferUrl = (base: string, target: Target, engine: Engine = 'onnx'): string => {
  const server = engine === 'onnx' ? undefined : runningServerOf(target.serving);
  const serving = server === undefined ? target.serving : simulatedOf(server).name;
  return routeUrl(base, 'infer', { ...target, serving });
};

/** Where it draws an image for each request of a target. */
export const drawUrl = (base: string, target: Target): string =>
  routeUrl(base, 'randinfer', target);

/** Where it returns the request that the serving would be sent, and sends nothing. */
export const encodeUrl = (base: string, target: Target): string => routeUrl(base, 'encode', target);

/** Why there was no answer: the cause of `fetch failed` says it. */
export const transportErrorText = (error: unknown): string => {
  const message = messageOf(error);
  const isCaused = typeof error === 'object' && error !== null && 'cause' in error;
  return isCaused && error.cause !== undefined ? `${message}: ${messageOf(error.cause)}` : message;
};

/** What an answer that is no success says: its code and message, or how it begins. */
const refusalText = (status: number, body: Buffer): string => {
  const text = body.toString('utf8');
  try {
    const { code = '', message } = JSON.parse(text) as { code?: string; message?: string };
    if (message !== undefined) return `${status} ${code} ${message}`;
  } catch {
    // It is not JSON.
  }
  return `${status} ${text.slice(0, 300)}`;
};

/**
 * Sends a file. Errors are part of the outcome.
 *
 * @throws the signal's reason if it was aborted
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
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': contentTypeOf(file) },
      body: request,
      signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
    });
    const body = Buffer.from(await response.arrayBuffer());
    const tookMs = performance.now() - sentAtMs;
    if (response.status === 200) return { ok: true, tookMs, body };
    return { ok: false, error: refusalText(response.status, body) };
  } catch (error) {
    signal.throwIfAborted();
    return { ok: false, error: transportErrorText(error) };
  }
};

/** As {@link post}, for an image. */
export const infer = async (...request: Parameters<typeof post>): Promise<InferOutcome> => {
  const answered = await post(...request);
  if (!answered.ok) return answered;
  const { tookMs, body } = answered;
  try {
    const { top: [best, ...others] = [], trained } = JSON.parse(body.toString('utf8')) as {
      readonly top?: readonly ScoredClass[];
      readonly trained?: boolean;
    };
    if (best === undefined) return { ok: false, error: 'an answer without classes' };
    return { ok: true, top: [best, ...others], trained, tookMs };
  } catch (error) {
    return { ok: false, error: messageOf(error) };
  }
};
