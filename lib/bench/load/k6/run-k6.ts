import { access, constants, open, readFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { processCpuMs } from '../process-cpu.ts';
import type { LoadJob } from '../job.ts';
import { windowOf, type MeasuringWindow } from '../measuring-window.ts';
import { startProgress } from '../progress.ts';
import { writeRawSamples } from '../samples.ts';
import type { LoadEvent, LoadResult } from '../../model/load-result.ts';
import { Tally } from '../tally.ts';
import { unreadable } from '../load-target.ts';
import { followFile, makeWorkFolder, type RunningK6, startK6 } from './k6-process.ts';
import { LineReader } from './line-reader.ts';
import { findK6 } from './program.ts';

const SCRIPT = resolve(import.meta.dirname, '../../../../k6/infer.ts');

/**
 * Runs one job in k6, from the warm-up to the result, telling `emit` what happens on the way. Rejects if k6 is missing or
 * fails, an image cannot be read or the raw samples cannot be written, and with the signal's reason if it was aborted. Failures
 * of the server are no errors but figures of the result.
 */
export const runK6Load = async (
  job: LoadJob,
  emit: (event: LoadEvent) => void,
  signal: AbortSignal,
): Promise<LoadResult> => {
  const { command } = await findK6();
  const window = windowOf(job);
  if (job.method !== 'GET') await Promise.all(job.images.map(assertReadable));
  const tally = new Tally(window);
  // Before the load: a run whose samples cannot be kept should not begin.
  const samplesFile = job.samplesFile === undefined ? undefined : await open(job.samplesFile, 'w');
  const { files, remove } = await makeWorkFolder(job);
  try {
    const reader = new LineReader(window, tally);
    const lines = await followFile(files.lines, (text) => reader.accept(text));
    const k6 = startK6(command, SCRIPT, files);
    signal.addEventListener('abort', k6.kill, { once: true });
    let watched: Watched;
    try {
      watched = await watch(k6, reader, window, tally, emit);
      await k6.done;
    } catch (error) {
      signal.throwIfAborted();
      throw error;
    } finally {
      k6.kill();
      await lines.finish();
    }
    assertAllLines(reader, await readFile(files.summary, 'utf8'));
    if (samplesFile !== undefined) await writeRawSamples(samplesFile, tally.samples);
    const startedAt = new Date(watched.windowStartEpochMs).toISOString();
    const use = { cpuMs: watched.cpuMs, cores: availableParallelism() };
    return tally.resultOf(job, { generator: 'k6', startedAt }, use, reader.lag());
  } finally {
    await remove();
  }
};

interface Watched {
  readonly windowStartEpochMs: number;
  /** CPU time of k6 inside the window. */
  readonly cpuMs: number;
}

/** Tells the progress and the edges of the window, at their time by the clock of the wall, which k6 and this process share. */
const watch = async (
  k6: RunningK6,
  reader: LineReader,
  window: MeasuringWindow,
  tally: Tally,
  emit: (event: LoadEvent) => void,
): Promise<Watched> => {
  // Rejects if k6 fails; if it ends well, nothing is to be done.
  const failure = k6.done.then(() => new Promise<never>(() => undefined));
  failure.catch(() => undefined);
  const begun = k6.done.then(() => {
    throw new Error('k6 ended before its load began');
  });
  begun.catch(() => undefined);
  const loadStartEpochMs = await Promise.race([reader.started, begun]);
  const clock = (): number => Date.now() - loadStartEpochMs;
  const edgeAt = async (timeMs: number): Promise<number> => {
    await Promise.race([sleep(Math.max(0, timeMs - clock())), failure]);
    return cpuOf(k6);
  };
  const progress = startProgress(tally.recent, window, clock, emit);
  try {
    const before = await edgeAt(window.startMs);
    emit({ event: 'window-start' });
    const after = await edgeAt(window.endMs);
    emit({ event: 'window-end' });
    await k6.done;
    return { windowStartEpochMs: loadStartEpochMs + window.startMs, cpuMs: after - before };
  } finally {
    progress.stop();
  }
};

const cpuOf = async ({ pid }: RunningK6): Promise<number> => {
  const cpuMs = await processCpuMs(pid);
  if (cpuMs === undefined) {
    throw new Error(
      `the CPU time of k6 (process ${pid}) cannot be read from /proc; on a system without it use --load-generator embedded`,
    );
  }
  return cpuMs;
};

/** Figures of half the requests would look like any others. */
const assertAllLines = ({ lines }: LineReader, summary: string): void => {
  const { sampleLines } = JSON.parse(summary) as { readonly sampleLines: number };
  if (lines === sampleLines) return;
  throw new Error(
    `k6 wrote ${sampleLines} samples and ${lines} arrived; is there room in the folder for temporary files?`,
  );
};

const assertReadable = async (file: string): Promise<void> => {
  await access(file, constants.R_OK).catch((error: unknown) => {
    throw unreadable(file, error);
  });
};
