import { readFile } from 'node:fs/promises';
import { runningServerOf } from '../../../serving-configs/index.ts';
import { simulatedOf } from '../../../serving-configs/running-server.ts';
import { contentTypeOf } from '../load/load-target.ts';
import { messageOf } from '../model/errors.ts';
import type { Engine, Target } from '../model/measurement.ts';
import type { ScoredClass } from '../model/record.ts';

/** One answer of the middleware, or why there was none. */
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

/** Sends one image. Never throws: errors are part of the outcome. */
export const infer = async (
  url: string,
  file: string,
  timeoutMs: number,
): Promise<InferOutcome> => {
  try {
    const body = await readFile(file);
    const sentAt = performance.now();
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': contentTypeOf(file) },
      body,
      signal: AbortSignal.timeout(timeoutMs),
    });
    const answer = (await response.json()) as {
      readonly top?: readonly ScoredClass[];
      readonly trained?: boolean;
      readonly code?: string;
      readonly message?: string;
    };
    const tookMs = performance.now() - sentAt;
    const [best, ...others] = answer.top ?? [];
    if (response.status !== 200 || best === undefined) {
      return {
        ok: false,
        error: `${response.status} ${answer.code ?? ''} ${answer.message ?? ''}`.trim(),
      };
    }
    return { ok: true, top: [best, ...others], trained: answer.trained, tookMs };
  } catch (error) {
    return { ok: false, error: transportErrorText(error) };
  }
};
