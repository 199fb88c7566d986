import { readFile } from 'node:fs/promises';
import { extname } from 'node:path';
import { messageOf } from '../errors.ts';
import type { Path } from '../plan/cell.ts';

/** One answer of the middleware, or why there was none. */
export type InferOutcome =
  | {
      readonly ok: true;
      readonly topClass: number;
      readonly trained: boolean;
      readonly tookMs: number;
    }
  | { readonly ok: false; readonly error: string };

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  '.jpg': 'image/jpeg',
  '.jpeg': 'image/jpeg',
  '.png': 'image/png',
  '.webp': 'image/webp',
};

export const contentTypeOf = (file: string): string =>
  CONTENT_TYPES[extname(file).toLowerCase()] ?? 'application/octet-stream';

/** Where the middleware takes images for a path. */
export const inferUrl = (base: string, { serving, protocol, payload, encoding }: Path): string => {
  const route = protocol === 'rest' ? '/infer' : `/${protocol}/infer`;
  return `${base}${route}/${serving}?payload=${payload}&encoding=${encoding}`;
};

/** Why there was no answer: of `fetch failed` the cause says it. */
export const transportErrorText = (error: unknown): string => {
  const message = messageOf(error);
  const isCaused = typeof error === 'object' && error !== null && 'cause' in error;
  return isCaused && error.cause !== undefined ? `${message}: ${messageOf(error.cause)}` : message;
};

/** Sends one image. Never throws: what goes wrong is the outcome. */
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
      readonly top?: readonly { readonly class: number }[];
      readonly trained?: boolean;
      readonly code?: string;
      readonly message?: string;
    };
    const tookMs = performance.now() - sentAt;
    const topClass = answer.top?.[0]?.class;
    if (response.status !== 200 || topClass === undefined) {
      return {
        ok: false,
        error: `${response.status} ${answer.code ?? ''} ${answer.message ?? ''}`.trim(),
      };
    }
    return { ok: true, topClass, trained: answer.trained === true, tookMs };
  } catch (error) {
    return { ok: false, error: transportErrorText(error) };
  }
};
