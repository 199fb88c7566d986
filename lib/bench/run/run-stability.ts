import { setTimeout as sleep } from 'node:timers/promises';
import { withTimeLimit } from '../../../serving-configs/time-limit.ts';
import { runOptional } from '../../aws/node/system/run.ts';
import { pilotsOf } from '../analysis/slo/search.ts';
import { readTestSamples } from '../load/samples.ts';
import { BenchError } from '../model/errors.ts';
import { FAULT_PARTS, isProcessFault, type Fault } from '../model/fault.ts';
import type { Level, Measurement } from '../model/measurement.ts';
import type { ResultRecord } from '../model/record.ts';
import {
  SLICE_SECONDS,
  type FaultFigures,
  type ResourceUse,
  type SoakFigures,
} from '../model/stability.ts';
import { movedTo, partOf, slicesOf } from '../stability/parts.ts';
import { sendBadly } from '../load/send-badly.ts';
import { STABILITY_LIMITS } from '../stability/verdict.ts';
import { goodRequestOf, prepareFault, type StabilityTask } from './inject-fault.ts';
import type { RunningServing } from './servings/runtime.ts';
import { busiestOf, countLost, resourceUseOf, type ServingProcess } from './servings/processes.ts';

/** Half of the best rate, at which a healthy serving answers without queueing. */
const RATE_SHARE = 0.5;

/**
 * Sets the request rate of a stability measurement, which depends on the measurements before it. Returns any other measurement
 * unchanged.
 *
 * @throws BenchError `BENCH_NO_RATE` if its target has not answered before.
 */
export const withRate = (
  measurement: Measurement,
  records: readonly ResultRecord[],
): Measurement => {
  if (measurement.stability === undefined) return measurement;
  const rates = pilotsOf(measurement, records).map(({ load }) => load.requestRatePerSecond);
  const best = Math.max(0, ...rates);
  if (best === 0) {
    throw new BenchError(
      'BENCH_NO_RATE',
      'none of the virtual users before it got an answer, so the rate of good requests is unknown',
    );
  }
  // Three digits, like all computed rates.
  const ratePerSecond = Number((best * RATE_SHARE).toPrecision(3));
  const level: Level = { loop: 'open', ratePerSecond, arrivals: 'constant' };
  return { ...measurement, level };
};

/**
 * Returns the figures of a test after its window.
 *
 * @param died how the serving ended, if only its node reports that
 */
type FinishTest = (
  samplesFile: string,
  died: string | undefined,
) => Promise<FaultFigures | SoakFigures>;

/** Begins a test; called when the window of its measurement begins. */
export type BeginTest = () => FinishTest;

/** Emptying the queue of a burst takes several times as long as the burst. */
const ANSWER_AGAIN_FACTOR = 10;
const RETRY_MS = 250;

/** Whether the serving answers a good request in time after the fault. */
const answersAgain = async (task: StabilityTask): Promise<boolean> => {
  const { serving, measurement, signal } = task;
  const { protocol } = measurement.target;
  const target = { protocol, origin: serving.urls[protocol] ?? '', caFile: serving.caFile };
  const good = await goodRequestOf(task);
  const faultSeconds = measurement.durationSeconds / FAULT_PARTS;
  const seconds = STABILITY_LIMITS.answersAgainSeconds + ANSWER_AGAIN_FACTOR * faultSeconds;
  return withTimeLimit(seconds * 1000, signal, async (over) => {
    while (!over.aborted) {
      const { answer } = await sendBadly(target, good, 'whole', 0, over);
      if (answer === '200' || answer === 'OK') return true;
      if ((await endOf(serving)) !== undefined) return false;
      await sleep(RETRY_MS, undefined, { signal: over }).catch(() => undefined);
    }
    return false;
  });
};

/** How the serving ended; undefined if it is still running. */
const endOf = async (serving: RunningServing, died?: string): Promise<string | undefined> => {
  if (died !== undefined || serving.place !== 'local') return died;
  return (await Promise.race([serving.ended, sleep(0, undefined)]))?.how;
};

