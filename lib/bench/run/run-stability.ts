import { setTimeout as sleep } from 'node:timers/promises';
import { runOptional } from '../../node/system/run.ts';
import { pilotsOf } from '../analysis/slo/search-progress.ts';
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
import { countLost, movedTo, partOf, slicesOf } from '../stability/parts.ts';
import { sendBadly } from '../load/send-badly.ts';
import { STABILITY_LIMITS } from '../stability/verdict.ts';
import { firstOf, prepareFault, type StabilityTask } from './inject-fault.ts';
import type { RunningServing } from './serving-process.ts';
import { busiestOf, resourceUseOf, type ServingProcess } from './serving-processes.ts';

/** Half of the best rate: a healthy serving answers at once. */
const RATE_SHARE = 0.5;

/**
 * A measurement of stability with its rate, from the measurements before it; any other one as it is.
 *
 * @throws BenchError `BENCH_NO_RATE` if its target answered nothing before
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
  // Three digits, as all rates that are not given.
  const ratePerSecond = Number((best * RATE_SHARE).toPrecision(3));
  const level: Level = { loop: 'open', ratePerSecond, arrivals: 'constant' };
  return { ...measurement, level };
};

/**
 * Gives the figures when the window is over.
 *
 * @param died how the serving ended, where only its machine tells
 */
type FinishTest = (
  samplesFile: string,
  died: string | undefined,
) => Promise<FaultFigures | SoakFigures>;

/** Begins a test when the window of its measurement does. */
export type BeginTest = () => FinishTest;

/** A queue of a burst takes several times its length. */
const ANSWER_AGAIN_FACTOR = 10;
const ASK_AGAIN_MS = 250;

/** Whether the serving answers a good request in time, when it has answered what it still had. */
const answersAgain = async (task: StabilityTask): Promise<boolean> => {
  const { serving, measurement, signal } = task;
  const { protocol } = measurement.target;
  const origin = serving.urls[protocol] ?? '';
  const good = await firstOf(task);
  const faultSeconds = measurement.durationSeconds / FAULT_PARTS;
  const seconds = STABILITY_LIMITS.answersAgainSeconds + ANSWER_AGAIN_FACTOR * faultSeconds;
  const over = AbortSignal.any([signal, AbortSignal.timeout(seconds * 1000)]);
  while (!over.aborted) {
    const { answer } = await sendBadly(origin, protocol, good, 'whole', 0, over);
    if (answer === '200' || answer === 'OK') return true;
    if ((await endOf(serving)) !== undefined) return false;
    await sleep(ASK_AGAIN_MS, undefined, { signal: over }).catch(() => undefined);
  }
  return false;
};

/** How the serving ended, if it has by now. */
const endOf = async ({ ended }: RunningServing, died?: string): Promise<string | undefined> =>
  died ?? (await Promise.race([ended, sleep(0, undefined)]));

/** Undefined where they are out of reach, or gone with their serving. */
const listProcesses = async ({
  processes,
}: RunningServing): Promise<readonly ServingProcess[] | undefined> =>
  processes?.list().then(
    (all) => (all.length === 0 ? undefined : all),
    () => undefined,
  );

/** Of its node, at the ends of equal parts of a window that is over; empty where its processes are listed, or the node does not tell. */
const usedOnNode = async (
  { serving, measurement, signal }: StabilityTask,
  fromMs: number,
  parts: number,
): Promise<readonly ResourceUse[]> => {
  const window = { fromMs, toMs: fromMs + measurement.durationSeconds * 1000 };
  const used = await serving.usedIn?.(window, parts, signal).catch(() => undefined);
  signal.throwIfAborted();
  return used ?? [];
};

/** Undefined where one of both is unknown. */
const memoryChange = (
  before: ResourceUse | undefined,
  after: ResourceUse | undefined,
): FaultFigures['memoryMiB'] =>
  before?.memoryMiB === undefined || after?.memoryMiB === undefined
    ? undefined
    : { before: before.memoryMiB, after: after.memoryMiB };

const pidsOf = (processes: readonly ServingProcess[]): readonly number[] =>
  processes.map(({ pid }) => pid);

