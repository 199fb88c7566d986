import { setTimeout as sleep } from 'node:timers/promises';
import type { OwnManifest, ReadyProbe } from '../manifest.ts';
import { inputShape } from '../models/tensors/contract-tensors.ts';
import { sizeOfShape } from '../models/tensors/tensor-model.ts';

/** The classifier's input in 32-bit floats, in either order of the axes. */
const ZEROS = new Uint8Array(4 * sizeOfShape(inputShape({ layout: 'NCHW' })));

/** What one question gave. */
export interface ReadyAnswer {
  readonly ready: boolean;
  /** In a few words, for the error where it never is. */
  readonly says: string;
}

/** How the container of a serving is probed: in its own way, where its health is not enough. */
export const containerProbe = ({
  container,
  health,
}: Pick<OwnManifest, 'container' | 'health'>): ReadyProbe => container.ready ?? health;

/** Whether a line of a server's log is about a probe. Such lines would push its last words out of sight. */
export const isProbeLine = (line: string, { path }: Pick<ReadyProbe, 'path'>): boolean =>
  line.includes(` ${path} HTTP/`);

/**
 * Asks once whether a model answers. Never throws.
 *
 * @param base URL of the probe's port, without a path
 * @param signal ends the asking
 */
export const askReady = async (
  base: string,
  { path, holds, predict }: Omit<ReadyProbe, 'port'>,
  signal: AbortSignal,
): Promise<ReadyAnswer> => {
  const prediction = {
    method: 'POST',
    headers: { 'content-type': 'application/octet-stream' },
    body: predict === true ? ZEROS : predict,
  };
  try {
    const response = await fetch(base + path, {
      ...(predict === undefined ? {} : prediction),
      signal,
    });
    const text = await response.text();
    if (response.status !== 200) return { ready: false, says: `status ${response.status}` };
    const ready = holds === undefined || text.includes(holds);
    return { ready, says: ready ? 'status 200' : `status 200 without ${holds}` };
  } catch (error) {
    // What `fetch` throws says only that it failed; the cause says why.
    const { cause = error } = error as { readonly cause?: unknown };
    const { message = String(cause) } = cause as { readonly message?: string };
    return { ready: false, says: message };
  }
};

const POLL_MS = 50;
/** A health that does not answer in this time is asked again; a first prediction may take long. */
const ASK_MS = 10_000;

/** Checks again and again until something holds, or the signal aborts. */
export const poll = async (isSo: () => Promise<boolean>, signal: AbortSignal): Promise<void> => {
  while (!signal.aborted && !(await isSo())) {
    await sleep(POLL_MS, undefined, { signal }).catch(() => undefined);
  }
};

/**
 * Asks until a model answers, or until the signal ends that; gives what it said last.
 * @param base - URL of the probe's port, without a path.
 */
export const awaitReady = async (
  base: string,
  probe: Omit<ReadyProbe, 'port'>,
  signal: AbortSignal,
): Promise<ReadyAnswer> => {
  let last: ReadyAnswer = { ready: false, says: 'nothing' };
  await poll(async () => {
    const ask = AbortSignal.any([signal, AbortSignal.timeout(ASK_MS)]);
    const answer = await askReady(base, probe, ask);
    // What ended with the signal says nothing about the model.
    if (answer.ready || !signal.aborted) last = answer;
    return answer.ready;
  }, signal);
  return last;
};