/** Undefined if the processes cannot be listed, or have ended. */
const listProcesses = async (
  serving: RunningServing,
): Promise<readonly ServingProcess[] | undefined> => {
  if (serving.place !== 'local') return undefined;
  const all = await serving.processes.list().catch(() => []);
  return all.length === 0 ? undefined : all;
};

/**
 * Resource use of the serving's node at the end of each of several equal parts of a past window. Empty if the serving runs on this
 * machine, or the node does not report it.
 */
const usedOnNode = async (
  { serving, measurement, signal }: StabilityTask,
  fromMs: number,
  parts: number,
): Promise<readonly ResourceUse[]> => {
  const window = { fromMs, toMs: fromMs + measurement.durationSeconds * 1000 };
  if (serving.place !== 'node') return [];
  const used = await serving.usedIn(window, parts, signal).catch(() => []);
  signal.throwIfAborted();
  return used;
};

const memoryChange = (
  before: ResourceUse | undefined,
  after: ResourceUse | undefined,
): FaultFigures['memoryMiB'] =>
  before?.memoryMiB === undefined || after?.memoryMiB === undefined
    ? undefined
    : { before: before.memoryMiB, after: after.memoryMiB };

const pidsOf = (processes: readonly ServingProcess[]): readonly number[] =>
  processes.map(({ pid }) => pid);

interface InjectedFault {
  /** When the fault began, from the start of the window. */
  readonly faultMs: number;
  readonly answers: FaultFigures['answers'];
  /** The processes of the serving just before the fault; undefined if they cannot be listed. */
  readonly processes?: readonly ServingProcess[] | undefined;
  /** PID of the process that the fault killed. */
  readonly killed?: number | undefined;
}

/**
 * Waits for the second part of the window and injects the fault.
 *
 * @param startMs start of the window, in milliseconds since 1970
 * @param inject see {@link prepareFault}
 */
const injectFault = async (
  { serving, measurement, signal }: StabilityTask,
  fault: Fault,
  startMs: number,
  inject: Awaited<ReturnType<typeof prepareFault>>,
): Promise<InjectedFault> => {
  const partSeconds = measurement.durationSeconds / FAULT_PARTS;
  const partMs = partSeconds * 1000;
  if (isProcessFault(fault) && serving.place === 'node') {
    // The command is sent early with the time of the fault, because commands are slow.
    const atMs = await serving.disturb(fault, startMs + partMs, partSeconds, signal);
    return { faultMs: atMs - startMs, answers: [] };
  }
  const untilFault = sleep(partMs, undefined, { signal });
  const first = await listProcesses(serving);
  await untilFault;
  // Listing the processes of a container is slow, so faults that do not need it skip the second list.
  const processes = isProcessFault(fault) ? await listProcesses(serving) : first;
  const busiest = busiestOf(first ?? [], processes ?? []);
  const answers = await inject(busiest);
  const killed = fault === 'kill-worker' ? busiest?.pid : undefined;
  return { faultMs: partMs, answers, processes, killed };
};

const faultFigures = async (
  task: StabilityTask,
  fault: Fault,
  startMs: number,
  { faultMs, answers, processes, killed }: InjectedFault,
  samplesFile: string,
  died: string | undefined,
): Promise<FaultFigures> => {
  const { serving, measurement } = task;
  const partSeconds = measurement.durationSeconds / FAULT_PARTS;
  const partMs = partSeconds * 1000;
  const start = measurement.warmupSeconds * 1000;
  const faultStart = start + faultMs;
  const faultEnd = faultStart + partMs;
  const end = start + FAULT_PARTS * partMs;
  const used = await usedOnNode(task, startMs, FAULT_PARTS);
  const samples = movedTo(await readTestSamples(samplesFile), faultStart);
  const again = died === undefined && (await answersAgain(task));
  const ended = await endOf(serving, died);
  const left = await listProcesses(serving);
  return {
    kind: 'fault',
    fault,
    partSeconds,
    before: partOf(samples, start, faultStart),
    during: partOf(samples, faultStart, faultEnd),
    after: partOf(samples, faultEnd, end),
    slices: slicesOf(samples, faultEnd, end, SLICE_SECONDS * 1000),
    answers,
    answersAgain: again,
    ended,
    memoryMiB: memoryChange(
      processes === undefined ? used[0] : resourceUseOf(processes),
      left === undefined ? used.at(-1) : resourceUseOf(left),
    ),
    processesLost: processes && left && countLost(pidsOf(processes), pidsOf(left), killed),
  };
};