const prepareFaultTest = async (task: StabilityTask, fault: Fault): Promise<BeginTest> => {
  const { measurement, serving, signal } = task;
  const { durationSeconds, warmupSeconds } = measurement;
  const partSeconds = durationSeconds / FAULT_PARTS;
  const partMs = partSeconds * 1000;
  const begin = await prepareFault(task, fault, partSeconds);
  const work = async (startMs: number) => {
    if (isProcessFault(fault) && serving.disturb !== undefined) {
      // Sent with the moment, since a command takes a while.
      const atMs = await serving.disturb(fault, startMs + partMs, partSeconds, signal);
      return { faultMs: atMs - startMs, answers: [] };
    }
    const untilFault = sleep(partMs, undefined, { signal });
    const first = await listProcesses(serving);
    await untilFault;
    // A list takes its time in a container, so others do without a second one.
    const processes = isProcessFault(fault) ? await listProcesses(serving) : first;
    const busiest = busiestOf(first ?? [], processes ?? []);
    const answers = await begin(busiest);
    const killed = fault === 'kill-worker' ? busiest?.pid : undefined;
    return { faultMs: partMs, answers, processes, killed };
  };
  return () => {
    const startMs = Date.now();
    const working = work(startMs);
    // Awaited with the figures, unless the load fails first.
    working.catch(() => undefined);
    return async (samplesFile, died) => {
      const { faultMs, answers, processes, killed } = await working;
      const edges = [0, faultMs, faultMs + partMs, FAULT_PARTS * partMs].map(
        (ms) => warmupSeconds * 1000 + ms,
      );
      const [start = 0, faultStart = 0, faultEnd = 0, end = 0] = edges;
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
  };
};

/** Of the first GPU of this machine, whoever uses it; undefined without one. */
const readGpuMemory = async (): Promise<number | undefined> => {
  const query = ['--id=0', '--query-gpu=memory.used', '--format=csv,noheader,nounits'];
  const usedMiB = Number.parseFloat((await runOptional('nvidia-smi', query)) ?? '');
  return Number.isFinite(usedMiB) ? usedMiB : undefined;
};

/** What a serving on this machine uses now; empty where its processes are out of reach. */
const usedHere = async (serving: RunningServing): Promise<ResourceUse> => {
  const processes = await listProcesses(serving);
  if (processes === undefined) return {};
  return { ...resourceUseOf(processes), gpuMemoryMiB: await readGpuMemory() };
};

/** So many stretches show a trend, and a report can draw them. */
const SOAK_SLICES = 60;

const prepareSoak = (task: StabilityTask): BeginTest => {
  const { measurement, serving, signal } = task;
  const { durationSeconds, warmupSeconds } = measurement;
  const sliceSeconds = durationSeconds / SOAK_SLICES;
  const work = async (): Promise<readonly ResourceUse[]> => {
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
    const working = work();
    working.catch(() => undefined);
    return async (samplesFile, died) => {
      const used = await working;
      const onNode = await usedOnNode(task, startMs, SOAK_SLICES);
      const samples = await readTestSamples(samplesFile);
      const slices = used.map((use, at) => {
        const fromMs = (warmupSeconds + at * sliceSeconds) * 1000;
        return {
          fromSeconds: at * sliceSeconds,
          ...partOf(samples, fromMs, fromMs + sliceSeconds * 1000),
          ...use,
          ...onNode[at],
        };
      });
      return { kind: 'soak', sliceSeconds, slices, ended: await endOf(serving, died) };
    };
  };
};

/** Whether a test left its serving ended, or without answers. */
export const isLeftBroken = (figures: FaultFigures | SoakFigures): boolean =>
  figures.ended !== undefined || (figures.kind === 'fault' && !figures.answersAgain);

/**
 * Prepares what a measurement does to its serving beside the good requests.
 *
 * @throws BenchError if it cannot be done
 */
export const prepareStability = async (task: StabilityTask): Promise<BeginTest> => {
  const { stability } = task.measurement;
  if (stability === undefined) throw new Error(`${task.measurement.id} is not a stability test`);
  return stability === 'soak' ? prepareSoak(task) : prepareFaultTest(task, stability);
};
