import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { OwnManifest, ReadyProbe } from '../manifest.ts';
import type { Model } from '../models/model.ts';
import { askedInstances, type Settings } from '../settings.ts';
import { sizeOfTensors } from '../models/tensors/tensor-spec.ts';
import { causeOf } from '../options/usage-error.ts';
import { withTimeLimit } from '../time-limit.ts';

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

/** A probe for one model with its settings. */
export interface ModelProbe extends Omit<ReadyProbe, 'predict' | 'perInstance'> {
  /** The body of a prediction to send. */
  readonly predict?: Uint8Array<ArrayBuffer>;
  /** How often the body must contain the text. Default: once. */
  readonly times?: number;
}

/** A probe that sends a prediction sends the example of the model, or zeros as 32-bit floats. */
export const probeWith = async <Probe extends Pick<ReadyProbe, 'predict' | 'perInstance'>>(
  { predict, perInstance, ...probe }: Probe,
  { example, inputs }: Model,
  settings: Settings,
): Promise<
  Omit<Probe, 'predict' | 'perInstance'> &
    Required<Pick<ModelProbe, 'times'>> &
    Pick<ModelProbe, 'predict'>
> => {
  const times = perInstance === true ? askedInstances(settings) : 1;
  if (predict === undefined) return { ...probe, times };
  const body = example ? await readFile(example.request) : Buffer.alloc(4 * sizeOfTensors(inputs));
  return { ...probe, times, predict: new Uint8Array(body) };
};

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
  { path, holds, times = 1, predict }: Omit<ModelProbe, 'port'>,
  signal: AbortSignal,
): Promise<ReadyAnswer> => {
  const prediction = {
    method: 'POST',
    headers: { 'content-type': 'application/octet-stream' },
    body: predict,
  };
  try {
    const response = await fetch(base + path, {
      ...(predict === undefined ? {} : prediction),
      signal,
    });
    const text = await response.text();
    if (response.status !== 200) return { ready: false, answer: `status ${response.status}` };
    const found = holds === undefined ? times : text.split(holds).length - 1;
    if (found >= times) return { ready: true, answer: 'status 200' };
    const lack = found === 0 ? `without ${holds}` : `with ${holds} ${found} of ${times} times`;
    return { ready: false, answer: `status 200 ${lack}` };
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
  probe: Omit<ModelProbe, 'port'>,
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