const prepareFaultTest = async (task: StabilityTask, fault: Fault): Promise<BeginTest> => {
  const inject = await prepareFault(task, fault, task.measurement.durationSeconds / FAULT_PARTS);
  return () => {
    const startMs = Date.now();
    const injecting = injectFault(task, fault, startMs, inject);
    // Awaited with the figures, unless the load fails first.
    injecting.catch(() => undefined);
    return async (samplesFile, died) =>
      faultFigures(task, fault, startMs, await injecting, samplesFile, died);
  };
};

/** Used memory of this machine's first GPU, also by other programs; undefined without a GPU. */
const readGpuMemory = async (): Promise<number | undefined> => {
  const query = ['--id=0', '--query-gpu=memory.used', '--format=csv,noheader,nounits'];
  const usedMiB = Number.parseFloat((await runOptional('nvidia-smi', query)) ?? '');
  return Number.isFinite(usedMiB) ? usedMiB : undefined;
};

/** Current resource use of a serving on this machine; empty if its processes cannot be listed. */
const usedHere = async (serving: RunningServing): Promise<ResourceUse> => {
  const processes = await listProcesses(serving);
  if (processes === undefined) return {};
  return { ...resourceUseOf(processes), gpuMemoryMiB: await readGpuMemory() };
};

/** Enough points to show a trend in a chart. */
const SOAK_SLICES = 60;

const prepareSoak = (task: StabilityTask): BeginTest => {
  const { measurement, serving, signal } = task;
  const { durationSeconds, warmupSeconds } = measurement;
  const sliceSeconds = durationSeconds / SOAK_SLICES;
  const watch = async (): Promise<readonly ResourceUse[]> => {
    const startMs = performance.now();
    const used: ResourceUse[] = [];
    while (used.length < SOAK_SLICES) {
      const untilMs = startMs + (used.length + 1) * sliceSeconds * 1000 - performance.now();
      await sleep(Math.max(0, untilMs), undefined, { signal });
      used.push(await usedHere(serving));
    }
    return used;
  };
  return () => {
    const startMs = Date.now();
    const watching = watch();
    // Awaited with the figures, unless the load fails first.
    watching.catch(() => undefined);
    return async (samplesFile, died) => {
      const used = await watching;
      const onNode = await usedOnNode(task, startMs, SOAK_SLICES);
      const samples = await readTestSamples(samplesFile);
      const slices = used.map((use, index) => {
        const fromMs = (warmupSeconds + index * sliceSeconds) * 1000;
        return {
          fromSeconds: index * sliceSeconds,
          ...partOf(samples, fromMs, fromMs + sliceSeconds * 1000),
          ...use,
          ...onNode[index],
        };
      });
      return { kind: 'soak', sliceSeconds, slices, ended: await endOf(serving, died) };
    };
  };
};

/** Whether the serving has ended, or no longer answers, after a test. */
export const isLeftBroken = (figures: FaultFigures | SoakFigures): boolean =>
  figures.ended !== undefined || (figures.kind === 'fault' && !figures.answersAgain);

/**
 * Prepares the fault or the soak of a stability measurement.
 *
 * @throws BenchError if it cannot be prepared.
 */
export const prepareStability = async (task: StabilityTask): Promise<BeginTest> => {
  const { stability } = task.measurement;
  if (stability === undefined) throw new Error(`${task.measurement.id} is not a stability test`);
  return stability === 'soak' ? prepareSoak(task) : prepareFaultTest(task, stability);
};
