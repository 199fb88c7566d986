import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { OwnManifest, ReadyProbe } from '../manifest.ts';
import type { Model } from '../models/model.ts';
import { inputShape } from '../models/served-model.ts';
import { sizeOfShape } from '../models/tensors/tensor-spec.ts';
import { causeOf } from '../options/usage-error.ts';
import { withTimeLimit } from '../time-limit.ts';

/** An input of the classifier, as 32-bit floats. Its size is the same for both layouts. */
const ZEROS = new Uint8Array(4 * sizeOfShape(inputShape({ layout: 'NCHW' })));

/** The result of one probe. */
interface ReadyAnswer {
  readonly ready: boolean;
  /** A short description for an error message. */
  readonly answer: string;
}

/** The probe of a serving's container; its own probe if its health route is not enough. */
export const containerProbe = ({
  container,
  health,
}: Pick<OwnManifest, 'container' | 'health'>): ReadyProbe => container.ready ?? health;

/** A probe that sends a prediction sends the example of the model, if it has one. */
export const probeWith = async <Probe extends Pick<ReadyProbe, 'predict'>>(
  probe: Probe,
  model: Model,
): Promise<Probe> =>
  probe.predict !== undefined && model.example !== undefined
    ? { ...probe, predict: new Uint8Array(await readFile(model.example.request)) }
    : probe;

/** Whether a log line is about a probe. Such lines would hide the last lines of a server that fails. */
export const isProbeLine = (line: string, { path }: Pick<ReadyProbe, 'path'>): boolean =>
  line.includes(` ${path} HTTP/`);

/**
 * Probes once whether a model answers. Never throws.
 *
 * @param base - URL of the port, without a path.
 * @param signal - Aborts the probe.
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
    if (response.status !== 200) return { ready: false, answer: `status ${response.status}` };
    const ready = holds === undefined || text.includes(holds);
    return { ready, answer: ready ? 'status 200' : `status 200 without ${holds}` };
  } catch (error) {
    return { ready: false, answer: causeOf(error) };
  }
};

const POLL_MS = 50;
/** A probe without an answer after this time is repeated. It is long, because the first prediction may be slow. */
const PROBE_TIMEOUT_MS = 10_000;

/** Repeats a check until it returns true or the signal is aborted. */
export const poll = async (check: () => Promise<boolean>, signal: AbortSignal): Promise<void> => {
  while (!signal.aborted && !(await check())) {
    await sleep(POLL_MS, undefined, { signal }).catch(() => undefined);
  }
};

/**
 * Probes until a model answers or the signal is aborted; returns the last answer.
 * @param base - URL of the port, without a path.
 */
export const awaitReady = async (
  base: string,
  probe: Omit<ReadyProbe, 'port'>,
  signal: AbortSignal,
): Promise<ReadyAnswer> => {
  let last: ReadyAnswer = { ready: false, answer: 'nothing' };
  await poll(async () => {
    const answer = await withTimeLimit(PROBE_TIMEOUT_MS, signal, (limited) =>
      askReady(base, probe, limited),
    );
    // A probe that the signal aborted tells nothing about the model.
    if (answer.ready || !signal.aborted) last = answer;
    return answer.ready;
  }, signal);
  return last;
};
