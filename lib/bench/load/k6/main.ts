// The load process for k6. It starts k6, reads its output, and kills it when the result is no longer wanted, even if the runner
// was killed. Start it with an IPC channel: `node lib/bench/load/k6/main.ts`.
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { access, constants, open, readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { projectRoot } from '../../../../serving-configs/installation.ts';
import type { LoadEvent, LoadResult } from '../../model/load-result.ts';
import { type LoadJob, unreadableImage } from '../job.ts';
import { startProgress, Tally } from '../tally.ts';
import { processCpuMs } from '../process-cpu.ts';
import { writeRawSamples } from '../samples.ts';
import { findK6, followFile, makeWorkFolder, startK6, type RunningK6 } from './k6-process.ts';
import { LineReader } from './line-reader.ts';
import { serveJobs } from '../serve-job.ts';

/** Tells the load script when the window ends. */
interface WindowEnd {
  /** Answers each GET with the end, in milliseconds since the start of the load; empty if it is not known yet. */
  readonly url: string;
  readonly close: () => void;
}

/**
 * Starts to answer on loopback.
 *
 * @param endMs the end of the window; undefined until every virtual user has had an answer
 */
const serveWindowEnd = async (endMs: () => number | undefined): Promise<WindowEnd> => {
  const server = createServer((_request, response) => response.end(endMs()?.toString()));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
};

const SOURCE = join(projectRoot, 'k6', 'infer.ts');

/** The script that k6 runs. The package has it compiled only. */
const SCRIPT = existsSync(SOURCE) ? SOURCE : join(projectRoot, 'programs', 'k6-infer.js');

/**
 * Runs a job in k6, from the warm-up to the result, and emits its progress. Failures of the server do not reject; they are
 * figures of the result.
 *
 * @throws Error if k6 is missing or fails, an image cannot be read, or the raw samples cannot be written; the reason of the
 * signal if it was aborted
 */
const runK6Load = async (
  job: LoadJob,
  emit: (event: LoadEvent) => void,
  signal: AbortSignal,
): Promise<LoadResult> => {
  const { command } = await findK6();
  if (job.method !== 'GET') await Promise.all(job.images.map(assertReadable));
  const tally = new Tally(job);
  // Open the file first: do not start a load whose samples cannot be kept.
  const samplesFile = job.samplesFile === undefined ? undefined : await open(job.samplesFile, 'w');
  const { files, remove } = await makeWorkFolder(job);
  const windowEnd = await serveWindowEnd(() => tally.window?.endMs);
  try {
    const reader = new LineReader(tally);
    const lines = await followFile(files.lines, (text) => reader.accept(text));
    const k6 = startK6(command, SCRIPT, files, windowEnd.url);
    signal.addEventListener('abort', k6.kill, { once: true });
    let observed: Observed;
    try {
      observed = await observe(k6, reader, tally, emit);
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
    const startedAt = new Date(observed.windowStartEpochMs).toISOString();
    const use = { cpuMs: observed.cpuMs, cores: availableParallelism() };
    return tally.resultOf({ generator: 'k6', startedAt }, use, reader.lag());
  } finally {
    windowEnd.close();
    await remove();
  }
};

interface Observed {
  readonly windowStartEpochMs: number;
  /** CPU time of k6 inside the window. */
  readonly cpuMs: number;
}

/**
 * Emits the progress of the load and the edges of its window, and measures the CPU time of k6. The edges are timed by the
 * system's time of day, the clock that k6 and this process share.
 */
const observe = async (
  k6: RunningK6,
  reader: LineReader,
  tally: Tally,
  emit: (event: LoadEvent) => void,
): Promise<Observed> => {
  // Rejects if k6 fails, and never settles if it ends well.
  const failure = k6.done.then(() => new Promise<never>(() => undefined));
  failure.catch(() => undefined);
  const endedEarly = k6.done.then(() => {
    throw new Error('k6 ended before its load started');
  });
  endedEarly.catch(() => undefined);
  const loadStartEpochMs = await Promise.race([reader.started, endedEarly]);
  const clock = (): number => Date.now() - loadStartEpochMs;
  const cpuMsAt = async (timeMs: number): Promise<number> => {
    await Promise.race([sleep(Math.max(0, timeMs - clock())), failure]);
    return cpuOf(k6);
  };
  const progress = startProgress(tally.recent, () => tally.window, clock, emit);
  try {
    const { startMs, endMs } = await Promise.race([tally.windowOpened, failure]);
    const before = await cpuMsAt(startMs);
    emit({ event: 'window-start' });
    const after = await cpuMsAt(endMs);
    emit({ event: 'window-end' });
    await k6.done;
    return { windowStartEpochMs: loadStartEpochMs + startMs, cpuMs: after - before };
  } finally {
    progress.stop();
  }
};

const cpuOf = async ({ pid }: RunningK6): Promise<number> => {
  const cpuMs = await processCpuMs(pid);
  if (cpuMs === undefined) {
    throw new Error(
      `the CPU time of k6 (process ${pid}) cannot be read from /proc; on a system without /proc, use --load-generator embedded`,
    );
  }
  return cpuMs;
};

/** @throws Error if lines are missing: figures of half the requests would look like any others */
const assertAllLines = ({ lines }: LineReader, summary: string): void => {
  const { sampleLines } = JSON.parse(summary) as { readonly sampleLines: number };
  if (lines === sampleLines) return;
  throw new Error(
    `k6 wrote ${sampleLines} samples, but only ${lines} arrived; is the disk with the temporary files full?`,
  );
};

const assertReadable = async (file: string): Promise<void> => {
  await access(file, constants.R_OK).catch((error: unknown) => {
    throw unreadableImage(file, error);
  });
};

serveJobs(runK6Load);
