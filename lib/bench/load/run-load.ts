import { open } from 'node:fs/promises';
import { monitorEventLoopDelay, performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { createImageOrder } from '../../../k6/image-order.ts';
import { arrivalsOf } from '../../../k6/load-plan.ts';
import type { LoadEvent, LoadResult } from '../model/load-result.ts';
import { createClosedLoop, type Loop, createOpenLoop } from './loops.ts';
import { type LoadJob, readLoadTarget, type LoadTarget } from './job.ts';
import { startProgress } from './tally.ts';
import { Recorder } from './recorder.ts';
import { writeRawSamples } from './samples.ts';

const RESOLUTION_MS = 10;

/**
 * Starts to measure how late the timers of this process fire. Node's monitor reports the gap between two ticks of a timer; the
 * lag is what exceeds the period of the timer.
 */
const startLagMeter = (): {
  readonly stop: () => { readonly p99Ms: number; readonly maxMs: number };
} => {
  const monitor = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  monitor.enable();
  const lagMs = (gapNs: number): number =>
    monitor.count === 0 ? 0 : Math.max(0, gapNs / 1e6 - RESOLUTION_MS);
  return {
    stop: () => {
      monitor.disable();
      return { p99Ms: lagMs(monitor.percentile(99)), maxMs: lagMs(monitor.max) };
    },
  };
};

/**
 * Runs a job from the warm-up to the result, and emits its progress. Failures of the server do not reject; they are figures of
 * the result.
 *
 * @throws Error if an image cannot be read or the raw samples cannot be written
 */
export const runLoad = async (
  job: LoadJob,
  emit: (event: LoadEvent) => void,
): Promise<LoadResult> => {
  // Open the file first: do not start a load whose samples cannot be kept.
  const samplesFile = job.samplesFile === undefined ? undefined : await open(job.samplesFile, 'w');
  const target = await readLoadTarget(job);
  const recorder = new Recorder(job);
  const loop = await createLoop(job, target, recorder);

  const originMs = performance.now();
  const clock = (): number => performance.now() - originMs;
  const sleepUntil = (timeMs: number): Promise<void> => sleep(Math.max(0, timeMs - clock()));
  const progress = startProgress(recorder.recent, () => recorder.window, clock, emit);
  loop.start(clock);
  const window = await recorder.windowOpened;
  await sleepUntil(window.startMs);
  const startedAt = new Date().toISOString();
  emit({ event: 'window-start' });
  const cpuAtStart = process.cpuUsage();
  const lagMeter = startLagMeter();
  await sleepUntil(window.endMs);
  const cpu = process.cpuUsage(cpuAtStart);
  const lag = lagMeter.stop();
  emit({ event: 'window-end' });
  await loop.stop();
  progress.stop();

  if (samplesFile !== undefined) await writeRawSamples(samplesFile, recorder.samples);
  const cpuMs = (cpu.user + cpu.system) / 1000;
  return recorder.resultOf({ generator: 'embedded', startedAt }, { cpuMs, cores: 1 }, lag);
};

const createLoop = (job: LoadJob, target: LoadTarget, recorder: Recorder): Loop | Promise<Loop> => {
  const nextImage = createImageOrder(target.requests.length, job.seed);
  return job.level.loop === 'closed'
    ? createClosedLoop(target, job.level.virtualUsers, nextImage, recorder)
    : createOpenLoop(target, arrivalsOf(job), nextImage, recorder);
};
